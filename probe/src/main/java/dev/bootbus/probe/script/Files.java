package dev.bootbus.probe.script;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Severity;
import dev.bootbus.probe.artefact.Fits;
import java.net.URI;
import java.util.List;

/// Fetches for a loader, while it interprets its script: a script may go another way when a file
/// does not come.
///
/// The same file may be asked for again, as the loader would; to answer from memory is allowed.
public interface Files {

  /// What a file is to be.
  enum Role {
    /// A kernel, or anything else that is started as one: memdisk.
    KERNEL,
    INITRD,
    /// Of which the loader knows only when it has it: a script, or a program.
    CHAIN,
    /// A text that the loader reads.
    SCRIPT,
    /// What the loader itself needs: its stages, modules, firmware.
    PART,
    DEVICE_TREE,
    /// Anything else; often it is fetched so that a server knows.
    OTHER;

    /// What the file is checked for.
    public Fits.Role fits() {
      return switch (this) {
        case KERNEL -> Fits.Role.KERNEL;
        case INITRD -> Fits.Role.INITRD;
        case CHAIN -> Fits.Role.CHAIN;
        case SCRIPT -> Fits.Role.SCRIPT;
        case DEVICE_TREE -> Fits.Role.DEVICE_TREE;
        case PART, OTHER -> Fits.Role.ANY;
      };
    }
  }

  /// @param optional whether it is normal that there is none: one of several names is tried
  record Wanted(URI uri, Role role, boolean optional) {}

  sealed interface Answer {
    /// @param head the beginning; of what may be a script, [#KEPT] of it
    /// @param size bytes
    /// @param unfit why the loader cannot use it in this role; the script then goes on as if so
    record Got(byte[] head, long size, List<Finding> unfit) implements Answer {
      boolean cannotRun() {
        return unfit.stream().anyMatch(f -> f.cause().severity() == Severity.BROKEN);
      }
    }

    record Failed(Finding finding) implements Answer {}
  }

  /// Bytes of a script that are read; there is no need for longer ones.
  int KEPT = 1 << 20;

  Answer get(Wanted wanted) throws InterruptedException;

  /// A server would be told here that the script failed. It is not: somebody only asked what would
  /// happen.
  default void notTold(URI uri) {}
}
