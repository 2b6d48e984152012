package dev.bootbus.dhcp.wire;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A route of option 121 (RFC 3442 §"Classless Route Option Format"): of the destination only the
/// octets that its mask covers are on the wire.
///
/// @param prefix how many bits of `destination` count, 0 to 32; 0 is the default route
public record ClasslessRoute(Inet4Address destination, int prefix, Inet4Address router) {
  private static final int ADDRESS_SIZE = 4;

  public ClasslessRoute {
    if (prefix < 0 || prefix > Integer.SIZE) {
      throw new IllegalArgumentException("not a prefix length: " + prefix);
    }
  }

  private static int significant(int prefix) {
    return Math.ceilDiv(prefix, Byte.SIZE);
  }

  static List<ClasslessRoute> read(Bytes value) throws MalformedPacketException {
    List<ClasslessRoute> routes = new ArrayList<>();
    ByteBuffer in = value.buffer();
    do {
      int prefix = in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : Integer.SIZE + 1;
      if (prefix > Integer.SIZE || in.remaining() < significant(prefix) + ADDRESS_SIZE) {
        throw new MalformedPacketException("not a list of routes: " + value);
      }
      byte[] destination = new byte[ADDRESS_SIZE];
      in.get(destination, 0, significant(prefix));
      routes.add(
          new ClasslessRoute(
              Addresses.read(ByteBuffer.wrap(destination)), prefix, Addresses.read(in)));
    } while (in.hasRemaining());
    return List.copyOf(routes);
  }

  static Bytes write(List<ClasslessRoute> routes) {
    ByteBuffer out = ByteBuffer.allocate(routes.size() * (1 + 2 * ADDRESS_SIZE));
    for (ClasslessRoute route : routes) {
      out.put((byte) route.prefix);
      out.put(route.destination.getAddress(), 0, significant(route.prefix));
      out.put(route.router.getAddress());
    }
    return Bytes.drain(out.flip());
  }
}
