package dev.bootbus.schema;

import java.time.Duration;

/// How a process answers.
///
/// @param queueGroup of all processes that answer with the same one, one gets each request
/// @param version of the backend, shown by `nats micro ls`: `1.2.3`
/// @param description shown there too
/// @param maxInFlight requests under way at once, for each subject; one more is answered with
///     429
/// @param deadline after which a request is answered with 503, whatever the handler does; zero
///     for seven eighths of the bus's own, so that the asker still hears it
/// @param dryRuns whether it answers a dry run without keeping anything
///     ([DhcpRequest#isDryRun]), which its endpoints then say of themselves
public record ServiceTerms(
    String queueGroup,
    String version,
    String description,
    int maxInFlight,
    Duration deadline,
    boolean dryRuns) {
  private static final int DEFAULT_IN_FLIGHT = 1024;
  private static final int MOST_IN_FLIGHT = 65_536;

  public ServiceTerms {
    checkQueueGroup(queueGroup);
    if (maxInFlight < 1 || maxInFlight > MOST_IN_FLIGHT) {
      throw new IllegalArgumentException("not from 1 to 65536 requests at once: " + maxInFlight);
    }
    if (deadline.isNegative()) {
      throw new IllegalArgumentException("not a time to wait: " + deadline);
    }
  }

  static void checkQueueGroup(String name) {
    if (!name.matches("[!-~&&[^*>]]+")) {
      throw new IllegalArgumentException("not a queue group: " + name);
    }
  }

  public static ServiceTerms of(String queueGroup) {
    return new ServiceTerms(queueGroup, "0.1.0", "", DEFAULT_IN_FLIGHT, Duration.ZERO, false);
  }

  public ServiceTerms withVersion(String number) {
    return new ServiceTerms(queueGroup, number, description, maxInFlight, deadline, dryRuns);
  }

  public ServiceTerms withDescription(String text) {
    return new ServiceTerms(queueGroup, version, text, maxInFlight, deadline, dryRuns);
  }

  public ServiceTerms withMaxInFlight(int requests) {
    return new ServiceTerms(queueGroup, version, description, requests, deadline, dryRuns);
  }

  public ServiceTerms withDeadline(Duration time) {
    return new ServiceTerms(queueGroup, version, description, maxInFlight, time, dryRuns);
  }

  /// For a backend that looks at [DhcpRequest#isDryRun] and [FileRequest#isDryRun].
  public ServiceTerms withDryRuns() {
    return new ServiceTerms(queueGroup, version, description, maxInFlight, deadline, true);
  }

  long deadlineNanos(BusSettings settings) {
    return deadline.isZero() ? settings.deadline().toNanos() / 8 * 7 : deadline.toNanos();
  }
}
