/// Asks name servers as a loader's resolver does, and shows each step (RFC 1034, RFC 1035).
@NullMarked
package dev.bootbus.probe.dns;

import org.jspecify.annotations.NullMarked;
