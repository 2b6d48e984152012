package dev.bootbus.kernel;

import dev.bootbus.kernel.Leases.Outcome;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers "who is this machine, and what may it have?".
final class KernelBackend {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final int MAX_CLIENT_ID = 2 * 255; // hex digits of the longest option

  /// A machine that boots asks port 4011 within seconds of its DISCOVER, and the front end asks
  /// the same of us. Nothing is stored by that; and a machine that is switched on again because
  /// its node was changed comes later.
  private static final long PROXY_MAX_AGE = 5;

  private static final Extensions FOR_SECONDS =
      new Extensions(Map.of(), "", null, "", PROXY_MAX_AGE);

  private final Network network;
  private final Nodes nodes;
  private final Leases leases;
  private final Catalogue catalogue;
  private final @Nullable BootUrl bootUrl;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  KernelBackend(
      Network network,
      Nodes nodes,
      Leases leases,
      Catalogue catalogue,
      @Nullable BootUrl bootUrl,
      Journal journal) {
    this.network = network;
    this.nodes = nodes;
    this.leases = leases;
    this.catalogue = catalogue;
    this.bootUrl = bootUrl;
    this.journal = journal;
  }

  /// What a machine wants. A request that does not say, as those of a Go front end, wants an
  /// address for good.
  private enum Wish {
    OFFER,
    BIND,
    SETTINGS,
    BOOT_OPTIONS
  }

  private static Optional<Wish> wishOf(Facts facts) {
    if (facts.mode() == Mode.PROXY) {
      return Optional.of(Wish.BOOT_OPTIONS);
    }
    return switch (facts.messageType()) {
      case "DISCOVER" -> Optional.of(Wish.OFFER);
      case "REQUEST", "" -> Optional.of(Wish.BIND);
      case "INFORM" -> Optional.of(Wish.SETTINGS);
      default -> Optional.empty();
    };
  }

  DhcpResponse answer(DhcpRequest request) {
    DhcpResponse answer;
    try {
      answer = judge(request);
    } catch (StoreUnavailableException e) {
      answer = new DhcpResponse.Error(503, String.valueOf(e.getMessage()));
    }
    if (answer instanceof DhcpResponse.Error(int code, String reason)) {
      journal.refused(request, code, reason);
    }
    return answer;
  }

  private DhcpResponse judge(DhcpRequest request) throws StoreUnavailableException {
    if (request.mac().isNone()) {
      return new DhcpResponse.Error(400, "the request names no hardware address");
    }
    Optional<Wish> wish = wishOf(request.facts());
    if (wish.isEmpty()) {
      return new DhcpResponse.Error(400, "a message of this type is not answered");
    }
    Optional<Nodes.Seen> seen =
        nodes.seen(
            request.mac(),
            Architecture.ofClient(request.facts().clientArch()),
            uuidOf(request.facts()));
    if (seen.isEmpty()) {
      return new DhcpResponse.Error(404, request.mac() + " is not a known node");
    }
    if (seen.get().registered() instanceof Node node) {
      journal.registered(request, node);
    }
    Machine machine = seen.get().machine();
    return switch (wish.get()) {
      case OFFER -> leased(request, machine, Claim.Kind.OFFER);
      case BIND -> leased(request, machine, Claim.Kind.BIND);
      case SETTINGS -> {
        journal.informed(request, machine);
        Dhcp settings = network.settings(machine.mac(), machine.hostname());
        yield found(machine, settings, Extensions.NONE);
      }
      case BOOT_OPTIONS -> {
        journal.proxied(request, machine);
        yield found(machine, onlyMac(machine.mac()), FOR_SECONDS);
      }
    };
  }

  private static String uuidOf(Facts facts) {
    return UUID.matcher(facts.uuid()).matches() ? facts.uuid() : "";
  }

  private DhcpResponse leased(DhcpRequest request, Machine machine, Claim.Kind kind)
      throws StoreUnavailableException {
    long start = System.nanoTime();
    Outcome outcome = leases.claim(claim(machine, kind, request.facts()));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return switch (outcome) {
      case Outcome.Refused(int code, String reason) -> new DhcpResponse.Error(code, reason);
      case Outcome.Granted(Inet4Address address, boolean stored) -> {
        Dhcp dhcp = network.leased(machine.mac(), machine.hostname(), address);
        if (kind == Claim.Kind.OFFER) {
          journal.offered(request, dhcp, took);
        } else if (stored) {
          journal.bound(request, dhcp, took);
        } else {
          journal.corrected(request, dhcp, took);
        }
        yield found(machine, dhcp, Extensions.NONE); // whoever asks again must be stored again
      }
    };
  }

  private static Claim claim(Machine machine, Claim.Kind kind, Facts facts) {
    return new Claim(
        machine.mac(),
        kind,
        facts.requestedAddress() == null ? facts.ciaddr() : facts.requestedAddress(),
        machine.address(),
        facts.clientId().length() <= MAX_CLIENT_ID ? facts.clientId() : "",
        machine.hostname());
  }

  private DhcpResponse found(Machine machine, Dhcp dhcp, Extensions extensions) {
    if (!machine.netboot()) {
      return new DhcpResponse.Answer(dhcp, Netboot.DENIED, extensions);
    }
    String script =
        bootUrl != null && catalogue.choose(machine) instanceof Catalogue.Choice.Boot
            ? bootUrl.script(machine.mac())
            : "";
    return new DhcpResponse.Answer(dhcp, new Netboot(true, script), extensions);
  }

  private static Dhcp onlyMac(MacAddress mac) {
    return new Dhcp(mac, null, null, null, List.of(), "", "", null, List.of(), 0, List.of());
  }
}
