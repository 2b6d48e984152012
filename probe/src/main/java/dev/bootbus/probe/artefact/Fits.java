package dev.bootbus.probe.artefact;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether a machine can use a file for what it is to be.
public final class Fits {
  /// A BIOS loads its first program below 640 KiB, where it needs some of it for itself.
  private static final long BASE_MEMORY = 600 << 10;

  private Fits() {}

  /// What a file is used as.
  public enum Role {
    /// What the firmware starts.
    PROGRAM,
    KERNEL,
    INITRD,
    DEVICE_TREE,
    /// A disc or disk that is booted.
    DISC,
    /// A text that a loader reads.
    SCRIPT,
    /// A program, a kernel or a script that a loader fetches and then sees what it is.
    CHAIN,
    ANY
  }

  /// Why it cannot, or what is wrong with it all the same; with the damage of the file itself.
  ///
  /// @param name of the file, for people
  public static List<Finding> check(Artefact artefact, Role role, Target target, String name) {
    List<Finding> findings = new ArrayList<>();
    unfit(artefact, role, target)
        .ifPresent(unfit -> findings.add(new Finding(unfit.cause(), name + ": " + unfit.detail())));
    for (Finding damage : artefact.damage()) {
      findings.add(new Finding(damage.cause(), name + ": " + damage.detail()));
    }
    return List.copyOf(findings);
  }

  private static Optional<Finding> unfit(Artefact artefact, Role role, Target target) {
    return switch (role) {
      case ANY -> Optional.empty();
      case PROGRAM, CHAIN, KERNEL, INITRD, DEVICE_TREE, DISC, SCRIPT -> {
        if (artefact.format() instanceof Format.Empty) {
          yield Optional.of(new Finding(Cause.FILE_EMPTY, "0 bytes"));
        }
        if (artefact.format() instanceof Format.Html) {
          yield Optional.of(
              new Finding(
                  Cause.HTML_INSTEAD_OF_FILE, "HTML or XML of " + artefact.size() + " bytes"));
        }
        yield asRole(artefact, role, target);
      }
    };
  }

  private static Optional<Finding> asRole(Artefact artefact, Role role, Target target) {
    return switch (role) {
      case PROGRAM -> program(artefact, target);
      case CHAIN -> chain(artefact, target);
      case KERNEL -> kernel(artefact, target);
      case INITRD -> initrd(artefact);
      case DEVICE_TREE ->
          artefact.format() instanceof Format.DeviceTree
              ? Optional.empty()
              : no(Cause.NOT_A_DEVICE_TREE, artefact);
      case DISC -> disc(artefact);
      case SCRIPT, ANY -> Optional.empty();
    };
  }

  private static Optional<Finding> program(Artefact artefact, Target target) {
    return switch (target.firmware()) {
      case EFI -> efiProgram(artefact, target.cpu());
      case BIOS -> biosProgram(artefact);
      case U_BOOT ->
          switch (artefact.format()) {
            case Format.Pe pe -> processor(pe.cpu(), target.cpu());
            case Format.UImage image -> processor(image.cpu(), target.cpu());
            case Format.FlatImage image -> processor(image.cpu(), target.cpu());
            case Format.BzImage _, Format.IpxeScript _ -> no(Cause.NOT_A_PROGRAM, artefact);
            default -> Optional.empty();
          };
      case RASPBERRY_PI, OTHER -> Optional.empty();
    };
  }

  private static Optional<Finding> efiProgram(Artefact artefact, Cpu cpu) {
    return switch (artefact.format()) {
      case Format.Pe pe ->
          !pe.isEfi()
              ? no(Cause.NOT_A_PROGRAM, artefact)
              : pe.cpu() == Cpu.X86 && cpu == Cpu.X86_64
                  ? wrongProcessor(pe.cpu(), cpu)
                  : processor(pe.cpu(), cpu);
      case Format.BzImage image when image.stub() -> processor(image.cpu(), cpu);
      case Format.FlatImage image when image.stub() -> processor(image.cpu(), cpu);
      case Format.ZImage image when image.stub() -> processor(Cpu.ARM, cpu);
      case Format.BzImage _, Format.BootSector _ -> no(Cause.WRONG_FIRMWARE, artefact);
      default -> no(Cause.NOT_A_PROGRAM, artefact);
    };
  }

  private static Optional<Finding> biosProgram(Artefact artefact) {
    return switch (artefact.format()) {
      case Format.Pe _, Format.FlatImage _, Format.ZImage _ -> no(Cause.WRONG_FIRMWARE, artefact);
      case Format.BootSector _, Format.Unknown _ when artefact.size() <= BASE_MEMORY ->
          Optional.empty(); // a BIOS knows no magic, and starts whatever it gets
      default -> no(Cause.NOT_A_PROGRAM, artefact);
    };
  }

  private static Optional<Finding> chain(Artefact artefact, Target target) {
    return switch (artefact.format()) {
      case Format.IpxeScript _, Format.Text _ -> Optional.empty();
      case Format.BzImage _, Format.FlatImage _, Format.ZImage _, Format.Compressed _ ->
          kernel(artefact, target);
      case Format.Elf elf ->
          target.firmware() == Firmware.EFI
              ? no(Cause.NOT_A_PROGRAM, artefact)
              : processor(elf.cpu(), target.cpu());
      default -> program(artefact, target);
    };
  }

  private static Optional<Finding> kernel(Artefact artefact, Target target) {
    boolean efi = target.firmware() == Firmware.EFI;
    return switch (artefact.format()) {
      case Format.BzImage image ->
          efi && !image.stub()
              ? no(Cause.WRONG_FIRMWARE, artefact)
              : processor(image.cpu(), target.cpu());
      case Format.FlatImage image -> processor(image.cpu(), target.cpu());
      case Format.ZImage _ -> processor(Cpu.ARM, target.cpu());
      case Format.Elf elf -> processor(elf.cpu(), target.cpu());
      case Format.Pe pe ->
          target.firmware() == Firmware.BIOS
              ? no(Cause.WRONG_FIRMWARE, artefact)
              : processor(pe.cpu(), target.cpu());
      case Format.UImage image ->
          image.type() == 2
              ? processor(image.cpu(), target.cpu())
              : no(Cause.NOT_A_KERNEL, artefact);
      case Format.BootSector _ -> efi ? no(Cause.WRONG_FIRMWARE, artefact) : Optional.empty();
      case Format.DeviceTree tree when tree.fit() -> Optional.empty();
      case Format.Compressed _ -> Optional.empty(); // GRUB, newer iPXE and a Pi unpack gzip
      default -> no(Cause.NOT_A_KERNEL, artefact);
    };
  }

  /// An initrd may be anything: memdisk gets a disc, wimboot a program; but never a kernel.
  private static Optional<Finding> initrd(Artefact artefact) {
    boolean kernel =
        switch (artefact.format()) {
          case Format.BzImage _, Format.FlatImage _, Format.ZImage _, Format.IpxeScript _ -> true;
          default -> false;
        };
    return kernel ? no(Cause.NOT_AN_INITRD, artefact) : Optional.empty();
  }

  private static Optional<Finding> disc(Artefact artefact) {
    return switch (artefact.format()) {
      case Format.Iso _, Format.BootSector _, Format.Unknown _ -> Optional.empty();
      default -> no(Cause.NOT_A_DISC, artefact);
    };
  }

  /// A machine with a BIOS says nothing of its processor; a 64-bit one runs 32-bit programs of
  /// its family there, and under UEFI no program of another width.
  private static Optional<Finding> processor(Cpu of, Cpu machine) {
    boolean fits =
        of == machine
            || of == Cpu.EBC
            || of == Cpu.OTHER
            || machine == Cpu.OTHER
            || of == Cpu.X86 && machine == Cpu.X86_64;
    return fits ? Optional.empty() : wrongProcessor(of, machine);
  }

  private static Optional<Finding> wrongProcessor(Cpu of, Cpu machine) {
    return Optional.of(
        new Finding(
            Cause.WRONG_ARCHITECTURE,
            "it is for " + of.title() + ", the machine is " + machine.title()));
  }

  private static Optional<Finding> no(Cause cause, Artefact artefact) {
    return Optional.of(new Finding(cause, "it is " + artefact.title()));
  }
}
