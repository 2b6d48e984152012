package dev.bootbus.dhcp;

import dev.bootbus.runtime.ServiceFlags;
import dev.bootbus.runtime.ServiceSettings;
import dev.bootbus.schema.AnswerCache;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.BusSettings;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The settings that say whom to ask, and how the process is watched: for all of it, and until it
/// ends.
final class BackendFlags {
  static final int MANAGEMENT_PORT = 9467;

  @Mixin private BusFlags bus = new BusFlags();

  @Mixin private ServiceFlags service = new ServiceFlags();

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      defaultValue = "bootbus.v1.dhcp",
      description = "Bus subject on which backends answer.")
  private String subject = "";

  @Option(
      names = "--deadline-ms",
      paramLabel = "MS",
      defaultValue = "800",
      description = "How long to wait for a backend, in milliseconds.")
  private int deadlineMillis;

  @Option(
      names = "--dhcp-type",
      paramLabel = "TYPE",
      defaultValue = "",
      description = "CloudEvents type of requests, where a backend insists on one.")
  private String dhcpType = "";

  @Option(
      names = "--answer-cache",
      paramLabel = "off|backend|MS",
      defaultValue = "backend",
      description = {
        "Whether an answer is given again without asking: never, as long as the answer's MaxAge"
            + " allows, or for so many milliseconds also where it allows nothing (not for leases)."
      })
  private String answerCache = "";

  @Option(
      names = "--trace-names",
      paramLabel = "on|off",
      defaultValue = "off",
      description = {
        "Whether firmware is told to load ipxe.efi-00-TRACE-SPAN-01 instead of ipxe.efi: only where"
            + " the file is iPXE, and only while traces are exported."
      })
  private Switch traceNames = Switch.OFF;

  boolean traceNames() {
    return traceNames.isOn();
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  BusSettings settings() {
    if (deadlineMillis < 1) {
      throw new IllegalArgumentException("--deadline-ms: not a time to wait: " + deadlineMillis);
    }
    BusSettings settings = bus.settings("dhcp-server");
    return settings
        .withSubjects(settings.subjects().withDhcp(subject))
        .withDhcpType(dhcpType)
        .withDeadline(Duration.ofMillis(deadlineMillis))
        .withAnswerCache(cache());
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  ServiceSettings service() {
    return service.settings(MANAGEMENT_PORT);
  }

  private AnswerCache cache() {
    try {
      return AnswerCache.parse(answerCache);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--answer-cache: " + e.getMessage(), e);
    }
  }
}
