package dev.bootbus.kernel.node;

import java.time.Instant;
import java.util.Locale;

/// How far a node has come, and what it does now.
///
/// @param since when the stage or the status changed last
/// @param bootOnce kernel that it boots next, once; or empty
/// @param boots kernel of the script that it was given last; empty when it boots from its disk
/// @param attempts how often it was given an installer since it was told to install
/// @param held whether it is not installed again until somebody says so
/// @param reason one sentence about why it failed, or empty
public record Progress(
    Stage stage,
    Status status,
    Instant since,
    String bootOnce,
    String boots,
    int attempts,
    boolean held,
    String reason) {
  /// Of a machine that has just been seen.
  public static final Progress NEW =
      new Progress(Stage.COMMISSIONING, Status.UNKNOWN, Instant.EPOCH, "", "", 0, false, "");

  public Progress to(Stage other) {
    return new Progress(other, status, since, bootOnce, boots, attempts, held, reason);
  }

  public Progress to(Status other) {
    return new Progress(stage, other, since, bootOnce, boots, attempts, held, reason);
  }

  public Progress since(Instant now) {
    return new Progress(stage, status, now, bootOnce, boots, attempts, held, reason);
  }

  public Progress once(String kernel) {
    return new Progress(stage, status, since, kernel, boots, attempts, held, reason);
  }

  public Progress booting(String kernel) {
    return new Progress(stage, status, since, bootOnce, kernel, attempts, held, reason);
  }

  public Progress attempts(int count) {
    return new Progress(stage, status, since, bootOnce, boots, count, held, reason);
  }

  public Progress held(boolean now) {
    return new Progress(stage, status, since, bootOnce, boots, attempts, now, reason);
  }

  public Progress because(String sentence) {
    return new Progress(stage, status, since, bootOnce, boots, attempts, held, sentence);
  }

  /// As it is written: `provisioned`.
  public static String key(Enum<?> stageOrStatus) {
    return stageOrStatus.name().toLowerCase(Locale.ROOT);
  }
}
