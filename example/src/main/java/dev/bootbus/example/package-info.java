/// A machine in software: the same walk as a real one's firmware, iPXE and kernel loader take, for
/// places without root or QEMU. It shares the wire codecs with the servers, and no decision.
@NullMarked
package dev.bootbus.example;

import org.jspecify.annotations.NullMarked;
