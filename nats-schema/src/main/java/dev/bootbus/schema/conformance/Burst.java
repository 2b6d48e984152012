package dev.bootbus.schema.conformance;

import dev.bootbus.schema.MalformedMessageException;
import java.time.Duration;
import java.util.Arrays;

/// What many requests at once came to. It keeps counts, and no replies.
final class Burst {
  private final int[] replies;
  private final long began = System.nanoTime();
  private long last = began;
  private int answered;
  private int notNow;
  private int failed;
  private String failure = "";

  Burst(int asked) {
    this.replies = new int[asked];
  }

  /// @param index of the request
  void came(int index, byte[] reply) {
    last = System.nanoTime();
    if (replies[index]++ > 0) {
      return;
    }
    answered++;
    try {
      Answer answer = Answer.read(reply);
      if (answer.code() == 429 || answer.code() == 503) {
        notNow++;
      } else if (answer.code() >= 500) {
        failed++;
        failure = answer.outcome();
      }
    } catch (MalformedMessageException e) {
      failed++;
      failure = String.valueOf(e.getMessage());
    }
  }

  int asked() {
    return replies.length;
  }

  boolean isComplete() {
    return answered == replies.length;
  }

  int lost() {
    return replies.length - answered;
  }

  /// How many were told to ask later.
  int notNow() {
    return notNow;
  }

  /// How many replies told of a failure of the backend, or could not be read.
  int failed() {
    return failed;
  }

  /// One of those.
  String failure() {
    return failure;
  }

  /// How many requests got more than one reply.
  long doubled() {
    return Arrays.stream(replies).filter(count -> count > 1).count();
  }

  int mostReplies() {
    return Arrays.stream(replies).max().orElse(0);
  }

  Duration took() {
    return Duration.ofNanos(last - began);
  }
}
