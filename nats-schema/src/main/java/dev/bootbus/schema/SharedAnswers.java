package dev.bootbus.schema;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Spares the backend what it has just been asked: a machine that repeats itself while its question
/// is under way gets the same answer, and so does its REQUEST after its DISCOVER where the answer's
/// age allows that. To forget all of it changes nothing but speed.
final class SharedAnswers {
  /// Asks the backend.
  interface Question {
    CompletableFuture<DhcpResponse> ask();
  }

  private static final int MAX_ANSWERS = 4096;

  /// What does not ask for an answer, but tells the backend that something has changed.
  private static final Set<String> MAY_SHARE = Set.of("DISCOVER", "REQUEST", "");

  private final AnswerCache policy;
  private final BusMeters meters;
  private final Map<DhcpRequest, CompletableFuture<DhcpResponse>> underWay =
      new ConcurrentHashMap<>();
  private final Cache<DhcpRequest, Aged> answers;

  private record Aged(DhcpResponse.Answer answer, Duration age) {}

  SharedAnswers(BusSettings settings, BusMeters meters, Ticker ticker) {
    this.policy = settings.answerCache();
    this.meters = meters;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(MAX_ANSWERS)
            .ticker(ticker)
            .executor(Runnable::run)
            .expireAfter(Expiry.<DhcpRequest, Aged>creating((_, aged) -> aged.age()))
            .build();
  }

  CompletableFuture<DhcpResponse> answer(DhcpRequest request, Question question) {
    if (request.isDryRun()) {
      return question.ask();
    }
    DhcpRequest machine = machine(request);
    if (!MAY_SHARE.contains(request.facts().messageType())) {
      answers.invalidate(machine);
      return question.ask();
    }
    Aged aged = answers.getIfPresent(machine);
    if (aged != null && fits(request.facts(), aged.answer())) {
      meters.cachedAnswer();
      return CompletableFuture.completedFuture(aged.answer());
    }
    return once(sameQuestion(request), machine, question);
  }

  private CompletableFuture<DhcpResponse> once(
      DhcpRequest key, DhcpRequest machine, Question question) {
    CompletableFuture<DhcpResponse> mine = new CompletableFuture<>();
    CompletableFuture<DhcpResponse> other = underWay.putIfAbsent(key, mine);
    if (other != null) {
      meters.sharedQuestion();
      return other;
    }
    asked(question)
        .whenComplete(
            (response, failure) -> {
              underWay.remove(key);
              if (failure == null) {
                keep(machine, response);
                mine.complete(response);
              } else {
                mine.completeExceptionally(failure);
              }
            });
    return mine;
  }

  private void keep(DhcpRequest machine, DhcpResponse response) {
    if (response instanceof DhcpResponse.Answer answer && policy.age(answer).isPositive()) {
      answers.put(machine, new Aged(answer, policy.age(answer)));
    } else {
      answers.invalidate(machine);
    }
  }

  private static CompletableFuture<DhcpResponse> asked(Question question) {
    try {
      return question.ask();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// A machine that asks for another address than the answer's must be told so by the backend;
  /// unless the addresses are another server's.
  private static boolean fits(Facts facts, DhcpResponse.Answer answer) {
    Inet4Address given = answer.dhcp().ipAddress();
    return facts.mode() == Mode.PROXY
        || (isNoneOr(given, facts.requestedAddress()) && isNoneOr(given, facts.ciaddr()));
  }

  private static boolean isNoneOr(@Nullable Inet4Address given, @Nullable Inet4Address asked) {
    return asked == null || Objects.equals(asked, given);
  }

  /// The request without what differs between two packets that ask the same.
  private static DhcpRequest sameQuestion(DhcpRequest request) {
    Facts f = request.facts();
    return withFacts(request, f.messageType(), f.requestedAddress(), f.serverId(), f.ciaddr());
  }

  /// The request without what differs between DISCOVER and REQUEST.
  private static DhcpRequest machine(DhcpRequest request) {
    return withFacts(request, "", null, null, null);
  }

  private static DhcpRequest withFacts(
      DhcpRequest request,
      String messageType,
      @Nullable Inet4Address requested,
      @Nullable Inet4Address server,
      @Nullable Inet4Address ciaddr) {
    Facts f = request.facts();
    Facts facts =
        new Facts(
            f.mode(),
            messageType,
            -1,
            f.clientArch(),
            f.vendorClass(),
            f.userClass(),
            f.uuid(),
            f.clientId(),
            f.hostname(),
            requested,
            server,
            ciaddr,
            f.giaddr(),
            f.linkAddress(),
            f.relayAgentInfo(),
            f.network());
    return new DhcpRequest(request.mac(), "", facts);
  }
}
