package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which questions reach the backend.
class SharedAnswersTest {
  private static final Inet4Address GIVEN = Inet4Address.ofLiteral("192.168.77.100");
  private static final Inet4Address ANOTHER = Inet4Address.ofLiteral("192.168.77.101");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int MAC = 16;

  private final AtomicLong now = new AtomicLong();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger asked = new AtomicInteger();
  private SharedAnswers shared = with(AnswerCache.AS_TOLD);

  private SharedAnswers with(AnswerCache cache) {
    BusSettings settings = BusSettings.of("test").withDeadline(SOON).withAnswerCache(cache);
    return new SharedAnswers(settings, new BusMeters(meters), now::get);
  }

  private static DhcpRequest packet(int machine, String messageType, Inet4Address requested) {
    return packet(machine, messageType, requested, null, List.of());
  }

  private static DhcpRequest packet(
      int machine,
      String messageType,
      Inet4Address requested,
      Inet4Address ciaddr,
      List<String> userClass) {
    Facts facts =
        new Facts(
            Mode.DHCP,
            messageType,
            System.nanoTime() & 0xFFFF_FFFFL, // differs from packet to packet
            List.of(7),
            "PXEClient",
            userClass,
            "",
            "",
            "",
            requested,
            null,
            ciaddr,
            null,
            null,
            "",
            "eth0");
    MacAddress mac = MacAddress.of(new byte[] {2, 0, 0, 0, (byte) (machine >> 8), (byte) machine});
    return new DhcpRequest(mac, Traceparent.fresh().toString(), facts);
  }

  private static DhcpResponse.Answer answer(long maxAge) {
    Dhcp dhcp = Dhcp.of(MacAddress.NONE, GIVEN, Addresses.mask(24), 60);
    return new DhcpResponse.Answer(
        dhcp, Netboot.DENIED, new Extensions(Map.of(), "", null, "", maxAge));
  }

  /// Asks the backend, and waits for it.
  private interface Question {
    DhcpResponse ask() throws BackendUnavailableException;
  }

  /// As a caller sees it who waits for the answer.
  private DhcpResponse answer(DhcpRequest request, Question question)
      throws BackendUnavailableException {
    try {
      return shared.answer(request, () -> asked(question)).join();
    } catch (CompletionException e) {
      throw (BackendUnavailableException) e.getCause();
    }
  }

  private static CompletableFuture<DhcpResponse> asked(Question question) {
    try {
      return CompletableFuture.completedFuture(question.ask());
    } catch (BackendUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// Counts the questions that reach the backend.
  private DhcpResponse ask(DhcpRequest request, long maxAge) throws BackendUnavailableException {
    return answer(
        request,
        () -> {
          asked.incrementAndGet();
          return answer(maxAge);
        });
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private double spared(String by) {
    return meters.get("bootbus.bus.questions.spared").tag("by", by).counter().count();
  }

  @Test
  void aRequestAfterItsDiscoverIsAnsweredForAsLongAsTheAnswerSays() throws Exception {
    ask(packet(MAC, "DISCOVER", null), 5);
    assertThat(ask(packet(MAC, "REQUEST", GIVEN), 5)).isEqualTo(answer(5));
    assertThat(asked).hasValue(1);
    assertThat(spared("cache")).isEqualTo(1);

    pass(Duration.ofSeconds(5));
    ask(packet(MAC, "REQUEST", GIVEN), 5);
    assertThat(asked).hasValue(2);
  }

  @Test
  void noAnswerIsGoodForLongerThanAMinute() throws Exception {
    ask(packet(MAC, "DISCOVER", null), 86_400);
    pass(Duration.ofSeconds(59));
    ask(packet(MAC, "DISCOVER", null), 86_400);
    assertThat(asked).hasValue(1);

    pass(Duration.ofSeconds(1));
    ask(packet(MAC, "DISCOVER", null), 86_400);
    assertThat(asked).hasValue(2);
  }

  @Test
  void anAnswerThatSaysNothingOfItsAgeIsNotGivenAgain() throws Exception {
    ask(packet(MAC, "DISCOVER", null), 0);
    ask(packet(MAC, "REQUEST", GIVEN), 0);

    assertThat(asked).hasValue(2);
  }

  @Test
  void theOperatorMaySetTheAgeOfSuchAnswers() throws Exception {
    shared = with(AnswerCache.parse("1500"));
    ask(packet(MAC, "DISCOVER", null), 0);
    pass(Duration.ofMillis(1499));
    ask(packet(MAC, "REQUEST", GIVEN), 0);
    assertThat(asked).hasValue(1);

    pass(Duration.ofMillis(1));
    ask(packet(MAC, "REQUEST", GIVEN), 0);
    assertThat(asked).hasValue(2);
  }

  @Test
  void offMeansThatEachQuestionIsAsked() throws Exception {
    shared = with(AnswerCache.OFF);
    ask(packet(MAC, "DISCOVER", null), 5);
    ask(packet(MAC, "REQUEST", GIVEN), 5);

    assertThat(asked).hasValue(2);
  }

  @Test
  void whoAsksForAnotherAddressIsAskedAbout() throws Exception {
    ask(packet(MAC, "DISCOVER", null), 5);
    ask(packet(MAC, "REQUEST", ANOTHER), 5);
    assertThat(asked).hasValue(2);

    ask(packet(MAC, "REQUEST", null, ANOTHER, List.of()), 5);
    assertThat(asked).hasValue(3);

    ask(packet(MAC, "REQUEST", null, GIVEN, List.of()), 5);
    assertThat(asked).hasValue(3);
  }

  @Test
  void anotherUserClassIsAnotherMachine() throws Exception {
    ask(packet(MAC, "DISCOVER", null), 5);
    ask(packet(MAC, "DISCOVER", null, null, List.of("iPXE")), 5);
    assertThat(asked).hasValue(2);

    ask(packet(MAC, "REQUEST", GIVEN, null, List.of("iPXE")), 5);
    assertThat(asked).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RELEASE", "DECLINE", "INFORM"})
  void whatTellsTheBackendOfAChangeReachesItAndIsTheEndOfTheAnswer(String type) throws Exception {
    ask(packet(MAC, "DISCOVER", null), 5);
    ask(packet(MAC, type, null), 5);
    ask(packet(MAC, type, null), 5);
    assertThat(asked).hasValue(3);

    ask(packet(MAC, "DISCOVER", null), 5);
    assertThat(asked).hasValue(4);
  }

  @Test
  void anErrorIsNotGivenAgainAndEndsTheAnswer() throws Exception {
    DhcpResponse no = DhcpResponse.unknown("no");
    assertThat(answer(packet(MAC, "DISCOVER", null), () -> no)).isEqualTo(no);
    ask(packet(MAC, "DISCOVER", null), 5);
    assertThat(asked).hasValue(1);

    assertThat(answer(packet(MAC, "REQUEST", ANOTHER), () -> no)).isEqualTo(no);
    ask(packet(MAC, "REQUEST", GIVEN), 5);
    assertThat(asked).hasValue(2);
  }

  @Test
  void of10000Machines4096AreRemembered() throws Exception {
    int machines = 10_000;
    for (int machine = 0; machine < machines; machine++) {
      ask(packet(machine, "DISCOVER", null), 60);
    }
    asked.set(0);
    for (int machine = 0; machine < machines; machine++) {
      answer(
          packet(machine, "REQUEST", GIVEN),
          () -> {
            asked.incrementAndGet();
            return DhcpResponse.notNow("counted");
          });
    }

    assertThat(machines - asked.get()).isEqualTo(4096);
  }

  @Test
  void aMachineThatRepeatsItselfIsAskedAboutOnce() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    List<FutureTask<DhcpResponse>> asking = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asking.add(started(() -> askWhen(answer, packet(MAC, "DISCOVER", null))));
    }
    FutureTask<DhcpResponse> otherMachine =
        started(() -> askWhen(answer, packet(MAC + 1, "DISCOVER", null)));
    FutureTask<DhcpResponse> otherQuestion =
        started(() -> askWhen(answer, packet(MAC, "REQUEST", GIVEN)));
    await().atMost(SOON).until(() -> spared("in-flight") == 49 && asked.get() == 3);
    answer.countDown();

    for (FutureTask<DhcpResponse> one : asking) {
      assertThat(one.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(answer(0));
    }
    assertThat(otherMachine.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(answer(0));
    assertThat(otherQuestion.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(answer(0));
    assertThat(asked).hasValue(3);
  }

  @Test
  void whoWaitsForTheAnswerOfAnotherFailsWithIt() throws Exception {
    CountDownLatch failure = new CountDownLatch(1);
    List<FutureTask<DhcpResponse>> asking = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      asking.add(
          started(
              () ->
                  answer(
                      packet(MAC, "DISCOVER", null),
                      () -> {
                        asked.incrementAndGet();
                        waitFor(failure);
                        throw new BackendUnavailableException(Reason.NO_RESPONDERS, "nobody");
                      })));
    }
    await().atMost(SOON).until(() -> spared("in-flight") == 4);
    failure.countDown();

    for (FutureTask<DhcpResponse> one : asking) {
      assertThatThrownBy(() -> one.get(SOON.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              BackendUnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.NO_RESPONDERS));
    }
    assertThat(asked).hasValue(1);
    ask(packet(MAC, "DISCOVER", null), 5); // and the next one is asked again
    assertThat(asked).hasValue(2);
  }

  private DhcpResponse askWhen(CountDownLatch latch, DhcpRequest request)
      throws BackendUnavailableException {
    return answer(
        request,
        () -> {
          asked.incrementAndGet();
          waitFor(latch);
          return answer(0);
        });
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  /// It must neither be answered out of what a machine was told, nor be what a machine is told.
  @Test
  void aDryRunIsAskedEachTimeAndKeptNowhere() throws Exception {
    DhcpRequest machine = packet(MAC, "DISCOVER", null);
    Question counted =
        () -> {
          asked.incrementAndGet();
          return answer(60);
        };

    answer(machine.asDryRun(), counted);
    answer(machine, counted);
    answer(machine.asDryRun(), counted);
    answer(machine, counted);

    assertThat(asked).hasValue(3);
  }
}
