package dev.bootbus.schema;

import dev.bootbus.schema.BackendUnavailableException.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A subject that is asked on, and what is known of those who answer there.
final class Topic {
  private static final long JUST_HEARD_NANOS = Duration.ofSeconds(2).toNanos();

  private final String subject;
  private final BusMeters.Asking meters;
  private final Consumer<BusState> onState;
  private final AtomicReference<@Nullable Reason> silent = new AtomicReference<>();
  private volatile boolean heard;
  private volatile long heardAt;

  Topic(String subject, BusMeters.Asking meters, Consumer<BusState> onState) {
    this.subject = subject;
    this.meters = meters;
    this.onState = onState;
  }

  String subject() {
    return subject;
  }

  void answered(long nanos) {
    meters.answered(nanos);
    heardAt = System.nanoTime();
    heard = true;
    if (silent.get() != null && silent.getAndSet(null) != null) {
      onState.accept(new BusState.BackendAnswers(subject));
    }
  }

  void unanswered(BackendUnavailableException why) {
    meters.unanswered(why.reason());
    boolean ours = why.reason() == Reason.DISCONNECTED || why.reason() == Reason.BUSY;
    if (!ours && silent.getAndSet(why.reason()) != why.reason()) {
      onState.accept(
          new BusState.BackendSilent(subject, why.reason(), String.valueOf(why.getMessage())));
    }
  }

  boolean isJustHeard() {
    return heard && System.nanoTime() - heardAt < JUST_HEARD_NANOS;
  }
}
