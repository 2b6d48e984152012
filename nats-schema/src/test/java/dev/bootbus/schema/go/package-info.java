/// A test double of the Go original, `jacobweinstock/dhcp` branch `nats`, at both ends: what it
/// writes and how it reads. It shares no code with the codec it is to test.
///
/// Its rules were taken down from, and compared with, the unmodified Go code: `data` of that
/// branch, CloudEvents sdk-go 2.8.0, `inet.af/netaddr`, and `encoding/json`, `net` and `net/url`
/// of Go 1.19.
@NullMarked
package dev.bootbus.schema.go;

import org.jspecify.annotations.NullMarked;
