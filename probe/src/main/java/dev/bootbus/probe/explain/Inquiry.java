package dev.bootbus.probe.explain;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Program;
import dev.bootbus.probe.bus.Asked;
import dev.bootbus.probe.bus.BusView;
import dev.bootbus.probe.bus.BusView.Endpoint;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.ExplainRequest;
import dev.bootbus.schema.Explanation;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.MalformedMessageException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks every front end what it would answer to each thing that a machine says, and the backend
/// what would be in the file that it is sent to.
final class Inquiry {
  /// Each front end waits for its backend, 800 ms unless set.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /// Between the first and the last of them, as all were asked at once.
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final String API = "bootbus.v1.";
  private static final int MANY = 64;
  private static final Pattern MAC = Pattern.compile("(?:^|&)mac=([0-9A-Fa-f:-]{12,17})(?:&|$)");

  private final BusView view;
  private final Bus bus;
  private final Machine machine;
  private final List<Step> steps = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private int frontEnds = MANY; // that answered before; the first question waits for all there are

  /// @param bus for the files
  Inquiry(BusView view, Bus bus, Machine machine) {
    this.view = view;
    this.bus = bus;
    this.machine = machine;
  }

  /// What a machine would come to; empty with a finding where nobody answers.
  record Result(List<Step> steps, List<Finding> findings) {}

  Result run() throws InterruptedException {
    look(view.endpoints());
    for (Program program : machine.programs()) {
      for (Step.Dhcp offered : ask(program, "DISCOVER", machine.discover(program), false)) {
        follow(program, offered);
      }
    }
    if (steps.isEmpty() && findings.stream().noneMatch(Inquiry::isSilence)) {
      findings.add(
          new Finding(Cause.EXPLAIN_SILENT, "nothing came in " + PATIENCE.toMillis() + " ms"));
    }
    if (!steps.isEmpty()) {
      files();
    }
    return new Result(List.copyOf(steps), List.copyOf(findings));
  }

  private static boolean isSilence(Finding finding) {
    return finding.cause() == Cause.EXPLAIN_NOBODY || finding.cause() == Cause.EXPLAIN_SILENT;
  }

  private void look(List<Endpoint> endpoints) {
    List<Endpoint> backends = endpoints.stream().filter(e -> e.name().equals("dhcp")).toList();
    List<String> writing =
        backends.stream().filter(e -> !e.dryRuns()).map(Endpoint::service).distinct().toList();
    if (backends.isEmpty() || !writing.isEmpty()) {
      findings.add(
          new Finding(
              Cause.EXPLAIN_MAY_WRITE,
              backends.isEmpty()
                  ? "no backend says of itself what it does"
                  : String.join(", ", writing) + " does not say that it knows dry runs"));
    }
  }

  private void follow(Program program, Step.Dhcp offered) throws InterruptedException {
    Optional<DhcpMessage> offer =
        offered.answer().outcome().equals("offer") ? offered.message() : Optional.empty();
    steps.add(offered);
    if (offer.isEmpty()) {
      return;
    }
    Inet4Address given = offer.get().yiaddr();
    if (!given.equals(DhcpMessage.NO_ADDRESS)) {
      DhcpMessage request = machine.request(program, offer.get());
      keep(ask(program, "REQUEST", request, false), offered);
    }
    if (isPxe(program)) {
      DhcpMessage asked = machine.bootRequest(program, given);
      keep(ask(program, "REQUEST to port 4011", asked, true), offered);
    }
  }

  private static boolean isPxe(Program program) {
    return switch (program) {
      case BIOS_ROM, UEFI_PXE -> true;
      case UEFI_HTTP, IPXE, RASPBERRY_PI, FREEBSD, U_BOOT -> false;
    };
  }

  /// Of the front end whose offer it follows.
  private void keep(List<Step.Dhcp> answers, Step.Dhcp of) {
    answers.stream().filter(of::isOf).findFirst().ifPresent(steps::add);
  }

  private List<Step.Dhcp> ask(
      Program program, String said, DhcpMessage message, boolean bootService)
      throws InterruptedException {
    String packet = HexFormat.of().formatHex(message.encode().toArray());
    byte[] question =
        new ExplainRequest(packet, machine.network(), bootService, bootService).json();
    Asked asked = view.all(API + ExplainRequest.SUBJECT, question, frontEnds, PATIENCE, QUIET);
    List<Step.Dhcp> answers = new ArrayList<>();
    switch (asked) {
      case Asked.Nobody _ -> found(Cause.EXPLAIN_NOBODY, "nobody listens on the subject");
      case Asked.Silence _ -> found(Cause.EXPLAIN_SILENT, "it has not answered in time");
      case Asked.Refused(String why) -> found(Cause.EXPLAIN_NOBODY, why);
      case Asked.Answered(List<byte[]> replies) -> {
        frontEnds = Math.min(frontEnds, replies.size());
        for (byte[] reply : replies) {
          read(reply, program, said, answers);
        }
      }
    }
    return answers;
  }

  private void read(byte[] reply, Program program, String said, List<Step.Dhcp> answers) {
    try {
      Explanation explanation = Explanation.read(reply);
      if (explanation.answers().isEmpty()) {
        found(Cause.EXPLAIN_SILENT, explanation.host() + " serves no such interface");
      }
      explanation
          .answers()
          .forEach(
              answer ->
                  answers.add(new Step.Dhcp(program.title(), said, explanation.host(), answer)));
    } catch (MalformedMessageException e) {
      found(Cause.EXPLAIN_SILENT, "an answer cannot be read: " + e.getMessage());
    }
  }

  private void found(Cause cause, String detail) {
    Finding finding = new Finding(cause, detail);
    if (!findings.contains(finding)) {
      findings.add(finding);
    }
  }

  private void files() {
    String mac = machine.hardware().mac().dashed();
    switch (machine.as()) {
      case BIOS, UEFI, UEFI_HTTP, IPXE -> scripts();
      case PXELINUX -> file("PXELINUX", "pxelinux.cfg/01-" + mac, Protocol.TFTP, none());
      case GRUB -> file("GRUB", "grub/grub.cfg-01-" + mac, Protocol.TFTP, none());
      case RPI -> {
        file("Raspberry Pi", mac + "/config.txt", Protocol.TFTP, none());
        file("Raspberry Pi", mac + "/cmdline.txt", Protocol.TFTP, none());
      }
      case FREEBSD -> {}
    }
  }

  private static MacAddress none() {
    return MacAddress.NONE;
  }

  /// What iPXE is sent to; each once, though several front ends may say it.
  private void scripts() {
    List<String> urls =
        steps.stream()
            .filter(step -> step.program().equals(Program.IPXE.title()))
            .flatMap(step -> step instanceof Step.Dhcp dhcp ? dhcp.message().stream() : null)
            .flatMap(message -> message.options().get(Option.BOOT_FILE_NAME).stream())
            .distinct()
            .toList();
    for (String url : urls) {
      try {
        URI uri = new URI(url);
        String path = Optional.ofNullable(uri.getPath()).orElse("").replaceFirst("^/+", "");
        if (!path.isEmpty()) {
          Protocol protocol = url.startsWith("http") ? Protocol.HTTP : Protocol.TFTP;
          file(Program.IPXE.title(), path, protocol, named(uri));
        }
      } catch (URISyntaxException e) {
        found(Cause.EXPLAIN_SILENT, "the boot file is no URL: " + url);
      }
    }
  }

  private static MacAddress named(URI uri) {
    Matcher mac = MAC.matcher(Optional.ofNullable(uri.getQuery()).orElse(""));
    try {
      return mac.find() ? MacAddress.parse(mac.group(1).toLowerCase(Locale.ROOT)) : none();
    } catch (IllegalArgumentException e) {
      return none();
    }
  }

  private void file(String program, String path, Protocol protocol, MacAddress mac) {
    FileRequest request =
        new FileRequest(path, protocol, peer(), mac, "").asDryRun(List.of(machine.architecture()));
    try {
      steps.add(new Step.File(program, path, Optional.of(bus.ask(request)), ""));
    } catch (BackendUnavailableException e) {
      String why = String.valueOf(e.getMessage());
      steps.add(new Step.File(program, path, Optional.empty(), why));
    }
  }

  /// The address that the machine would ask from.
  private InetAddress peer() {
    return steps.stream()
        .flatMap(step -> step instanceof Step.Dhcp dhcp ? dhcp.message().stream() : null)
        .map(DhcpMessage::yiaddr)
        .filter(address -> !address.equals(DhcpMessage.NO_ADDRESS))
        .findFirst()
        .orElse(DhcpMessage.NO_ADDRESS);
  }
}
