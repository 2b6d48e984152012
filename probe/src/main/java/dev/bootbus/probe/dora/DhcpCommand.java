package dev.bootbus.probe.dora;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Report;
import dev.bootbus.probe.boot.MachineOptions;
import dev.bootbus.probe.boot.Program;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.LinkOptions;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.dora.Talk.What;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `probe dhcp`
@Command(
    name = "dhcp",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Asks for an address as a machine does, and shows each message with every option.",
      "At the end the address is given back."
    },
    footer = {
      "",
      "Exit code: 0 all is well, 1 something is broken, 2 the command line is wrong, 3 nobody answers."
    })
public final class DhcpCommand implements Callable<Integer> {
  private static final int MAX_SECONDS = 60;
  private static final int MAX_TRIES = 10;
  private static final Duration LONGEST = Duration.ofSeconds(64);

  @Spec private @Nullable CommandSpec command;

  @Mixin private LinkOptions way = new LinkOptions();

  @Mixin private MachineOptions machine = new MachineOptions();

  @Option(names = "--discover", description = "Only collect offers, and take none.")
  private boolean discover;

  @Option(
      names = "--take",
      paramLabel = "ADDRESS",
      description = "Take the offer of this server (default: the first one that has an address).")
  private @Nullable Inet4Address take;

  @Option(
      names = "--boot-server",
      arity = "0..1",
      fallbackValue = "0.0.0.0",
      paramLabel = "ADDRESS",
      description = "Then ask this PXE boot server on port 4011; without ADDRESS the DHCP server.")
  private @Nullable Inet4Address bootServer;

  @Option(names = "--renew", description = "Then renew: ask the server that gave the address.")
  private boolean renew;

  @Option(names = "--rebind", description = "Then rebind: ask any server.")
  private boolean rebind;

  @Option(
      names = "--reboot",
      description = "Then ask for the same address as after a restart (INIT-REBOOT).")
  private boolean reboot;

  @Option(names = "--inform", description = "Then ask for the options only (INFORM).")
  private boolean inform;

  @Option(
      names = "--decline",
      description = "At the end say that somebody else has the address, instead of giving it back.")
  private boolean decline;

  @Option(names = "--keep", description = "Do not give the address back.")
  private boolean keep;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_PROBE_WAIT:-2}",
      description =
          "For an answer to the first try; it doubles with each further one (default: 2).")
  private double wait;

  @Option(
      names = "--collect",
      paramLabel = "SECONDS",
      defaultValue = "${env:BOOTBUS_PROBE_COLLECT:-2}",
      description = "For further offers after the first one (default: 2).")
  private double collect;

  @Option(
      names = "--tries",
      paramLabel = "COUNT",
      defaultValue = "${env:BOOTBUS_PROBE_TRIES:-3}",
      description = "How often each message is sent without an answer (default: 3).")
  private int tries;

  @Option(names = "--json", description = "One JSON document, and nothing else.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    check(wait > 0 && wait <= MAX_SECONDS, "--wait is more than 0 and at most 60");
    check(collect >= 0 && collect <= MAX_SECONDS, "--collect is 0 to 60");
    check(tries > 0 && tries <= MAX_TRIES, "--tries is 1 to 10");
    check(!decline || !keep, "--decline and --keep do not go together");
    check(!discover || !isMore(), "with --discover no address is taken");
    Patience patience = new Patience(seconds(wait), LONGEST, tries, seconds(collect));
    Identity identity = machine.as().identity(machine.hardware());
    try (Link link = way.open()) {
      Talking talking =
          new Talking(
              link,
              identity,
              patience,
              Optional.ofNullable(take),
              wishes(),
              Optional.ofNullable(bootServer).filter(address -> !address.isAnyLocalAddress()),
              from(link));
      return report(identity, link, talking.talk());
    }
  }

  private static Duration seconds(double number) {
    return Duration.ofMillis(Math.max(1, (long) (number * 1000)));
  }

  private boolean isMore() {
    return bootServer != null || renew || rebind || reboot || inform || decline || keep;
  }

  private Set<What> wishes() {
    Set<What> wishes = EnumSet.noneOf(What.class);
    add(!discover, What.REQUEST, wishes);
    add(bootServer != null, What.BOOT_SERVER, wishes);
    add(renew, What.RENEW, wishes);
    add(rebind, What.REBIND, wishes);
    add(reboot, What.REBOOT, wishes);
    add(inform, What.INFORM, wishes);
    add(decline, What.DECLINE, wishes);
    add(!discover && !decline && !keep, What.RELEASE, wishes);
    return wishes;
  }

  private static void add(boolean wished, What what, Set<What> wishes) {
    if (wished) {
      wishes.add(what);
    }
  }

  /// UEFI asks from 4011, others from 68.
  private int from(Link link) {
    Link.Ports ports = link.ports();
    return machine.as().first() == Program.UEFI_PXE ? ports.bootServer() : ports.client();
  }

  private int report(Identity identity, Link link, Talk talk) {
    PrintWriter out = Objects.requireNonNull(command).commandLine().getOut();
    boolean pxe = identity.vendorClass().filter(text -> text.startsWith("PXEClient")).isPresent();
    List<Finding> findings = Findings.of(talk);
    if (json) {
      out.println(new TalkJson(pxe).of(identity.mac().toString(), link.label(), talk, findings));
      out.flush();
    } else {
      out.println("%s on %s, as %s".formatted(identity.mac(), link.label(), machine.as()));
      out.println();
      new Transcript(out, pxe).print(talk);
      new Report(Terminal.ofEnvironment()).print(findings, out);
    }
    return talk.offers().all().isEmpty() ? Report.SILENCE : Report.exitCode(findings);
  }

  private void check(boolean good, String otherwise) {
    if (!good) {
      throw new ParameterException(Objects.requireNonNull(command).commandLine(), otherwise);
    }
  }
}
