package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.lab.Stacks.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Loaders other than iPXE, Debian's own: the probe does what they do with what kernel-backend
/// writes for them, as far as the kernel.
class LoadersTest {
  private static final Path PXELINUX = Path.of("/usr/lib/PXELINUX/pxelinux.0");
  private static final Path LDLINUX = Path.of("/usr/lib/syslinux/modules/bios/ldlinux.c32");
  private static final Path GRUB = Path.of("/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed");

  @TempDir static Path logs;
  private static Stacks stacks;

  @BeforeAll
  static void start() throws IOException {
    Stacks.assumePossible();
    for (Path file : new Path[] {PXELINUX, LDLINUX, GRUB}) {
      assumeTrue(
          Files.exists(file), "needs pxelinux, syslinux-common and grub-efi-amd64-signed: " + file);
    }
    stacks = Stacks.start(logs, Kind.BOOTBUS);
    Stack stack = stacks.get(Kind.BOOTBUS);
    Path root = stack.place().files().root();
    // a name says nothing of what a file is
    Files.copy(PXELINUX, root.resolve("undionly.kpxe"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(LDLINUX, root.resolve("ldlinux.c32"));
    Files.copy(GRUB, root.resolve("grubnetx64.efi"));
    stack.serve(Setup.healthy(stack.place()).withLoader("grubnetx64.efi"));
  }

  @AfterAll
  static void end() {
    if (stacks != null) {
      stacks.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PXELINUX, BOOT_IMAGE=vmlinuz console=ttyS0 initrd=initrd.img",
    "GRUB,     BOOT_IMAGE=/vmlinuz console=ttyS0"
  })
  void bootTheKernelOfTheCatalogue(As as, String commandLine) throws Exception {
    Run run = Run.boot(stacks.get(Kind.BOOTBUS), as, Place.machine(0x40 + as.ordinal()));
    assertThat(run.status()).as(run.said()).isZero();
    assertThat(run.causes()).as(run.said()).isEmpty();
    assertThat(run.said()).contains(commandLine);
  }
}
