package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Severity;
import java.time.Duration;
import java.util.List;

/// What became of a machine that was switched on.
///
/// @param steps in their order
/// @param notes what is worth knowing and stopped nobody
public record Walk(
    As as, Hardware hardware, List<Step> steps, List<Finding> notes, End end, Duration took) {
  public Walk {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /// @param stage whose step it is: `UEFI PXE`, `iPXE`
  /// @param text what came of it, for people; printable
  /// @param begin since the machine was switched on
  public record Step(
      String stage, What what, String text, Duration begin, Duration took, Mark mark) {}

  /// What a step is about.
  public enum What {
    OFFERS,
    ADDRESS,
    BOOT_SERVER,
    LOADER,
    SCRIPT,
    FILE,
    KERNEL,
    INITRD,
    MENU
  }

  public enum Mark {
    OK,
    /// It is not there, which is normal: another name is tried.
    ABSENT,
    BROKEN
  }

  public sealed interface End {
    /// A kernel is there with all that belongs to it.
    ///
    /// @param kernel where it came from; of a program that needs no more, where that did
    /// @param commandLine empty where there is none
    record Boots(String kernel, List<String> initrds, String commandLine) implements End {
      public Boots {
        initrds = List.copyOf(initrds);
      }
    }

    /// The machine was told to go on with its own disk.
    record Local(String how) implements End {}

    /// @param finding the first broken link
    record Broken(Finding finding) implements End {}

    /// Nobody has answered at all.
    record Silence(Finding finding) implements End {}
  }

  /// How much a note matters: what stopped nobody is not broken here.
  static Severity severity(Finding note) {
    Severity severity = note.cause().severity();
    return severity == Severity.BROKEN ? Severity.WARNING : severity;
  }

  /// 0 boots, 1 broken, 3 nobody answered.
  public int exitCode() {
    return switch (end) {
      case End.Boots _, End.Local _ -> 0;
      case End.Broken _ -> 1;
      case End.Silence _ -> 3;
    };
  }
}
