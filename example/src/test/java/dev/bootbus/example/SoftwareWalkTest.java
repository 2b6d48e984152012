package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same walk without root and QEMU.
class SoftwareWalkTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({"bios, ''", "uefi, ''", "uefi-http, ''", "uefi, --proxy"})
  void aMachineInSoftwareReachesItsKernel(String kind, String proxy, @TempDir Path logs)
      throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/apt-get")) || System.getenv("BOOTBUS_ASSETS") != null,
        "the kernel to boot is a Debian package: needs apt-get, or BOOTBUS_ASSETS with the files");
    String mode = proxy.isEmpty() ? "--software" : proxy;

    Script walk = Script.run("boot", kind, "--software", mode, "--logs", logs.toString());

    assertThat(walk.status()).describedAs(walk.output()).isZero();
    assertThat(walk.output()).contains("a real machine would start it now: ");
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
