package dev.bootbus.dhcp;

import dev.bootbus.dhcp.TokenBuckets.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/// The settings that say whom to answer, and in which way.
final class ServeFlags {
  /// Firmware repeats its DISCOVER after 4 s, and takes the offers of a few seconds.
  private static final int MAX_DELAY_MILLIS = 10_000;

  /// Firmware waits 4 s for an offer, of which the backend may take almost one.
  private static final int MAX_CONFLICT_CHECK_MILLIS = 2000;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "dhcp",
      description = {
        "dhcp, or reservation: give addresses, and tell firmware what to boot.",
        "proxy: only the latter, beside another DHCP server.",
        "auto-proxy: the same, with a default script for machines that no backend knows.",
        "off: nothing."
      })
  private ScopeMode mode = ScopeMode.DHCP;

  @Option(
      names = "--allow",
      paramLabel = "MAC",
      showDefaultValue = Visibility.NEVER,
      description = "Serve only this machine, or those with these first bytes (OUI); repeatable.")
  private List<String> allow = new ArrayList<>();

  @Option(
      names = "--deny",
      paramLabel = "MAC",
      showDefaultValue = Visibility.NEVER,
      description = "Never serve this machine, or those with these first bytes; repeatable.")
  private List<String> deny = new ArrayList<>();

  @Option(
      names = "--pxe-only",
      paramLabel = "on|off",
      defaultValue = "off",
      description = "Serve only clients that boot from the network.")
  private Switch pxeOnly = Switch.OFF;

  @Option(
      names = "--known-only",
      paramLabel = "on|off",
      defaultValue = "off",
      description = "Serve only machines that a backend knows, in auto-proxy mode too.")
  private Switch knownOnly = Switch.OFF;

  @Option(
      names = "--limit-machine",
      paramLabel = "BURST/RATE",
      defaultValue = "20/5",
      description = "Packets of one machine at once, and per second after that; off: no limit.")
  private String limitMachine = "";

  @Option(
      names = "--limit-circuit",
      paramLabel = "BURST/RATE",
      defaultValue = "off",
      description = "The same for one circuit of a relay or switch (option 82).")
  private String limitCircuit = "";

  @Option(
      names = "--limit-relay",
      paramLabel = "BURST/RATE",
      defaultValue = "20000/20000",
      description = "The same for one relay (giaddr).")
  private String limitRelay = "";

  @Option(
      names = "--answer-delay-ms",
      paramLabel = "MS",
      defaultValue = "0",
      description = "How long to hold an offer back, so that another server may go first.")
  private int delayMillis;

  @Option(
      names = "--conflict-check",
      paramLabel = "MS",
      defaultValue = "0",
      description = {
        "How long to wait for somebody who answers ARP for an address that nobody has had yet,"
            + " before it is offered; 0: not at all."
      })
  private int conflictCheckMillis;

  ScopeMode mode() {
    return mode;
  }

  boolean isKnownOnly() {
    return knownOnly.isOn();
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  Admission admission() {
    Admission admission = Admission.EVERYONE;
    MacPrefixes denied = prefixes("--deny", deny);
    if (!denied.isEmpty()) {
      admission = admission.and(new DenyList(denied));
    }
    MacPrefixes allowed = prefixes("--allow", allow);
    if (!allowed.isEmpty()) {
      admission = admission.and(new AllowList(allowed));
    }
    return pxeOnly.isOn() ? admission.and(new BootClientsOnly()) : admission;
  }

  private static MacPrefixes prefixes(String flag, List<String> texts) {
    try {
      return MacPrefixes.of(texts);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  RateLimit.Settings limits() {
    return new RateLimit.Settings(
        rate("--limit-machine", limitMachine),
        rate("--limit-circuit", limitCircuit),
        rate("--limit-relay", limitRelay));
  }

  private static Rate rate(String flag, String text) {
    try {
      return Rate.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  Duration delay() {
    if (delayMillis < 0 || delayMillis > MAX_DELAY_MILLIS) {
      throw new IllegalArgumentException(
          "--answer-delay-ms: not from 0 to %d: %d".formatted(MAX_DELAY_MILLIS, delayMillis));
    }
    return Duration.ofMillis(delayMillis);
  }

  /// @throws IllegalArgumentException with one sentence for the operator
  Duration conflictCheck() {
    if (conflictCheckMillis < 0 || conflictCheckMillis > MAX_CONFLICT_CHECK_MILLIS) {
      throw new IllegalArgumentException(
          "--conflict-check: not from 0 to %d: %d"
              .formatted(MAX_CONFLICT_CHECK_MILLIS, conflictCheckMillis));
    }
    return Duration.ofMillis(conflictCheckMillis);
  }
}
