package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import java.net.InetSocketAddress;

/// A UDP datagram as it arrived.
///
/// @param unicast whether it was sent to us alone; false where the system does not tell
/// @param network the interface it came in by, or empty where the system does not tell
/// @param nanoTime when, by [System#nanoTime]
public record Datagram(
    Bytes payload, InetSocketAddress source, boolean unicast, String network, long nanoTime) {}
