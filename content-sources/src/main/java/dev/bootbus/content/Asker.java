package dev.bootbus.content;

import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.InetAddress;

/// Who wants a file, and what of it.
///
/// @param address of the machine
/// @param mac its hardware address where the request names it, or [MacAddress#NONE]
/// @param trace of the request; a backend is asked with the same
/// @param token a secret of the URL that names the machine, or the empty string; never shown
public record Asker(
    Protocol protocol,
    InetAddress address,
    MacAddress mac,
    Traceparent trace,
    String token,
    Wish wish) {

  public enum Wish {
    /// It will be read from its start.
    CONTENT,
    /// Whether it is there, its size and version; it may be read from elsewhere then, or not at
    /// all.
    FACTS
  }

  public Asker(Protocol protocol, InetAddress address, MacAddress mac, Traceparent trace) {
    this(protocol, address, mac, trace, "", Wish.CONTENT);
  }

  public Asker withToken(String secret) {
    return new Asker(protocol, address, mac, trace, secret, wish);
  }

  public Asker wishing(Wish other) {
    return new Asker(protocol, address, mac, trace, token, other);
  }

  @Override
  public String toString() {
    return "Asker[%s %s %s %s %s]".formatted(protocol, address.getHostAddress(), mac, trace, wish);
  }
}
