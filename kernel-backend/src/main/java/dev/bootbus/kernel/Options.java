package dev.bootbus.kernel;

import dev.bootbus.kernel.api.ApiFlags;
import dev.bootbus.kernel.boot.BootUrl;
import dev.bootbus.kernel.boot.TemplateFlags;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueFlags;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.LiveCatalogue;
import dev.bootbus.kernel.lease.Addressing;
import dev.bootbus.kernel.lease.LeaseFlags;
import dev.bootbus.kernel.lease.Networks;
import dev.bootbus.kernel.life.LifeFlags;
import dev.bootbus.kernel.node.Unknown;
import dev.bootbus.kernel.store.EventLimits;
import dev.bootbus.runtime.ServiceFlags;
import dev.bootbus.runtime.ServiceSettings;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.Subjects;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of the process, and what they mean together. Where an option may be absent, an
/// empty text is as good, so that a compose file may pass on a variable that nobody has set.
public final class Options {
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final int MANAGEMENT_PORT = 9490;

  @Mixin BusFlags bus = new BusFlags();
  @Mixin ServiceFlags service = new ServiceFlags();
  @Mixin LifeFlags life = new LifeFlags();

  @Mixin LeaseFlags leases = new LeaseFlags();
  @Mixin ApiFlags api = new ApiFlags();

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
      names = "--api-subject",
      paramLabel = "SUBJECT",
      defaultValue = "${env:BOOTBUS_API_SUBJECT:-bootbus.v1}",
      description = "What the subjects begin with that say what REST says: SUBJECT.nodes.list.")
  String apiSubject = "";

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
      names = "--unknown",
      paramLabel = "register|lease|refuse",
      defaultValue = "${env:BOOTBUS_UNKNOWN:-register}",
      description =
          "What a machine becomes that is first seen: a node, somebody with an address only, or"
              + " nobody.")
  String unknown = "";

  @Mixin CatalogueFlags catalogue = new CatalogueFlags();

  @Option(
      names = "--default-kernel",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_DEFAULT_KERNEL}",
      description = "Kernel of machines for which no rule of the catalogue says another.")
  @Nullable String defaultKernel;

  @Option(
      names = "--boot-url",
      paramLabel = "URL",
      defaultValue = "${env:BOOTBUS_BOOT_URL}",
      description =
          "Where machines reach the http-server, as http://192.168.77.1/; none: no boot scripts.")
  @Nullable String bootUrl;

  BusSettings busSettings() {
    BusSettings settings = bus.settings("kernel-backend");
    Subjects subjects =
        settings.subjects().withDhcp(subject).withFile(fileSubject).withApi(apiSubject);
    for (String question : List.of(subject, fileSubject, apiSubject + ".")) {
      if (question.startsWith(subjects.event() + ".")) {
        throw new IllegalArgumentException(
            "--event-subject: the stream of events would answer the questions on " + question);
      }
    }
    return settings.withSubjects(subjects).withDhcpType(dhcpType);
  }

  ServiceSettings service() {
    return service.settings(MANAGEMENT_PORT);
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

  Addressing addressing(Catalogue catalogue) {
    Optional<Inet4Address> bootServer = bootUrl().flatMap(BootUrl::address);
    return leases.addressing(bootServer, catalogue.fixedAddresses());
  }

  public Networks networks(Catalogue catalogue) {
    return addressing(catalogue).networks(catalogue.subnets(), catalogue.fixedAddresses());
  }

  /// The catalogue, whose subnets and fixed addresses must fit to one another and to the flags.
  LiveCatalogue catalogue() throws CatalogueException {
    return catalogue.open(this::networks);
  }

  Optional<String> defaultKernel() {
    return parsed("--default-kernel", defaultKernel, Options::kernelName);
  }

  private static String kernelName(String text) {
    if (!Kernel.isName(text)) {
      throw new IllegalArgumentException("not the name of a kernel: " + text);
    }
    return text;
  }

  Optional<BootUrl> bootUrl() {
    return parsed("--boot-url", bootUrl, BootUrl::parse);
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
}
