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
/// @param token the secret that the request shows, or the empty string; never shown
public record Asker(
    Protocol protocol, InetAddress address, MacAddress mac, Traceparent trace, String token) {
  public Asker(Protocol protocol, InetAddress address, MacAddress mac, Traceparent trace) {
    this(protocol, address, mac, trace, "");
  }

  @Override
  public String toString() {
    return "Asker[%s %s %s %s]".formatted(protocol, address.getHostAddress(), mac, trace);
  }
}
