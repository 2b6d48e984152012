package dev.bootbus.kernel.life;

import dev.bootbus.kernel.node.Progress;
import dev.bootbus.kernel.node.Stage;
import dev.bootbus.kernel.node.Status;
import java.time.Instant;

/// How a machine goes on from what happens to it. A machine that installs again and again ends
/// here, and one that has its system is not told to install another.
public final class Life {
  private Life() {}

  /// @param attempts how often a machine may be given its installer
  /// @return the same progress if nothing changes by that
  public static Progress next(Progress now, Happening what, int attempts, Instant time) {
    Progress next =
        switch (what) {
          case Happening.Started _ -> started(now, attempts);
          case Happening.SystemSpoke _ -> systemSpoke(now);
          case Happening.Script(String kernel, boolean installs) -> script(now, kernel, installs);
          case Happening.KernelFetched(String kernel, boolean last) ->
              kernelFetched(now, kernel, last);
          case Happening.SystemFetched(String kernel) ->
              isLate(now, kernel) ? now : runs(now, kernel).booting(kernel);
          case Happening.Config(String kernel, Happening.Completion completion) ->
              config(runs(now, kernel), completion);
          case Happening.PhonedHome(String kernel, Happening.Completion completion) ->
              phonedHome(runs(now, kernel), completion);
          case Happening.BootFailed(String reason) -> now.to(Status.FAILED).because(reason);
          case Happening.TimeOut(boolean expected, String reason) -> timeOut(now, expected, reason);
          case Happening.ToldToBoot(String kernel, boolean installs) ->
              installs ? again(now.once(kernel)) : now.once(kernel);
          case Happening.ToldToReinstall _ -> again(now.to(Stage.PROVISIONING)).booting("");
          case Happening.ToldToCommission _ -> again(now.to(Stage.COMMISSIONED));
          case Happening.ToldProvisioned _ -> again(now.to(Stage.PROVISIONED)).once("");
          case Happening.ToldFailed(String reason) ->
              now.to(Status.FAILED)
                  .because(reason)
                  .held(now.held() || now.stage() == Stage.PROVISIONING);
        };
    boolean moved = next.stage() != now.stage() || next.status() != now.status();
    return moved ? next.since(time) : next;
  }

  /// Whether it is given no installer any more.
  static boolean isExhausted(Progress now, int attempts) {
    return now.held() || now.stage() == Stage.PROVISIONING && now.attempts() >= attempts;
  }

  private static Progress started(Progress now, int attempts) {
    if (now.stage() == Stage.PROVISIONED && now.bootOnce().isEmpty()) {
      return now.to(Status.BOOTING).booting("").because("");
    }
    return !now.held() && isExhausted(now, attempts)
        ? now.to(Status.FAILED).held(true).because(tooOften(now.attempts()))
        : now;
  }

  static String tooOften(int attempts) {
    return "it was given its installer %d times and did not get on: tell it to reinstall"
        .formatted(attempts);
  }

  /// Only of a machine that boots from its disk is it known that no installer speaks.
  private static Progress systemSpoke(Progress now) {
    return now.stage() == Stage.PROVISIONED && now.boots().isEmpty()
        ? now.to(Status.RUNNING).because("")
        : now;
  }

  private static Progress script(Progress now, String kernel, boolean installs) {
    Progress booting = now.to(Status.BOOTING).booting(kernel).because("");
    if (!installs) {
      return booting;
    }
    // those before it was told to install do not count
    int before = now.stage() == Stage.PROVISIONING ? now.attempts() : 0;
    return booting.to(Stage.PROVISIONING).attempts(before + 1);
  }

  /// Of the attempt after which it was given up: events overtake each other.
  private static boolean isLate(Progress now, String kernel) {
    return now.held() && now.status() == Status.FAILED && !now.bootOnce().equals(kernel);
  }

  private static Progress kernelFetched(Progress now, String kernel, boolean last) {
    if (isLate(now, kernel)) {
      return now;
    }
    if (last) {
      return runs(now, kernel).booting(kernel);
    }
    Progress booting = onceDone(now, kernel).booting(kernel);
    return now.status() == Status.RUNNING ? booting : booting.to(Status.BOOTING);
  }

  private static Progress runs(Progress now, String kernel) {
    return onceDone(now, kernel).to(Status.RUNNING).because("");
  }

  private static Progress onceDone(Progress now, String kernel) {
    return now.bootOnce().equals(kernel) ? now.once("") : now;
  }

  private static Progress config(Progress now, Happening.Completion completion) {
    return switch (completion) {
      case NEVER -> now;
      case CONFIG -> isOldSystem(now) ? now : provisioned(now);
      case PHONE_HOME -> now.stage() == Stage.PROVISIONED ? now : now.to(Stage.PROVISIONING);
    };
  }

  private static Progress phonedHome(Progress now, Happening.Completion completion) {
    return now.stage() != Stage.PROVISIONING
            || completion == Happening.Completion.NEVER
            || isOldSystem(now)
        ? now
        : provisioned(now);
  }

  /// It was told to install another system, and has not been given the installer yet.
  private static boolean isOldSystem(Progress now) {
    return now.stage() == Stage.PROVISIONING && now.attempts() == 0;
  }

  private static Progress provisioned(Progress now) {
    return now.to(Stage.PROVISIONED).attempts(0).held(false);
  }

  private static Progress timeOut(Progress now, boolean expected, String reason) {
    return switch (now.status()) {
      case BOOTING -> expected ? now.to(Status.FAILED).because(reason) : now.to(Status.UNKNOWN);
      case REBOOTING -> now.to(Status.UNREACHABLE).because(reason);
      case UNKNOWN, RUNNING, FAILED, UNREACHABLE -> now;
    };
  }

  /// From the beginning, whatever has failed before.
  private static Progress again(Progress now) {
    Progress fresh = now.attempts(0).held(false).because("");
    return now.status() == Status.FAILED ? fresh.to(Status.UNKNOWN) : fresh;
  }
}
