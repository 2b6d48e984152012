package dev.bootbus.kernel;

import dev.bootbus.kernel.LeaseLedger.Held;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A machine that boots, renews, comes back in another stage and gives its address up, as its
/// front ends tell of it. It does one thing at a time.
final class SimulatedMachine {
  /// What became of all questions.
  static final class Answers {
    private final LongAdder good = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder none = new LongAdder();

    @Override
    public String toString() {
      long answered = good.sum() + refused.sum();
      long all = answered + none.sum();
      return "questions=%d answered=%.2f%% refused=%d"
          .formatted(all, 100.0 * answered / Math.max(1, all), refused.sum());
    }
  }

  /// What a REQUEST leads to.
  private sealed interface Told {
    record Yes() implements Told {}

    record No(String why) implements Told {}

    /// Error 503, or nothing in time: the machine asks again.
    record Nothing() implements Told {}
  }

  private static final Inet4Address SERVER = Ipv4.parse("192.0.2.1");
  private static final int CONFLICT = 409;
  private static final int TRIES = 4;
  private static final Duration BEFORE_IT_ASKS_AGAIN = Duration.ofMillis(100);

  /// One that gave its address up is not back at once (RFC 2131 §3.1 step 5 says 10 s).
  private static final Duration REST = Duration.ofSeconds(3);

  /// Client identifiers of firmware, iPXE and an installed system (RFC 2132 §9.14), without the
  /// hardware address in them.
  private static final List<String> STAGES = List.of("", "01", "ff0000000000030001");

  private final MacAddress mac;
  private final LeaseLedger ledger;
  private final List<Bus> frontEnds;
  private final Answers answers;
  private String clientId = "";
  private Instant back = Instant.MIN;

  SimulatedMachine(MacAddress mac, LeaseLedger ledger, List<Bus> frontEnds, Answers answers) {
    this.mac = mac;
    this.ledger = ledger;
    this.frontEnds = frontEnds;
    this.answers = answers;
  }

  /// Does one thing to its end, whatever that is; or nothing, where it rests.
  void act(Random random) throws InterruptedException {
    if (Instant.now().isBefore(back)) {
      return;
    }
    Optional<Held> held = ledger.of(mac);
    int what = random.nextInt(100);
    if (held.isEmpty() || what < 30) {
      boot(random);
      return;
    }
    Inet4Address own = held.get().address();
    if (what < 75) { // RENEWING
      keep(held.get(), question("REQUEST", null, null, own), random);
    } else if (what < 85) { // INIT-REBOOT
      keep(held.get(), question("REQUEST", own, null, null), random);
    } else if (what < 96) {
      giveUp(question("RELEASE", null, SERVER, own), random);
    } else {
      giveUp(question("DECLINE", own, SERVER, null), random);
    }
  }

  /// Whether it gets at the first attempt what it asks for, and the same as it has.
  boolean isServed() {
    Bus frontEnd = frontEnds.getFirst();
    Inet4Address own = ledger.of(mac).map(Held::address).orElse(null);
    Inet4Address offered = offer(frontEnd);
    return offered != null
        && (own == null || own.equals(offered))
        && told(question("REQUEST", offered, SERVER, null), frontEnd).join() instanceof Told.Yes;
  }

  /// From DISCOVER to the answer to its REQUEST, which it repeats as firmware does.
  private void boot(Random random) throws InterruptedException {
    String prefix = STAGES.get(random.nextInt(STAGES.size()));
    clientId = prefix.isEmpty() ? "" : prefix + mac.dashed().replace("-", "");
    Inet4Address offered = offer(any(random));
    if (offered == null) {
      Thread.sleep(BEFORE_IT_ASKS_AGAIN);
      return;
    }
    request(question("REQUEST", offered, SERVER, null), random);
  }

  private @Nullable Inet4Address offer(Bus frontEnd) {
    DhcpResponse response = ask(question("DISCOVER", null, null, null), frontEnd).join();
    return response instanceof DhcpResponse.Answer offer ? offer.dhcp().ipAddress() : null;
  }

  private void keep(Held held, DhcpRequest request, Random random) throws InterruptedException {
    if (request(request, random) instanceof Told.No(String why)) {
      ledger.refused(held, why);
    }
  }

  /// Often several front ends hear one machine.
  private Told request(DhcpRequest request, Random random) throws InterruptedException {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      List<Bus> hearing = random.nextInt(8) == 0 ? frontEnds : List.of(any(random));
      List<CompletableFuture<Told>> all =
          hearing.stream().map(frontEnd -> told(request, frontEnd)).toList();
      Told told = new Told.Nothing();
      for (CompletableFuture<Told> one : all) {
        told = one.join() instanceof Told.Nothing ? told : one.join();
      }
      if (!(told instanceof Told.Nothing)) {
        return told;
      }
      Thread.sleep(BEFORE_IT_ASKS_AGAIN);
    }
    return new Told.Nothing();
  }

  private CompletableFuture<Told> told(DhcpRequest request, Bus frontEnd) {
    Facts facts = request.facts();
    Inet4Address meant = facts.ciaddr() == null ? facts.requestedAddress() : facts.ciaddr();
    Instant asked = Instant.now();
    return ask(request, frontEnd)
        .thenApply(
            response ->
                switch (response) {
                  case DhcpResponse.Answer(var dhcp, _, _)
                      when dhcp.ipAddress() instanceof Inet4Address given
                          && given.equals(meant) -> {
                    ledger.confirmed(mac, given, asked, Duration.ofSeconds(dhcp.leaseTime()));
                    yield new Told.Yes();
                  }
                  case DhcpResponse.Answer(var dhcp, _, _) ->
                      new Told.No("the address is " + dhcp.ipAddress());
                  case DhcpResponse.Error(int code, String why) ->
                      code == CONFLICT ? new Told.No(why) : new Told.Nothing();
                });
  }

  private void giveUp(DhcpRequest farewell, Random random) {
    ledger.givenUp(mac);
    ask(farewell, any(random)).join();
    back = Instant.now().plus(REST);
  }

  /// Where there is no answer, the error is 503.
  private CompletableFuture<DhcpResponse> ask(DhcpRequest question, Bus frontEnd) {
    return frontEnd
        .askAsync(question)
        .toCompletableFuture()
        .exceptionally(failure -> DhcpResponse.notNow("" + failure.getMessage()))
        .thenApply(
            response -> {
              count(response).increment();
              return response;
            });
  }

  private LongAdder count(DhcpResponse response) {
    return switch (response) {
      case DhcpResponse.Answer _ -> answers.good;
      case DhcpResponse.Error(int code, _) -> code == CONFLICT ? answers.refused : answers.none;
    };
  }

  private Bus any(Random random) {
    return frontEnds.get(random.nextInt(frontEnds.size()));
  }

  private DhcpRequest question(
      String type,
      @Nullable Inet4Address requested,
      @Nullable Inet4Address server,
      @Nullable Inet4Address ciaddr) {
    Facts facts =
        new Facts(
            Mode.DHCP,
            type,
            mac.hashCode() & 0xFFFF,
            List.of(7),
            "PXEClient:Arch:00007:UNDI:003000",
            List.of(),
            "",
            clientId,
            "",
            requested,
            server,
            ciaddr,
            null,
            null,
            "",
            "eth0");
    return new DhcpRequest(mac, "", facts);
  }
}
