package dev.bootbus.kernel;

import dev.bootbus.kernel.boot.BootUrl;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.lease.Claim;
import dev.bootbus.kernel.lease.Leases;
import dev.bootbus.kernel.lease.Leases.How;
import dev.bootbus.kernel.lease.Leases.Outcome;
import dev.bootbus.kernel.lease.Network;
import dev.bootbus.kernel.lease.Networks;
import dev.bootbus.kernel.lease.Reservation;
import dev.bootbus.kernel.life.BootDecision;
import dev.bootbus.kernel.life.Lives;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Nodes;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers "who is this machine, and what may it have?".
final class KernelBackend {
  private static final int MAX_CLIENT_ID = 2 * 255; // hex digits of the longest option

  /// A machine that boots asks port 4011 within seconds of its DISCOVER, and the front end asks
  /// the same of us. Nothing is stored by that; and a machine that is switched on again because
  /// its node was changed comes later.
  private static final long PROXY_MAX_AGE = 5;

  private static final Extensions FOR_SECONDS =
      new Extensions(Map.of(), "", null, "", PROXY_MAX_AGE);

  private final Nodes nodes;
  private final Leases leases;
  private final Supplier<Catalogue> catalogue;
  private final Lives lives;
  private final @Nullable BootUrl bootUrl;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  KernelBackend(
      Nodes nodes,
      Leases leases,
      Supplier<Catalogue> catalogue,
      Lives lives,
      @Nullable BootUrl bootUrl,
      Journal journal) {
    this.nodes = nodes;
    this.leases = leases;
    this.catalogue = catalogue;
    this.lives = lives;
    this.bootUrl = bootUrl;
    this.journal = journal;
  }

  /// What a machine wants. A request that does not say, as those of a Go front end, wants an
  /// address for good.
  private sealed interface Wish {
    record Address(Claim.Kind kind) implements Wish {}

    /// To be rid of one.
    record NoAddress(Claim.Kind kind) implements Wish {}

    record Settings() implements Wish {}

    record BootOptions() implements Wish {}
  }

  private static Optional<Wish> wishOf(Facts facts) {
    if (facts.mode() == Mode.PROXY) {
      return Optional.of(new Wish.BootOptions());
    }
    return switch (facts.messageType()) {
      case "DISCOVER" -> Optional.of(new Wish.Address(Claim.Kind.OFFER));
      case "REQUEST", "" ->
          Optional.of(
              new Wish.Address(facts.serverId() == null ? Claim.Kind.BIND : Claim.Kind.SELECT));
      case "RELEASE" -> Optional.of(new Wish.NoAddress(Claim.Kind.RELEASE));
      case "DECLINE" -> Optional.of(new Wish.NoAddress(Claim.Kind.DECLINE));
      case "INFORM" -> Optional.of(new Wish.Settings());
      default -> Optional.empty();
    };
  }

  /// Returns at once; the answer comes when what it says is stored.
  CompletionStage<DhcpResponse> answer(DhcpRequest request) {
    CompletableFuture<DhcpResponse> answer = new CompletableFuture<>();
    judge(
        request,
        response -> {
          if (response instanceof DhcpResponse.Error(int code, String reason)) {
            journal.refused(request, code, reason);
          }
          answer.complete(response);
        });
    return answer;
  }

  private void judge(DhcpRequest request, Consumer<DhcpResponse> then) {
    if (request.mac().isNone()) {
      then.accept(new DhcpResponse.Error(400, "the request names no hardware address"));
      return;
    }
    Optional<Wish> wish = wishOf(request.facts());
    if (wish.isEmpty()) {
      then.accept(new DhcpResponse.Error(400, "a message of this type is not answered"));
      return;
    }
    switch (wish.get()) {
      case Wish.NoAddress(Claim.Kind kind) -> giveUp(request, kind, then);
      case Wish.Address(Claim.Kind kind) -> lease(request, kind, then);
      case Wish.Settings _ -> inform(request, then);
      case Wish.BootOptions _ ->
          known(request, then)
              .ifPresent(
                  machine -> {
                    journal.proxied(request, machine);
                    then.accept(found(request, machine, onlyMac(request.mac()), FOR_SECONDS));
                  });
    }
  }

  /// The machine that has spoken; where it has to be known and is not, that is the answer.
  private Optional<Machine> known(DhcpRequest request, Consumer<DhcpResponse> then) {
    Optional<Machine> known =
        request.isDryRun()
            ? nodes.wouldSee(request.mac(), request.facts())
            : nodes.seen(request.mac(), request.facts(), node -> journal.registered(request, node));
    if (known.isEmpty()) {
      then.accept(new DhcpResponse.Error(404, request.mac() + " is not a known node"));
      return known;
    }
    if (!request.isDryRun()) {
      lives.heard(request, known.get());
    }
    return known;
  }

  /// The network that the machine is in; where there is none, that is the answer.
  private @Nullable Network network(DhcpRequest request, Consumer<DhcpResponse> then) {
    Networks networks = leases.networks();
    Network network = networks.select(request.facts());
    if (network == null) {
      then.accept(new DhcpResponse.Error(404, networks.whyNone(request.facts())));
    }
    return network;
  }

  private void inform(DhcpRequest request, Consumer<DhcpResponse> then) {
    Network network = network(request, then);
    if (network == null) {
      return;
    }
    known(request, then)
        .ifPresent(
            machine -> {
              journal.informed(request, machine);
              Dhcp settings = network.settings(request.mac(), machine.hostname());
              then.accept(found(request, machine, settings, Extensions.NONE));
            });
  }

  private void lease(DhcpRequest request, Claim.Kind kind, Consumer<DhcpResponse> then) {
    Network network = network(request, then);
    if (network != null) {
      known(request, then).ifPresent(machine -> lease(request, network, machine, kind, then));
    }
  }

  private void lease(
      DhcpRequest request,
      Network network,
      Machine machine,
      Claim.Kind kind,
      Consumer<DhcpResponse> then) {
    long start = System.nanoTime();
    claim(
        request,
        network,
        claim(network, machine, kind, request),
        outcome -> {
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          then.accept(
              switch (outcome) {
                case Outcome.Refused(int code, String reason) ->
                    new DhcpResponse.Error(code, reason);
                case Outcome.Granted(Network in, Inet4Address address, How how) -> {
                  String hostname = in.hostname(address, machine.hostname());
                  Dhcp dhcp = in.leased(request.mac(), hostname, address);
                  if (kind == Claim.Kind.OFFER) {
                    journal.offered(request, dhcp, took);
                  } else if (how == How.STORED) {
                    journal.bound(request, dhcp, took);
                  } else {
                    journal.corrected(request, dhcp, took);
                  }
                  // no age: whoever asks again must be stored again
                  yield found(
                      request,
                      machine,
                      dhcp,
                      how == How.NEW ? Extensions.TO_PROBE : Extensions.NONE);
                }
              });
        });
  }

  /// A machine that does not need its address, or cannot use it. It hears nothing of the answer
  /// (RFC 2131 §4.3.3, §4.3.4), and is not registered by that.
  private void giveUp(DhcpRequest request, Claim.Kind kind, Consumer<DhcpResponse> then) {
    long start = System.nanoTime();
    Claim claim = new Claim(request.mac(), kind, addressOf(request.facts()), null, "", "", "");
    claim(
        request,
        networkOf(claim, request.facts()),
        claim,
        outcome -> {
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          then.accept(
              switch (outcome) {
                case Outcome.Refused(int code, String reason) ->
                    new DhcpResponse.Error(code, reason);
                case Outcome.Granted(_, Inet4Address address, _) -> {
                  if (kind == Claim.Kind.RELEASE) {
                    journal.released(request, address, took);
                  } else {
                    journal.declined(request, address, took);
                  }
                  yield new DhcpResponse.Answer(
                      onlyMac(request.mac()), Netboot.DENIED, Extensions.NONE);
                }
              });
        });
  }

  private void claim(DhcpRequest request, Network network, Claim claim, Consumer<Outcome> then) {
    if (request.isDryRun()) {
      then.accept(leases.rehearse(network, claim));
    } else {
      leases.claim(network, claim, then);
    }
  }

  /// Of the address that is given up, wherever the machine is by now; it may even have left all
  /// networks.
  private Network networkOf(Claim claim, Facts facts) {
    Networks networks = leases.networks();
    Network own = claim.requested() == null ? null : networks.at(claim.requested());
    Network network = own == null ? networks.select(facts) : own;
    return network == null ? networks.all().getFirst() : network;
  }

  private static Claim claim(
      Network network, Machine machine, Claim.Kind kind, DhcpRequest request) {
    Facts facts = request.facts();
    // what is fixed for a machine with several is the first one's
    Inet4Address fixed = request.mac().equals(machine.mac()) ? machine.address() : null;
    String owner = "";
    if (fixed == null || !network.contains(fixed)) {
      Reservation reservation = network.reservations().find(request.mac(), facts);
      fixed = reservation == null ? null : reservation.address();
      owner = reservation == null ? "" : reservation.owner();
    }
    return new Claim(
        request.mac(),
        kind,
        addressOf(facts),
        fixed,
        owner,
        facts.clientId().length() <= MAX_CLIENT_ID ? facts.clientId() : "",
        machine.hostname());
  }

  private static @Nullable Inet4Address addressOf(Facts facts) {
    return facts.requestedAddress() == null ? facts.ciaddr() : facts.requestedAddress();
  }

  private DhcpResponse found(
      DhcpRequest request, Machine machine, Dhcp dhcp, Extensions extensions) {
    boolean dry = request.isDryRun();
    return new DhcpResponse.Answer(
        dhcp,
        switch (dry ? lives.rehearse(request, machine) : lives.next(machine)) {
          case BootDecision.Nothing _ -> Netboot.DENIED;
          case BootDecision.Disk(BootDecision.How how, _) ->
              how == BootDecision.How.DENY ? Netboot.DENIED : netboot(machine, true);
          case BootDecision.Kernel(String name) ->
              netboot(
                  machine,
                  catalogue.get().choose(machine.withKernel(name))
                      instanceof Catalogue.Choice.Boot);
        },
        dry ? untrue(request, machine, extensions) : extensions);
  }

  /// With a note for people, which says what would be so by then and is not.
  private Extensions untrue(DhcpRequest request, Machine machine, Extensions extensions) {
    List<String> notes = new ArrayList<>();
    if (nodes.wouldRegister(request.mac())) {
      notes.add("it is no node yet, and would become " + machine.hostname());
    }
    if (extensions.probe()) {
      notes.add("the address is the one that it would be offered now, and is not held for it");
    }
    return new Extensions(
        extensions.options(),
        extensions.bootFile(),
        extensions.nextServer(),
        notes.isEmpty() ? "" : "dry run: " + String.join("; ", notes),
        extensions.maxAge(),
        extensions.probe());
  }

  private Netboot netboot(Machine machine, boolean hasScript) {
    return new Netboot(true, bootUrl != null && hasScript ? bootUrl.script(machine.mac()) : "");
  }

  private static Dhcp onlyMac(MacAddress mac) {
    return new Dhcp(mac, null, null, null, List.of(), "", "", null, List.of(), 0, List.of());
  }
}
