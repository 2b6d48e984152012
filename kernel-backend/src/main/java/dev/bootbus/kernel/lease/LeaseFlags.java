package dev.bootbus.kernel.lease;

import dev.bootbus.kernel.store.EventLimits;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which addresses machines get, and for how long. Where one may be absent, an
/// empty text is as good.
public final class LeaseFlags {
  private static final long MAX_SECONDS = 0xFFFF_FFFFL; // option 51 has four bytes

  @Option(
      names = "--pool",
      paramLabel = "FIRST-LAST",
      defaultValue = "${env:BOOTBUS_POOL}",
      description =
          "Addresses to lease, both ends included; without it, only those of declared nodes.")
  @Nullable String pool;

  @Option(
      names = "--exclude",
      paramLabel = "ADDRESS",
      split = ",",
      defaultValue = "${env:BOOTBUS_EXCLUDE}",
      description = "Addresses of the pool that belong to somebody.")
  @Nullable List<String> exclude;

  @Option(
      names = "--subnet",
      paramLabel = "CIDR",
      defaultValue = "${env:BOOTBUS_SUBNET}",
      description = "The machines' subnet, as 192.168.77.0/24; says the mask, and checks the rest.")
  @Nullable String subnet;

  @Option(
      names = "--subnet-mask",
      paramLabel = "MASK",
      defaultValue = "${env:BOOTBUS_SUBNET_MASK}",
      description = "The same as a mask only: 255.255.255.0.")
  @Nullable String subnetMask;

  @Option(
      names = "--gateway",
      paramLabel = "ADDRESS",
      defaultValue = "${env:BOOTBUS_GATEWAY}",
      description = "The machines' router.")
  @Nullable String gateway;

  @Option(
      names = "--dns",
      paramLabel = "ADDRESS",
      split = ",",
      defaultValue = "${env:BOOTBUS_DNS}",
      description = "The machines' name servers.")
  @Nullable List<String> dns;

  @Option(
      names = "--domain",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_DOMAIN}",
      description = "The machines' domain.")
  @Nullable String domain;

  @Option(
      names = "--ntp",
      paramLabel = "ADDRESS",
      split = ",",
      defaultValue = "${env:BOOTBUS_NTP}",
      description = "The machines' time servers.")
  @Nullable List<String> ntp;

  @Option(
      names = "--lease-time",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_LEASE_TIME:-3600}",
      description = "How long a machine may keep an address that it has asked for.")
  long leaseTime;

  @Option(
      names = "--offer-time",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_OFFER_TIME:-60}",
      description = "How long an address is held for a machine that it was offered to.")
  long offerTime;

  @Option(
      names = "--decline-time",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_DECLINE_TIME:-600}",
      description = "How long an address is nobody's that a machine found in use by another.")
  long declineTime;

  @Option(
      names = "--max-declined",
      paramLabel = "PERCENT",
      defaultValue = "${env:BOOTBUS_MAX_DECLINED:-10}",
      description = "How much of the pool may be nobody's at once for that; at least one address.")
  int maxDeclined;

  @Option(
      names = "--lease-history",
      paramLabel = "TIME",
      defaultValue = "${env:BOOTBUS_LEASE_HISTORY:-30d}",
      description = "How long a lease is remembered that is over: 90m, 36h, 30d.")
  String leaseHistory = "";

  @Option(
      names = "--lease-revisions",
      paramLabel = "N",
      defaultValue = "${env:BOOTBUS_LEASE_REVISIONS:-10}",
      description = "How many records of each address are remembered, 1 to 64.")
  int leaseRevisions;

  /// What is remembered of leases.
  ///
  /// @param age of one that is over
  /// @param revisions of each address
  public record Memory(Duration age, int revisions) {}

  /// @throws IllegalArgumentException if a flag says what it cannot mean
  public Memory memory() {
    if (leaseRevisions < 1 || leaseRevisions > 64) {
      throw new IllegalArgumentException("--lease-revisions: not from 1 to 64: " + leaseRevisions);
    }
    return new Memory(
        parsed("--lease-history", leaseHistory, EventLimits::age).orElse(Duration.ofDays(30)),
        leaseRevisions);
  }

  /// @param bootServer where machines fetch their files, which is nobody's address
  /// @param fixed the addresses of declared nodes, of which one tells the subnet to a mere mask
  /// @throws IllegalArgumentException if a flag says what it cannot mean
  public Addressing addressing(Optional<Inet4Address> bootServer, Set<Inet4Address> fixed) {
    Optional<Pool> range = parsed("--pool", pool, Pool::parse);
    Optional<Inet4Address> router = parsed("--gateway", gateway, Ipv4::parse);
    Set<Inet4Address> taken = new HashSet<>(addresses("--exclude", exclude));
    bootServer.ifPresent(taken::add);
    Optional<Inet4Address> inside =
        range.map(Pool::first).or(() -> router).or(() -> fixed.stream().findAny());
    return new Addressing(
        new DeclaredSubnet(
            subnet(inside).orElse(null),
            range.orElse(null),
            router.orElse(null),
            addresses("--dns", dns),
            given(domain).orElse(""),
            addresses("--ntp", ntp),
            null,
            Set.of(),
            Reservations.NONE),
        new Network.Times(
            seconds("--lease-time", leaseTime),
            seconds("--offer-time", offerTime),
            seconds("--decline-time", declineTime)),
        percent("--max-declined", maxDeclined),
        taken);
  }

  /// @param inside some address of the subnet, which a mask needs to be one
  private Optional<Subnet> subnet(Optional<Inet4Address> inside) {
    Optional<Subnet> cidr = parsed("--subnet", subnet, Subnet::parse);
    Optional<Inet4Address> mask = parsed("--subnet-mask", subnetMask, Ipv4::parse);
    if (cidr.isPresent() && mask.isPresent() && !cidr.get().mask().equals(mask.get())) {
      throw new IllegalArgumentException("--subnet and --subnet-mask say different masks");
    }
    return cidr.or(() -> mask.flatMap(bits -> inside.map(address -> new Subnet(address, bits))));
  }

  private static int percent(String option, int percent) {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException(option + ": not from 1 to 100 percent: " + percent);
    }
    return percent;
  }

  private static Duration seconds(String option, long seconds) {
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new IllegalArgumentException(
          option + ": not from 1 to " + MAX_SECONDS + " seconds: " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }

  private static Optional<String> given(@Nullable String text) {
    return Optional.ofNullable(text).map(String::strip).filter(given -> !given.isEmpty());
  }

  private static <T> Optional<T> parsed(
      String option, @Nullable String text, Function<String, T> reader) {
    try {
      return given(text).map(reader);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private static List<Inet4Address> addresses(String option, @Nullable List<String> texts) {
    return texts == null
        ? List.of()
        : texts.stream().flatMap(text -> parsed(option, text, Ipv4::parse).stream()).toList();
  }
}
