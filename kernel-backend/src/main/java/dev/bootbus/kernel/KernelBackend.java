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
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Answers "who is this machine, and what may it have?".
final class KernelBackend {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final int MAX_CLIENT_ID = 2 * 255; // hex digits of the longest option

  private final Network network;
  private final Nodes nodes;
  private final Leases leases;
  private final Catalogue catalogue;
  private final @Nullable BootUrl bootUrl;
  private final Totals totals;

  /// @param bootUrl null where machines get no scripts from here
  KernelBackend(
      Network network,
      Nodes nodes,
      Leases leases,
      Catalogue catalogue,
      @Nullable BootUrl bootUrl,
      Totals totals) {
    this.network = network;
    this.nodes = nodes;
    this.leases = leases;
    this.catalogue = catalogue;
    this.bootUrl = bootUrl;
    this.totals = totals;
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
      totals.count(Totals.Outcome.REFUSED);
      LOG.atLevel(code == 503 ? Level.WARN : Level.INFO)
          .log("refused mac={} code={} reason=\"{}\"", request.mac(), code, reason);
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
    Optional<Machine> known =
        nodes.seen(
            request.mac(),
            Architecture.ofClient(request.facts().clientArch()),
            uuidOf(request.facts()));
    if (known.isEmpty()) {
      return new DhcpResponse.Error(404, request.mac() + " is not a known node");
    }
    Machine machine = known.get();
    return switch (wish.get()) {
      case OFFER -> leased(machine, Claim.Kind.OFFER, request.facts());
      case BIND -> leased(machine, Claim.Kind.BIND, request.facts());
      case SETTINGS -> {
        totals.count(Totals.Outcome.INFORMED);
        LOG.info("informed mac={} hostname={}", machine.mac(), machine.hostname());
        yield found(machine, network.settings(machine.mac(), machine.hostname()));
      }
      case BOOT_OPTIONS -> {
        totals.count(Totals.Outcome.PROXIED);
        LOG.info("proxied mac={} hostname={}", machine.mac(), machine.hostname());
        yield found(machine, onlyMac(machine.mac()));
      }
    };
  }

  private static String uuidOf(Facts facts) {
    return UUID.matcher(facts.uuid()).matches() ? facts.uuid() : "";
  }

  private DhcpResponse leased(Machine machine, Claim.Kind kind, Facts facts)
      throws StoreUnavailableException {
    long start = System.nanoTime();
    Inet4Address requested =
        facts.requestedAddress() == null ? facts.ciaddr() : facts.requestedAddress();
    Claim claim =
        new Claim(
            machine.mac(),
            kind,
            requested,
            machine.address(),
            facts.clientId().length() <= MAX_CLIENT_ID ? facts.clientId() : "",
            machine.hostname());
    return switch (leases.claim(claim)) {
      case Outcome.Refused(int code, String reason) -> new DhcpResponse.Error(code, reason);
      case Outcome.Granted(Inet4Address address, boolean stored) -> {
        long ms = (System.nanoTime() - start) / 1_000_000;
        String ip = address.getHostAddress();
        switch (kind) {
          case OFFER -> {
            totals.count(Totals.Outcome.OFFERED);
            LOG.info("lease offered mac={} ip={} ms={}", machine.mac(), ip, ms);
          }
          case BIND -> {
            totals.count(stored ? Totals.Outcome.BOUND : Totals.Outcome.CORRECTED);
            String what = stored ? "bound" : "corrected";
            LOG.info("lease {} mac={} ip={} ms={}", what, machine.mac(), ip, ms);
          }
        }
        yield found(machine, network.leased(machine.mac(), machine.hostname(), address));
      }
    };
  }

  private DhcpResponse found(Machine machine, Dhcp dhcp) {
    if (!machine.netboot()) {
      return new DhcpResponse.Answer(dhcp, Netboot.DENIED, Extensions.NONE);
    }
    String script =
        bootUrl != null && catalogue.choose(machine) instanceof Catalogue.Choice.Boot
            ? bootUrl.script(machine.mac())
            : "";
    return new DhcpResponse.Answer(dhcp, new Netboot(true, script), Extensions.NONE);
  }

  private static Dhcp onlyMac(MacAddress mac) {
    return new Dhcp(mac, null, null, null, List.of(), "", "", null, List.of(), 0, List.of());
  }
}
