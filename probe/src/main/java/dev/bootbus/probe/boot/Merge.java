package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Choice.Nothing;
import dev.bootbus.probe.boot.Choice.Plan;
import dev.bootbus.probe.boot.Choice.Taken;
import dev.bootbus.probe.boot.Program.Proxying;
import dev.bootbus.runtime.terminal.Terminal;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// How each program puts the offers of DHCP and ProxyDHCP servers together. Pure.
///
/// Seen in boots of SeaBIOS, OVMF and AAVMF, and read in the sources of iPXE and edk2.
final class Merge {
  private static final String PXE = "PXEClient";
  private static final String HTTP = "HTTPClient";
  private static final String RASPBERRY_PI = "Raspberry Pi Boot";

  private Merge() {}

  /// @param offers in the order in which they came
  static Choice choose(Program program, List<Offer> offers) {
    List<Finding> notes = new ArrayList<>(OddOffers.find(program, offers));
    List<Offer> heard = offers;
    if (program.proxying() == Proxying.EDK2_PXE || program.proxying() == Proxying.EDK2_HTTP) {
      // edk2's DHCP driver drops what has no server identifier
      heard = offers.stream().filter(Offer::hasServerId).toList();
      offers.stream()
          .filter(offer -> !offer.hasServerId())
          .forEach(o -> notes.add(new Finding(Cause.OFFER_WITHOUT_SERVER_ID, o.toString())));
    }
    List<Offer> dhcp = heard.stream().filter(o -> !o.isProxy()).toList();
    List<Offer> proxies = heard.stream().filter(Offer::isProxy).toList();
    if (dhcp.isEmpty()) {
      return new Nothing(nobody(offers, heard, proxies), notes);
    }
    return switch (program.proxying()) {
      case NONE -> new Taken(dhcp.getFirst(), new Plan.OfAck(), notes);
      case ROM, IPXE -> rom(dhcp, proxies, notes);
      case EDK2_PXE -> edk2(dhcp, proxies, notes);
      case EDK2_HTTP -> edk2Http(dhcp, proxies, notes);
      case RASPBERRY_PI -> raspberryPi(dhcp, proxies, notes);
    };
  }

  private static Finding nobody(List<Offer> offers, List<Offer> heard, List<Offer> proxies) {
    if (!proxies.isEmpty()) {
      return new Finding(Cause.NO_ADDRESS, proxies.getFirst().toString());
    }
    return heard.size() < offers.size()
        ? new Finding(Cause.OFFER_WITHOUT_SERVER_ID, offers.getFirst().toString())
        : new Finding(Cause.NO_OFFER, "");
  }

  /// iPXE, and the ROMs that are made of it. An offer counts as ProxyDHCP by its option 60, so one
  /// with an address can be both.
  private static Choice rom(List<Offer> dhcp, List<Offer> proxies, List<Finding> notes) {
    Offer address = dhcp.getFirst();
    Optional<Offer> pxe = first(proxies, o -> o.isOf(PXE)).or(() -> first(dhcp, o -> o.isOf(PXE)));
    if (pxe.isEmpty()) {
      return new Taken(address, new Plan.OfAck(), notes);
    }
    Offer by = pxe.get();
    PxeOptions options = by.pxe();
    if (!options.menu().isEmpty() && !options.saysUseThisFile()) {
      return new Taken(address, ofMenu(by, options), notes);
    }
    boolean complete = !by.bootFile().isEmpty() && by.nextServer().isPresent();
    if (complete) {
      return new Taken(address, by == address ? new Plan.OfAck() : new Plan.OfOffer(by), notes);
    }
    return new Taken(
        address, new Plan.OfBootServer(by, by.server(), OptionalInt.empty(), true), notes);
  }

  /// The order of PxeBcSelectDhcp4Offer in edk2: a complete PXE offer, then an address with a
  /// complete proxy, then what needs port 4011, then an address with a file.
  private static Choice edk2(List<Offer> dhcp, List<Offer> proxies, List<Finding> notes) {
    Predicate<Offer> pxe10 = o -> o.isOf(PXE) && o.pxe().discovery().isPresent();
    Optional<Offer> whole = first(dhcp, pxe10);
    if (whole.isPresent()) {
      return new Taken(whole.get(), ofPxe10(whole.get(), new Plan.OfAck()), notes);
    }
    Optional<Offer> plain = first(dhcp, o -> !o.isOf(PXE));
    Optional<Offer> proxy = first(proxies, pxe10);
    if (plain.isPresent() && proxy.isPresent()) {
      Offer by = proxy.get();
      return new Taken(plain.get(), ofPxe10(by, new Plan.OfOffer(by)), notes);
    }
    Optional<Offer> binl = first(dhcp, o -> o.isOf(PXE));
    if (binl.isPresent()) {
      return new Taken(binl.get(), asks4011(binl.get()), notes);
    }
    Optional<Offer> asked = first(proxies, o -> o.isOf(PXE));
    if (asked.isPresent()) {
      return new Taken(plain.orElseThrow(), asks4011(asked.get()), notes);
    }
    Offer address = first(dhcp, o -> !o.bootFile().isEmpty()).orElse(dhcp.getFirst());
    return new Taken(address, new Plan.OfAck(), notes);
  }

  private static Plan asks4011(Offer by) {
    return new Plan.OfBootServer(by, by.server(), OptionalInt.empty(), false);
  }

  private static Plan ofPxe10(Offer by, Plan itself) {
    PxeOptions options = by.pxe();
    if (options.saysUseThisFile()) {
      return itself;
    }
    return options.menu().isEmpty() ? asks4011(by) : ofMenu(by, options);
  }

  /// The first item is taken when the prompt's time is over (PXE 2.1 §2.2.3, sub-option 10).
  private static Plan ofMenu(Offer by, PxeOptions options) {
    PxeOptions.Item item = options.menu().getFirst();
    if (item.type() == 0) {
      return new Plan.OfDisk(Terminal.printable(item.text()));
    }
    Inet4Address server = options.serverOf(item.type()).orElse(by.server());
    return new Plan.OfBootServer(by, server, OptionalInt.of(item.type()), false);
  }

  private static Choice edk2Http(List<Offer> dhcp, List<Offer> proxies, List<Finding> notes) {
    Predicate<Offer> http = o -> o.isOf(HTTP) && !o.bootFile().isEmpty();
    Optional<Offer> whole = first(dhcp, http);
    if (whole.isPresent()) {
      return new Taken(whole.get(), new Plan.OfAck(), notes);
    }
    Offer address = dhcp.getFirst();
    return first(proxies, http)
        .map(by -> new Taken(address, new Plan.OfOffer(by), notes))
        .orElse(new Taken(address, new Plan.OfAck(), notes));
  }

  /// It looks for a text anywhere in option 43, and boots from whoever says it.
  private static Choice raspberryPi(List<Offer> dhcp, List<Offer> proxies, List<Finding> notes) {
    Offer address = dhcp.getFirst();
    if (isForRaspberryPi(address)) {
      return new Taken(address, new Plan.OfAck(), notes);
    }
    Optional<Offer> by =
        first(proxies, Merge::isForRaspberryPi).or(() -> first(dhcp, Merge::isForRaspberryPi));
    return by.<Choice>map(offer -> new Taken(address, new Plan.OfOffer(offer), notes))
        .orElseGet(
            () ->
                new Nothing(new Finding(Cause.RASPBERRY_PI_NOT_MEANT, address.toString()), notes));
  }

  private static boolean isForRaspberryPi(Offer offer) {
    return offer
        .message()
        .options()
        .raw(Option.VENDOR_SPECIFIC.code())
        .filter(v -> new String(v.toArray(), StandardCharsets.ISO_8859_1).contains(RASPBERRY_PI))
        .isPresent();
  }

  private static Optional<Offer> first(List<Offer> offers, Predicate<Offer> fit) {
    return offers.stream().filter(fit).findFirst();
  }

  /// @param ack of the server whose address was taken
  /// @param bootServer the answer of port 4011, where that was asked and one came
  static Told told(
      Program program, Taken taken, DhcpMessage ack, Optional<DhcpMessage> bootServer) {
    return switch (taken.plan()) {
      case Plan.OfAck() -> told(program, ack);
      case Plan.OfOffer(Offer offer) -> told(program, offer.message());
      case Plan.OfDisk(String item) -> new Told.Disk(item);
      case Plan.OfBootServer _ when bootServer.isPresent() -> told(program, bootServer.get());
      case Plan.OfBootServer plan when plan.orAck() && !Offer.bootFile(ack).isEmpty() ->
          told(program, ack);
      case Plan.OfBootServer plan ->
          new Told.Stuck(
              new Finding(
                  Cause.PROXY_WITHOUT_4011,
                  plan.by()
                      + "; nobody answers at %s port 4011"
                          .formatted(plan.server().getHostAddress())));
    };
  }

  private static Told told(Program program, DhcpMessage by) {
    String file = Offer.bootFile(by);
    return switch (program) {
      case RASPBERRY_PI, FREEBSD, U_BOOT ->
          server(program, by)
              .<Told>map(server -> new Told.ByItself(server, by))
              .orElseGet(() -> stuck(Cause.NEXT_SERVER_MISSING, by));
      case UEFI_HTTP -> {
        if (file.isEmpty()) {
          yield stuck(Cause.BOOT_FILE_NOT_GIVEN, by);
        }
        yield !isUrl(file) || !Offer.isOf(by, HTTP)
            ? stuck(Cause.URL_NOT_GIVEN, by)
            : new Told.Load(DhcpMessage.NO_ADDRESS, file, by);
      }
      case IPXE -> {
        if (file.isEmpty()) {
          yield stuck(Cause.BOOT_FILE_NOT_GIVEN, by);
        }
        yield isUrl(file) ? new Told.Load(by.siaddr(), file, by) : overTftp(program, file, by);
      }
      case BIOS_ROM, UEFI_PXE -> {
        if (file.isEmpty()) {
          yield stuck(Cause.BOOT_FILE_NOT_GIVEN, by);
        }
        yield isUrl(file) ? stuck(Cause.URL_FOR_TFTP, by) : overTftp(program, file, by);
      }
    };
  }

  private static Told overTftp(Program program, String file, DhcpMessage by) {
    return server(program, by)
        .<Told>map(server -> new Told.Load(server, file, by))
        .orElseGet(() -> stuck(Cause.NEXT_SERVER_MISSING, by));
  }

  /// Where TFTP asks. ROMs know siaddr only; edk2 takes a boot server of sub-option 8 first, and
  /// option 54 last; FreeBSD's loader lets option 16 go before siaddr; a Raspberry Pi option 66.
  private static Optional<Inet4Address> server(Program program, DhcpMessage by) {
    Optional<Inet4Address> siaddr = Offer.nextServer(by);
    Optional<Inet4Address> serverId = by.options().get(Option.SERVER_ID);
    return switch (program) {
      case BIOS_ROM, IPXE -> siaddr;
      case UEFI_PXE, UEFI_HTTP -> listed(by).or(() -> siaddr).or(() -> serverId);
      case FREEBSD -> by.options().get(Option.SWAP_SERVER).or(() -> siaddr);
      case RASPBERRY_PI -> literal(by).or(() -> siaddr).or(() -> serverId);
      case U_BOOT -> siaddr.or(() -> serverId);
    };
  }

  private static Optional<Inet4Address> listed(DhcpMessage by) {
    PxeOptions options = PxeOptions.of(by.options());
    return options.saysUseThisFile()
        ? options.servers().stream().flatMap(s -> s.addresses().stream()).findFirst()
        : Optional.empty();
  }

  private static Optional<Inet4Address> literal(DhcpMessage by) {
    try {
      return by.options().get(Option.TFTP_SERVER_NAME).map(Inet4Address::ofLiteral);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isUrl(String file) {
    return file.matches("[A-Za-z][A-Za-z0-9+.-]*://.*");
  }

  private static Told.Stuck stuck(Cause cause, DhcpMessage by) {
    return new Told.Stuck(new Finding(cause, "the server says: " + Offer.said(by)));
  }
}
