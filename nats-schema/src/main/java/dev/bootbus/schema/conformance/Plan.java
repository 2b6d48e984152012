package dev.bootbus.schema.conformance;

import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Subjects;
import java.time.Duration;
import java.util.Optional;

/// What the kit is told about a backend.
///
/// @param known a machine that the backend knows
/// @param registers whether the backend answers machines that it has never heard of
/// @param file what to ask for on the subject of files, if that is to be checked
public record Plan(
    Subjects subjects,
    Optional<Known> known,
    boolean registers,
    Optional<String> file,
    Patience patience) {

  /// @param address that the machine is to get, or empty
  public record Known(MacAddress mac, String address) {}

  /// How long the kit waits, and how much it asks.
  ///
  /// @param deadline within which a front end wants its answer
  /// @param longest how long to wait for one, so that late ones are told apart from none
  /// @param settle how long to look for a second reply
  /// @param inSequence how many requests are timed, one after the other
  /// @param atOnce how many are asked together
  public record Patience(
      Duration deadline, Duration longest, Duration settle, int inSequence, int atOnce) {
    private static final int FACTOR = 3;
    private static final Duration SETTLE = Duration.ofMillis(400);

    Patience(Duration deadline) {
      this(deadline, deadline.multipliedBy(FACTOR), SETTLE, 100, 1000);
    }
  }

  public static Plan of(Subjects subjects, Duration deadline) {
    return new Plan(subjects, Optional.empty(), false, Optional.empty(), new Patience(deadline));
  }

  public Plan withKnown(MacAddress mac, String address) {
    return new Plan(subjects, Optional.of(new Known(mac, address)), registers, file, patience);
  }

  public Plan withRegisters(boolean does) {
    return new Plan(subjects, known, does, file, patience);
  }

  public Plan withFile(String path) {
    return new Plan(subjects, known, registers, Optional.of(path), patience);
  }

  Plan withPatience(Patience other) {
    return new Plan(subjects, known, registers, file, other);
  }
}
