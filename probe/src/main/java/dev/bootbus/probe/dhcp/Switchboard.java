package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.MacAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Which machine of a link a datagram is for.
final class Switchboard {
  /// More machines than a link has; each costs a queue.
  private static final int MAX_STATIONS = 1 << 17;

  private static final int OP_AT = 0;
  private static final int HLEN_AT = 2;
  private static final int XID_AT = 4;
  private static final int CHADDR_AT = 28;

  /// An answer that is cut off before this names no machine.
  private static final int NAMED_SIZE = CHADDR_AT + DhcpMessage.CHADDR_SIZE;

  private final Map<MacAddress, Station> byMac = new ConcurrentHashMap<>();
  private final Map<Long, Station> byXid = new ConcurrentHashMap<>();
  final LongAdder sent = new LongAdder();
  final LongAdder unsent = new LongAdder();
  private final LongAdder heard = new LongAdder();
  private final LongAdder strange = new LongAdder();
  private final LongAdder overflowed = new LongAdder();

  Station join(Link link, MacAddress mac) {
    if (byMac.size() >= MAX_STATIONS) {
      throw new IllegalStateException("more than " + MAX_STATIONS + " machines on " + link.label());
    }
    Station station = new Station(link, this, mac);
    if (byMac.putIfAbsent(mac, station) != null) {
      throw new IllegalStateException(mac + " is on " + link.label() + " already");
    }
    return station;
  }

  void move(Station station, long from, long to) {
    byXid.remove(from, station);
    byXid.putIfAbsent(to, station);
  }

  void leave(Station station, long xid) {
    byXid.remove(xid, station);
    byMac.remove(station.mac(), station);
  }

  /// @param broadcast whether everybody on the link got it
  void heard(Bytes payload, Sender sender, boolean broadcast) {
    long now = System.nanoTime();
    heard.increment();
    Station station = receiver(payload.buffer());
    if (station == null) {
      strange.increment();
    } else if (!station.deliver(read(payload, sender, broadcast, now))) {
      overflowed.increment();
    }
  }

  private @Nullable Station receiver(ByteBuffer payload) {
    if (payload.remaining() < NAMED_SIZE || payload.get(OP_AT) != DhcpMessage.BOOTREPLY) {
      return null;
    }
    byte[] chaddr = new byte[DhcpMessage.CHADDR_SIZE];
    payload.get(CHADDR_AT, chaddr);
    int length = Math.min(Byte.toUnsignedInt(payload.get(HLEN_AT)), chaddr.length);
    Station named = byMac.get(MacAddress.of(Arrays.copyOf(chaddr, length)));
    return named != null ? named : byXid.get(Integer.toUnsignedLong(payload.getInt(XID_AT)));
  }

  private static Heard read(Bytes payload, Sender sender, boolean broadcast, long now) {
    try {
      return new Heard.Message(DhcpMessage.decode(payload), payload, sender, broadcast, now);
    } catch (MalformedPacketException e) {
      return new Heard.Garbage(e.getMessage(), payload.length(), sender, now);
    }
  }

  Link.Traffic traffic() {
    return new Link.Traffic(sent.sum(), unsent.sum(), heard.sum(), strange.sum(), overflowed.sum());
  }
}
