package dev.bootbus.dhcp;

import dev.bootbus.dhcp.TokenBuckets.Rate;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// Drops the packets of a machine, a relay's circuit or a relay that sends too many, before anybody
/// is asked about them.
///
/// A machine is its hardware address behind one relay, so that nobody behind another relay uses up
/// its tokens. Without a hardware address it is its client identifier.
public final class RateLimit implements Admission {
  /// @param machine of each machine. Firmware repeats a packet after 4, 8, 16 and 32 s (PXE
  ///     specification 2.1 §2.2.4), iPXE after 1 s and more; PXE, iPXE and the system after each
  ///     other send about ten packets
  /// @param circuit of each circuit of a relay (RFC 3046 §3.1), which may be a switch's port or a
  ///     whole VLAN; also of a switch that adds option 82 without being a relay
  /// @param relay of each relay (`giaddr`); this is also what bounds how much a forged one can be
  ///     sent
  public record Settings(Rate machine, Rate circuit, Rate relay) {
    /// For relays a rate that no honest VLAN reaches. For circuits none, as none fits both a port
    /// and a VLAN.
    public static final Settings DEFAULT =
        new Settings(new Rate(20, 5), Rate.UNLIMITED, new Rate(20_000, 20_000));

    @Override
    public String toString() {
      return "machine=%s circuit=%s relay=%s".formatted(machine, circuit, relay);
    }
  }

  private static final int CIRCUIT_ID = 1;
  private static final long FNV_BASIS = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final TokenBuckets machines;
  private final TokenBuckets circuits;
  private final TokenBuckets relays;
  private final Settings settings;
  private final LongSupplier clock;
  private final long start;

  public RateLimit(Settings settings) {
    this(settings, System::nanoTime, new SecureRandom().nextLong());
  }

  /// @param clock in nanoseconds, as [System#nanoTime]
  RateLimit(Settings settings, LongSupplier clock, long seed) {
    this.settings = settings;
    this.clock = clock;
    start = clock.getAsLong();
    machines = new TokenBuckets(settings.machine(), seed);
    circuits = new TokenBuckets(settings.circuit(), seed);
    relays = new TokenBuckets(settings.relay(), seed);
  }

  /// The machine is charged first, so that one that is refused costs its neighbours nothing.
  @Override
  public Optional<DropReason> refusal(Client client) {
    long now = clock.getAsLong() - start;
    DhcpMessage message = client.message();
    long relay = message.giaddr().hashCode();
    if (!machines.take(machine(client, relay), now)) {
      return Optional.of(DropReason.RATE_LIMITED_MAC);
    }
    if (!settings.circuit().isUnlimited()) {
      OptionalLong circuit = circuit(message, relay);
      if (circuit.isPresent() && !circuits.take(circuit.getAsLong(), now)) {
        return Optional.of(DropReason.RATE_LIMITED_CIRCUIT);
      }
    }
    return relay == 0 || relays.take(relay, now)
        ? Optional.empty()
        : Optional.of(DropReason.RATE_LIMITED_RELAY);
  }

  private static long machine(Client client, long relay) {
    DhcpMessage message = client.message();
    if (!client.mac().isNone()) {
      return key(message.chaddr(), 0, message.hlen(), relay);
    }
    Bytes id = message.options().get(Option.CLIENT_ID).orElse(Bytes.EMPTY);
    return key(id, 0, id.length(), relay);
  }

  private static OptionalLong circuit(DhcpMessage message, long relay) {
    Bytes value = message.options().get(Option.RELAY_AGENT_INFO).orElse(Bytes.EMPTY);
    int at = 0;
    while (at + 2 <= value.length()) {
      int end = at + 2 + value.at(at + 1);
      if (value.at(at) == CIRCUIT_ID && end <= value.length()) {
        return OptionalLong.of(key(value, at + 2, end, relay));
      }
      at = end;
    }
    return OptionalLong.empty();
  }

  /// FNV-1a.
  private static long key(Bytes bytes, int from, int to, long relay) {
    long key = FNV_BASIS ^ TokenBuckets.mixed(relay);
    for (int i = from; i < to; i++) {
      key = (key ^ bytes.at(i)) * FNV_PRIME;
    }
    return key;
  }
}
