package dev.bootbus.kernel;

import dev.bootbus.kernel.boot.BootUrl;
import dev.bootbus.kernel.boot.TemplateFlags;
import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueFlags;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Network;
import dev.bootbus.kernel.lease.Pool;
import dev.bootbus.kernel.lease.Subnet;
import dev.bootbus.kernel.node.Unknown;
import dev.bootbus.kernel.store.EventLimits;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.Subjects;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of the process, and what they mean together. Where an option may be absent, an
/// empty text is as good, so that a compose file may pass on a variable that nobody has set.
public final class Options {
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final long MAX_SECONDS = 0xFFFF_FFFFL; // option 51 has four bytes

  @Mixin BusFlags bus = new BusFlags();

  @Mixin TemplateFlags templates = new TemplateFlags();

  @Option(
      names = "--subject",
      paramLabel = "SUBJECT",
      defaultValue = "${env:BOOTBUS_SUBJECT:-bootbus.v1.dhcp}",
      description = "Where DHCP questions are answered; tinkerbell.dhcp for a Go front end.")
  String subject = "";

  @Option(
      names = "--file-subject",
      paramLabel = "SUBJECT",
      defaultValue = "${env:BOOTBUS_FILE_SUBJECT:-bootbus.v1.file}",
      description = "Where questions for files are answered.")
  String fileSubject = "";

  @Option(
      names = "--dhcp-type",
      paramLabel = "TYPE",
      defaultValue = "${env:BOOTBUS_DHCP_TYPE:-}",
      description = "CloudEvents type of answers, where a front end insists on one.")
  String dhcpType = "";

  @Option(
      names = "--bucket-prefix",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_BUCKET_PREFIX:-bootbus}",
      description =
          "Of the JetStream buckets NAME-nodes and NAME-leases, and the stream NAME-events.")
  String bucketPrefix = "";

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "${env:BOOTBUS_REPLICAS:-1}",
      description = "How many servers of a NATS cluster keep each of them, 1 to 5.")
  int replicas;

  @Option(
      names = "--events-age",
      paramLabel = "TIME",
      defaultValue = "${env:BOOTBUS_EVENTS_AGE:-7d}",
      description = "How long events are kept: 90m, 36h, 7d.")
  String eventsAge = "";

  @Option(
      names = "--events-bytes",
      paramLabel = "SIZE",
      defaultValue = "${env:BOOTBUS_EVENTS_BYTES:-256MiB}",
      description = "How much of the disk of nats-server they may fill: 256MiB, 2GiB.")
  String eventsBytes = "";

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
      names = "--unknown",
      paramLabel = "register|lease|refuse",
      defaultValue = "${env:BOOTBUS_UNKNOWN:-register}",
      description =
          "What a machine becomes that is first seen: a node, somebody with an address only, or"
              + " nobody.")
  String unknown = "";

  @Mixin CatalogueFlags catalogue = new CatalogueFlags();

  @Option(
      names = "--boot-url",
      paramLabel = "URL",
      defaultValue = "${env:BOOTBUS_BOOT_URL}",
      description =
          "Where machines reach the http-server, as http://192.168.77.1/; none: no boot scripts.")
  @Nullable String bootUrl;

  BusSettings busSettings() {
    BusSettings settings = bus.settings("kernel-backend");
    Subjects subjects = settings.subjects().withDhcp(subject).withFile(fileSubject);
    for (String question : List.of(subject, fileSubject)) {
      if (question.startsWith(subjects.event() + ".")) {
        throw new IllegalArgumentException(
            "--event-subject: the stream of events would answer the questions on " + question);
      }
    }
    return settings.withSubjects(subjects).withDhcpType(dhcpType);
  }

  EventLimits eventLimits() {
    return new EventLimits(
        parsed("--events-age", eventsAge, EventLimits::age).orElse(EventLimits.DEFAULT.age()),
        parsed("--events-bytes", eventsBytes, EventLimits::bytes)
            .orElse(EventLimits.DEFAULT.bytes()));
  }

  String bucketPrefix() {
    if (!PREFIX.matcher(bucketPrefix).matches()) {
      throw new IllegalArgumentException(
          "--bucket-prefix: letters, digits, '-' and '_' only: " + bucketPrefix);
    }
    return bucketPrefix;
  }

  int replicas() {
    if (replicas < 1 || replicas > 5) {
      throw new IllegalArgumentException("--replicas: not from 1 to 5: " + replicas);
    }
    return replicas;
  }

  Unknown unknown() {
    return given(unknown)
        .map(text -> parsed("--unknown", text, Unknown::parse).orElseThrow())
        .orElse(Unknown.REGISTER);
  }

  /// The catalogue, whose fixed addresses the network must have room for.
  LiveCatalogue catalogue() throws CatalogueException {
    return catalogue.open(fresh -> network(fresh.fixedAddresses()));
  }

  Optional<BootUrl> bootUrl() {
    return parsed("--boot-url", bootUrl, BootUrl::parse);
  }

  /// @param fixed the addresses of declared nodes
  public Network network(Set<Inet4Address> fixed) {
    Optional<Pool> range = parsed("--pool", pool, Pool::parse);
    Optional<Inet4Address> router = parsed("--gateway", gateway, Ipv4::parse);
    Set<Inet4Address> taken = new HashSet<>(addresses("--exclude", exclude));
    bootUrl().flatMap(BootUrl::address).ifPresent(taken::add);
    Optional<Inet4Address> inside =
        range.map(Pool::first).or(() -> router).or(() -> fixed.stream().findAny());
    Network network =
        new Network(
            subnet(inside).orElse(null),
            range.map(all -> all.without(taken)).orElse(null),
            router.orElse(null),
            addresses("--dns", dns),
            given(domain).orElse(""),
            addresses("--ntp", ntp),
            new Network.Times(
                seconds("--lease-time", leaseTime),
                seconds("--offer-time", offerTime),
                seconds("--decline-time", declineTime)),
            percent("--max-declined", maxDeclined));
    return network.reserving(fixed);
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
