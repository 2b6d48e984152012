package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same walk without root and QEMU.
class SoftwareWalkTest {
  private static void assumeThereIsAKernel() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/apt-get")) || System.getenv("BOOTBUS_ASSETS") != null,
        "the kernel to boot is a Debian package: needs apt-get, or BOOTBUS_ASSETS with the files");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bios", "uefi", "uefi-http"})
  void aMachineInSoftwareReachesItsKernel(String kind, @TempDir Path logs) throws Exception {
    assumeThereIsAKernel();
    Script walk = Script.run("boot", kind, "--software", "--logs", logs.toString());

    assertThat(walk.status()).describedAs(walk.output()).isZero();
    assertThat(walk.output()).contains("┴ boots ", "/vmlinuz", "console=ttyS0 quiet panic=5 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "node", "python", "go"})
  void aForeignBackendBringsItThereToo(String backend, @TempDir Path logs) throws Exception {
    assumeThereIsAKernel();
    Responder.assumeInstalled(backend);

    Script walk =
        Script.run("boot", "uefi", "--software", "--backend", backend, "--logs", logs.toString());

    assertThat(walk.status()).describedAs(walk.output()).isZero();
    assertThat(walk.output()).contains("/demo.ipxe", "┴ boots ");
    assertThat(logs.resolve("kernel-backend.log")).doesNotExist();
  }

  @Test
  void aBackendThatDoesNotExistIsRefusedInOneLine() throws Exception {
    Script walk = Script.run("boot", "--backend", "cobol");

    assertThat(walk.status()).isEqualTo(2);
    assertThat(walk.output()).startsWith("boot: --backend is one of: kernel ").hasLineCount(1);
  }

  @Test
  void anUnknownWordIsRefusedInOneLine() throws Exception {
    Script walk = Script.run("boot", "toaster");

    assertThat(walk.status()).isEqualTo(2);
    assertThat(walk.output()).endsWith("boot: unknown word: toaster\n");
  }

  @Test
  void upNamesTheInterfacesThereAre() throws Exception {
    Script up = Script.run("up", "--interface", "nowhere0", "--proxy");

    assertThat(up.status()).isEqualTo(2);
    assertThat(up.output()).contains("there is no interface nowhere0; this machine has: ");
  }
}
