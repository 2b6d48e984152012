package dev.bootbus.schema.go;

/// What a Go front end makes of a reply.
public sealed interface GoOutcome {

  /// It acts upon this record.
  record Accepted(GoRecord record) implements GoOutcome {}

  /// It read an error: "no record from backend". The client gets no answer, as it should.
  record NoRecord(long code, String message) implements GoOutcome {}

  /// It could not read the reply. The client gets no answer.
  record Rejected(String reason) implements GoOutcome {}

  /// The whole process ends, because nothing recovers the goroutine.
  record Panic(String reason) implements GoOutcome {}
}
