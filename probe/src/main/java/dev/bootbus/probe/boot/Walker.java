package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Target;
import dev.bootbus.probe.boot.Downloads.Came;
import dev.bootbus.probe.boot.Walk.End;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.What;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.probe.script.Image;
import dev.bootbus.probe.script.Loader;
import dev.bootbus.probe.script.Machine;
import dev.bootbus.probe.script.Menu;
import dev.bootbus.probe.script.Outcome;
import dev.bootbus.probe.script.Reading;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes the walk: from DISCOVER from program to program, until a kernel starts or a link is
/// broken.
public final class Walker {
  /// A machine that starts more programs than this runs in a circle.
  private static final int MAX_PROGRAMS = 8;

  private static final int MAX_LISTED = 4;

  /// @param from the address to fetch from, where it matters
  /// @param tftpPort of servers that name no other
  /// @param deadline of the whole walk
  /// @param release whether the machine gives its address back at the end; real ones never do
  public record Settings(
      Patience patience,
      Optional<InetAddress> from,
      int tftpPort,
      Duration deadline,
      Checksums checksums,
      boolean release) {
    public static final int TFTP_PORT = 69;

    /// Of a machine among many, which keeps its address.
    public static Settings of(Patience patience, Duration deadline) {
      return new Settings(patience, Optional.empty(), TFTP_PORT, deadline, Checksums.NONE, false);
    }
  }

  private final Link link;
  private final As as;
  private final Hardware hardware;
  private final Settings settings;
  private final Trace trace;
  private final Target target;
  private final Fetchers fetchers;
  private final Downloads downloads;
  private final Inquiry inquiry;
  private int programs;
  private @Nullable Held held;

  /// An address, and as whom it was asked for.
  private record Held(Identity identity, Lease lease) {}

  private Walker(
      Link link,
      As as,
      Hardware hardware,
      Settings settings,
      Inquiry inquiry,
      Trace trace,
      Fetchers fetchers) {
    this.link = link;
    this.as = as;
    this.hardware = hardware;
    this.settings = settings;
    this.trace = trace;
    this.fetchers = fetchers;
    this.inquiry = inquiry;
    this.target = as == As.RPI ? RASPBERRY_PI : Target.of(as.architecture(hardware.architecture()));
    this.downloads =
        new Downloads(fetchers, trace, target, settings.checksums(), Speaker.of(as.first()));
  }

  private static final Target RASPBERRY_PI = Target.of(41);

  public static Walk walk(
      Link link, As as, Hardware hardware, Settings settings, Inquiry inquiry, Watcher watcher)
      throws InterruptedException {
    try (Fetchers fetchers = new Fetchers(settings.from(), settings.tftpPort())) {
      return walk(link, as, hardware, settings, inquiry, watcher, fetchers);
    }
  }

  /// @param fetchers of this and other machines
  public static Walk walk(
      Link link,
      As as,
      Hardware hardware,
      Settings settings,
      Inquiry inquiry,
      Watcher watcher,
      Fetchers fetchers)
      throws InterruptedException {
    Trace trace = new Trace(settings.deadline(), watcher);
    Walker walker = new Walker(link, as, hardware, settings, inquiry, trace, fetchers);
    End end = walker.run(as.first());
    walker.release();
    return new Walk(as, hardware, trace.steps(), notes(trace, end), end, trace.now());
  }

  /// Without what is said at the end.
  private static List<Finding> notes(Trace trace, End end) {
    Optional<Cause> broken =
        switch (end) {
          case End.Broken(var finding) -> Optional.of(finding.cause());
          case End.Silence(var finding) -> Optional.of(finding.cause());
          case End.Boots _, End.Local _ -> Optional.empty();
        };
    return trace.notes().stream()
        .filter(note -> broken.filter(cause -> cause == note.cause()).isEmpty())
        .toList();
  }

  /// Of a program that asks for an address.
  private End run(Program program) throws InterruptedException {
    Optional<End> end = stop();
    if (end.isPresent()) {
      return end.get();
    }
    trace.enter(program.title());
    downloads.speaksNow(Speaker.of(program));
    int architecture = as.architecture(hardware.architecture());
    Dhcp dhcp = new Dhcp(link, settings.patience(), trace);
    // iPXE that came by HTTP boot says that it came by PXE
    int said = program == Program.IPXE ? ofPxe(architecture) : architecture;
    Identity identity = program.identity(hardware, said);
    return switch (dhcp.run(program, identity)) {
      case Dhcp.Ended.Stuck(var why, var offers) when offers.isEmpty() -> silence(program, why);
      case Dhcp.Ended.Stuck(var why, var offers) -> new End.Broken(OddOffers.blame(why, offers));
      case Dhcp.Ended.Leased leased -> {
        held = new Held(identity, leased.lease());
        yield told(program, leased);
      }
    };
  }

  private void release() throws InterruptedException {
    if (held == null || !settings.release()) {
      return;
    }
    try (DhcpClient client = DhcpClient.join(link, held.identity(), settings.patience())) {
      client.release(held.lease());
    } catch (IOException e) {
      // the server finds out when the lease ends
    }
  }

  private static int ofPxe(int architecture) {
    return switch (architecture) {
      case 15 -> 6;
      case 16, 17 -> 7;
      case 18 -> 10;
      case 19 -> 11;
      case 20 -> 0;
      default -> architecture;
    };
  }

  private End silence(Program program, Finding why) throws InterruptedException {
    Finding found = inquiry.intoSilence(program, hardware, why);
    // who got this far was answered before
    return programs == 1 ? new End.Silence(found) : new End.Broken(found);
  }

  private Optional<End> stop() {
    programs++;
    if (programs > MAX_PROGRAMS) {
      return Optional.of(
          new End.Broken(
              new Finding(Cause.BOOT_LOOP, MAX_PROGRAMS + " programs one after another")));
    }
    return trace.isOver()
        ? Optional.of(
            new End.Broken(new Finding(Cause.DEADLINE, settings.deadline().toSeconds() + " s")))
        : Optional.empty();
  }

  private End told(Program program, Dhcp.Ended.Leased leased) throws InterruptedException {
    return switch (leased.told()) {
      case Told.Stuck(var why) -> new End.Broken(OddOffers.blame(why, leased.offers()));
      case Told.Disk(var item) -> local("item of the PXE menu: " + item);
      case Told.ByItself(var server, var by) -> byItself(program, machine(leased, server, by));
      case Told.Load(var server, var file, var by) when program == Program.IPXE ->
          start(Loader.Kind.IPXE, uri(server, file), machine(leased, server, by));
      case Told.Load(var server, var file, var by) ->
          load(uri(server, file), machine(leased, server, by), leased.offers());
    };
  }

  private URI uri(Inet4Address server, String file) {
    try {
      return file.contains("://") ? new URI(file) : fetchers.tftp(server, file);
    } catch (URISyntaxException e) {
      return fetchers.tftp(server, file);
    }
  }

  private Machine machine(Dhcp.Ended.Leased leased, Inet4Address server, DhcpMessage by) {
    return new Machine(
        hardware.mac(),
        Optional.of(hardware.uuid()),
        target,
        leased.lease().address(),
        server,
        Offer.bootFile(by),
        leased.options(),
        Map.of());
  }

  private End byItself(Program program, Machine machine) throws InterruptedException {
    Loader.Kind kind =
        switch (program) {
          case RASPBERRY_PI -> Loader.Kind.RASPBERRY_PI;
          case U_BOOT -> Loader.Kind.U_BOOT;
          case FREEBSD, BIOS_ROM, UEFI_PXE, UEFI_HTTP, IPXE -> Loader.Kind.FREEBSD;
        };
    return start(kind, fetchers.tftp(machine.nextServer(), ""), machine);
  }

  /// What firmware does: one file, and that is started.
  private End load(URI uri, Machine machine, List<Offer> offers) throws InterruptedException {
    return switch (downloads.loader(uri)) {
      case Came.Failed(var finding) ->
          new End.Broken(inquiry.intoLoader(uri, finding, others(offers)));
      case Came.Whole whole when !whole.unfit().isEmpty() ->
          new End.Broken(whole.unfit().getFirst());
      case Came.Whole whole -> started(uri, whole.artefact(), machine);
    };
  }

  /// Who may have the file: the servers that answered, and whom they name in other places.
  private static List<Inet4Address> others(List<Offer> offers) {
    return offers.stream().flatMap(Walker::named).distinct().toList();
  }

  private static Stream<Inet4Address> named(Offer offer) {
    Inet4Address sender = (Inet4Address) offer.reply().sender().address().getAddress();
    var listed = offer.message().options().get(Option.TFTP_SERVERS).orElse(List.of());
    return Stream.concat(
        Stream.of(offer.server(), sender),
        Stream.concat(offer.nextServer().stream(), listed.stream().limit(MAX_LISTED)));
  }

  /// A program that has come takes over.
  private End started(URI uri, Artefact program, Machine machine) throws InterruptedException {
    Optional<End> end = otherThanMeant(uri, program).or(this::stop);
    if (end.isPresent()) {
      return end.get();
    }
    return switch (program.software()) {
      case IPXE -> run(Program.IPXE);
      case PXELINUX -> start(Loader.Kind.PXELINUX, uri, machine);
      case SYSLINUX_EFI -> start(Loader.Kind.SYSLINUX_EFI, uri, machine);
      case GRUB, SHIM -> start(Loader.Kind.GRUB, uri, machine);
      case FREEBSD_LOADER -> run(Program.FREEBSD);
      case U_BOOT -> run(Program.U_BOOT);
      case UNIFIED_KERNEL, LINUX -> boots(uri, List.of(), "");
      case COM32, MEMDISK, SYSTEMD_BOOT, WINDOWS -> strange(uri, program.software().title());
      case UNKNOWN ->
          switch (as.next()) {
            case PXELINUX -> start(Loader.Kind.PXELINUX, uri, machine);
            case GRUB -> start(Loader.Kind.GRUB, uri, machine);
            case ANY, SCRIPT, FREEBSD, RASPBERRY_PI -> strange(uri, "an unknown program");
          };
    };
  }

  /// The first program only: what that starts is its own affair.
  private Optional<End> otherThanMeant(URI uri, Artefact program) {
    boolean fits =
        switch (as.next()) {
          case PXELINUX ->
              switch (program.software()) {
                case PXELINUX, UNKNOWN -> true;
                default -> false;
              };
          case GRUB ->
              switch (program.software()) {
                case GRUB, SHIM, UNKNOWN -> true;
                default -> false;
              };
          case ANY, SCRIPT, FREEBSD, RASPBERRY_PI -> true;
        };
    return fits || programs > 1
        ? Optional.empty()
        : Optional.of(
            new End.Broken(
                new Finding(
                    Cause.OTHER_LOADER, "%s is %s".formatted(uri, program.software().title()))));
  }

  private End strange(URI uri, String what) {
    trace.note(new Finding(Cause.LOADER_UNKNOWN, uri + " is " + what));
    return boots(uri, List.of(), "");
  }

  private static End boots(URI kernel, List<String> initrds, String commandLine) {
    return new End.Boots(kernel.toString(), initrds, commandLine);
  }

  private End local(String how) {
    trace.note(new Finding(Cause.DISK_BOOT, how));
    return new End.Local(how);
  }

  private End start(Loader.Kind kind, URI program, Machine machine) throws InterruptedException {
    downloads.speaksNow(Speaker.of(kind));
    Outcome outcome = Loader.of(kind).start(program, machine, downloads);
    outcome.findings().forEach(trace::note);
    outcome.menus().forEach(this::passed);
    End end = end(outcome.reading(), machine);
    if (end instanceof End.Broken(Finding last)) {
      // what a script says at its end is what a file that it missed led to
      return new End.Broken(downloads.trouble().orElse(last));
    }
    downloads.trouble().ifPresent(trace::note);
    return end;
  }

  private End end(Reading reading, Machine machine) throws InterruptedException {
    return switch (reading) {
      case Reading.Kernel(var kernel, var initrds, var commandLine, var _) ->
          boots(
              kernel.uri(),
              initrds.stream().map(Image::uri).map(URI::toString).toList(),
              commandLine);
      case Reading.Program(var image, var _, var _) -> next(image.uri(), machine);
      case Reading.San(var uri) -> strange(uri, "a disk on the network");
      case Reading.Disk(var how) -> local(how);
      case Reading.Exit(var how, var failed) ->
          failed ? new End.Broken(new Finding(Cause.SCRIPT_GIVES_UP, how)) : local(how);
      case Reading.Off(var how) -> new End.Broken(new Finding(Cause.SWITCHED_OFF, how));
      case Reading.Prompt(var how) -> new End.Broken(new Finding(Cause.PROMPT, how));
      case Reading.Broken(var finding) -> new End.Broken(finding);
    };
  }

  private End next(URI uri, Machine machine) throws InterruptedException {
    Optional<Artefact> program = downloads.known(uri);
    return program.isPresent()
        ? started(uri, program.get(), machine)
        : strange(uri, "a program that the loader has itself");
  }

  private void passed(Menu menu) {
    String wait = menu.timeout().map(t -> " after " + t.toSeconds() + " s").orElse("");
    trace.step(
        What.MENU,
        "%s: %d entries, takes %s%s"
            .formatted(menu.title(), menu.entries().size(), menu.chosen(), wait),
        trace.now(),
        Mark.OK);
  }
}
