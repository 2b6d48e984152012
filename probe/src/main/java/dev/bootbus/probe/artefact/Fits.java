package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Finding;
import java.util.List;

/// Whether a machine can use a file for what it is to be.
public final class Fits {
  private Fits() {}

  /// What a file is used as.
  public enum Role {
    /// What the firmware, or a loader in its name, starts.
    PROGRAM,
    KERNEL,
    INITRD,
    DEVICE_TREE,
    /// A disc or disk that is booted.
    DISC,
    SCRIPT,
    /// A program or a script, whichever it turns out to be.
    CHAIN,
    ANY
  }

  /// Why it cannot, or what is wrong with it all the same; with the damage of the file itself.
  ///
  /// @param name of the file, for people
  public static List<Finding> check(Artefact artefact, Role role, Target target, String name) {
    return artefact.damage();
  }
}
