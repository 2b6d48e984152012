package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.ArpPacket;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// ARP (RFC 826) for machines that this one's system knows nothing of.
final class Arp implements AutoCloseable {
  private static final int MAX_NEIGHBOURS = 1024;
  private static final int TRIES = 3;

  private final PacketSocket socket;
  private final Map<Inet4Address, MacAddress> held = new ConcurrentHashMap<>();
  private final Map<MacAddress, Inet4Address> holding = new ConcurrentHashMap<>();
  private final Map<Inet4Address, CompletableFuture<MacAddress>> asked = new ConcurrentHashMap<>();

  @SuppressWarnings("serial") // nobody serializes it
  private final Map<Inet4Address, MacAddress> neighbours =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Inet4Address, MacAddress> eldest) {
          return size() > MAX_NEIGHBOURS;
        }
      };

  private Arp(PacketSocket socket) {
    this.socket = socket;
  }

  static Arp open(NetworkInterface network) throws IOException {
    Arp arp = new Arp(PacketSocket.open(network, PacketSocket.ETH_P_ARP));
    Thread.ofPlatform().daemon().name("arp-" + network.getName()).start(arp::serve);
    return arp;
  }

  /// Answers for it from now on, and for no other of this machine; 0.0.0.0 for none.
  void hold(MacAddress mac, Inet4Address address) {
    Inet4Address before = holding.remove(mac);
    if (before != null) {
      held.remove(before, mac);
    }
    if (Frame.isSet(address)) {
      holding.put(mac, address);
      held.put(address, mac);
    }
  }

  /// Asks the link, a few times.
  ///
  /// @param own 0.0.0.0 for a probe (RFC 5227 §2.1.1)
  Optional<MacAddress> whoHas(Inet4Address address, MacAddress mac, Inet4Address own, Duration wait)
      throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      // others may ask for the same one, and give up before
      CompletableFuture<MacAddress> answer =
          asked.computeIfAbsent(address, _ -> new CompletableFuture<>());
      try {
        send(Frame.EVERYBODY, mac, request(address, mac, own));
        return Optional.of(answer.get(wait.dividedBy(TRIES).toNanos(), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        // asked again
      } catch (ExecutionException e) {
        throw new AssertionError("never completed exceptionally", e);
      } finally {
        asked.remove(address, answer);
      }
    }
    return Optional.empty();
  }

  private static ArpPacket request(Inet4Address address, MacAddress mac, Inet4Address own) {
    Bytes nobody = Bytes.of(new byte[Frame.MAC_SIZE]);
    return new ArpPacket(ArpPacket.REQUEST, Bytes.of(mac.bytes()), own, nobody, address);
  }

  /// The same, but for whom the link is known already.
  Optional<MacAddress> neighbour(
      Inet4Address address, MacAddress mac, Inet4Address own, Duration wait)
      throws IOException, InterruptedException {
    synchronized (neighbours) {
      MacAddress known = neighbours.get(address);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<MacAddress> found = whoHas(address, mac, own, wait);
    synchronized (neighbours) {
      found.ifPresent(neighbour -> neighbours.put(address, neighbour));
    }
    return found;
  }

  private void serve() {
    while (true) {
      try {
        ByteBuffer frame = socket.receive();
        if (frame.remaining() >= PacketSocket.ETHERNET_HEADER) {
          heard(ArpPacket.read(frame.position(PacketSocket.ETHERNET_HEADER)));
        }
      } catch (MalformedPacketException e) {
        // no ARP of ours
      } catch (IOException e) {
        return; // closed, or the interface is gone
      }
    }
  }

  private void heard(ArpPacket packet) {
    MacAddress sender = MacAddress.of(packet.sha().toArray());
    MacAddress holder = held.get(packet.tpa());
    if (packet.op() == ArpPacket.REQUEST && holder != null && !holder.equals(sender)) {
      answer(packet, sender, holder);
    }
    CompletableFuture<MacAddress> asker = asked.get(packet.spa());
    if (asker != null && !packet.spa().equals(DhcpMessage.NO_ADDRESS)) {
      asker.complete(sender);
    }
  }

  private void answer(ArpPacket asked, MacAddress to, MacAddress holder) {
    Bytes own = Bytes.of(holder.bytes());
    try {
      send(to, holder, new ArpPacket(ArpPacket.REPLY, own, asked.tpa(), asked.sha(), asked.spa()));
    } catch (IOException e) {
      // lost, and asked again
    }
  }

  private void send(MacAddress to, MacAddress from, ArpPacket packet) throws IOException {
    int size = PacketSocket.ETHERNET_HEADER + ArpPacket.SIZE;
    ByteBuffer frame = Frame.header(size, to, from, PacketSocket.ETH_P_ARP);
    packet.write(frame);
    socket.send(frame.flip());
  }

  @Override
  public void close() {
    socket.close();
  }
}
