package dev.bootbus.tftp;

import static dev.bootbus.schema.EventFact.BLOCK_SIZE;
import static dev.bootbus.schema.EventFact.BYTES;
import static dev.bootbus.schema.EventFact.FILE;
import static dev.bootbus.schema.EventFact.RESENT;
import static dev.bootbus.schema.EventFact.SECONDS;
import static dev.bootbus.schema.EventFact.WINDOW_SIZE;

import dev.bootbus.content.BootPath;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventKind;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.Outcome.Traffic;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// Tells the bus what became of each request for a file.
final class BootEvents {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Consumer<BootEvent> bus;

  BootEvents(Consumer<BootEvent> bus) {
    this.bus = bus;
  }

  /// @param begun whether any block was sent. A client that aborts before that wanted to know the
  ///     size, as EDK2 does before each file, or will ask without options: neither is news
  static Optional<EventKind> kind(Ending ending, boolean begun) {
    return switch (ending) {
      case SENT -> Optional.of(EventKind.TFTP_FINISHED);
      case ABORTED_BY_CLIENT -> begun ? Optional.of(EventKind.TFTP_FAILED) : Optional.empty();
      case NOT_FOUND,
          DENIED,
          UNAVAILABLE,
          READ_FAILED,
          NO_ACK,
          SUPERSEDED,
          STOPPED,
          SOCKET_FAILED,
          BUG ->
          Optional.of(EventKind.TFTP_FAILED);
    };
  }

  /// A request that was answered with an ERROR is told, and no other datagram.
  static Optional<EventKind> kind(DropReason reason) {
    return switch (reason) {
      case WRITE_REQUEST, UNSUPPORTED_MODE, BUSY, BUSY_PEER -> Optional.of(EventKind.TFTP_FAILED);
      case MALFORMED,
          OUT_OF_PLACE,
          DUPLICATE_REQUEST,
          TOO_MANY_REQUESTS,
          STOPPING,
          FOREIGN_TRANSFER_ID ->
          Optional.empty();
    };
  }

  /// The first block is about to be sent.
  void started(Call call, Negotiation agreed) {
    bus.accept(
        event(EventKind.TFTP_STARTED, call)
            .with(BLOCK_SIZE, (long) agreed.blksize())
            .with(WINDOW_SIZE, (long) agreed.windowsize()));
  }

  void ended(Call call, Outcome outcome, boolean begun, Duration time) {
    kind(outcome.ending(), begun)
        .ifPresent(
            kind -> {
              BootEvent event = event(kind, call).with(SECONDS, time.toNanos() / NANOS_PER_SECOND);
              event = with(event, outcome.traffic());
              bus.accept(
                  outcome.ending() == Ending.SENT
                      ? event
                      : event.because(outcome.ending().key(), outcome.detail()));
            });
  }

  private static BootEvent with(BootEvent event, Traffic traffic) {
    BootEvent counted = event.with(BYTES, traffic.bytes());
    return traffic.blksize() == 0
        ? counted
        : counted
            .with(BLOCK_SIZE, (long) traffic.blksize())
            .with(WINDOW_SIZE, (long) traffic.windowsize())
            .with(RESENT, traffic.resent());
  }

  void refused(DropReason reason, Call call, String message) {
    kind(reason).ifPresent(kind -> bus.accept(event(kind, call).because(reason.key(), message)));
  }

  private static BootEvent event(EventKind kind, Call call) {
    BootEvent event =
        BootEvent.of(kind)
            .address(call.peer().getAddress())
            .transaction(call.id())
            .traceparent(call.trace().toString());
    String file = file(call.filename());
    return file.isEmpty() ? event : event.with(FILE, file);
  }

  /// As a backend is asked for it, or as it came if it can be no file's name.
  private static String file(String filename) {
    try {
      return BootPath.ofTftp(filename).toString();
    } catch (BootPath.RefusedException e) {
      return filename.replaceFirst("^/+", "");
    }
  }
}
