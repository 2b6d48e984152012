package dev.bootbus.content;

import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.InetAddress;

/// Who wants a file.
///
/// @param address of the machine
/// @param mac its hardware address where the request names it, or [MacAddress#NONE]
/// @param trace of the request; a backend is asked with the same
public record Asker(Protocol protocol, InetAddress address, MacAddress mac, Traceparent trace) {}
