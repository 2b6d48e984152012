package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.runtime.testing.OtlpReceiver;
import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One boot is one trace; [RealFirmwareTest] sees the same of real firmware.
class TracedBootTest {
  @BeforeEach
  void assumeThereIsAKernel() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/apt-get")) || System.getenv("BOOTBUS_ASSETS") != null,
        "the kernel to boot is a Debian package: needs apt-get, or BOOTBUS_ASSETS with the files");
  }

  @Test
  void oneBootIsOneTrace(@TempDir Path logs) throws Exception {
    try (OtlpReceiver collector = OtlpReceiver.open()) {
      Script walk =
          Script.run(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  collector.endpoint(),
                  // example/boot kills a service that takes more than 3 s to end
                  "OTEL_BSP_SCHEDULE_DELAY",
                  "100",
                  "BOOTBUS_TRACE_NAMES",
                  "on"),
              "boot",
              "uefi",
              "--software",
              "--logs",
              logs.toString());
      assertThat(walk.status()).describedAs(walk.output()).isZero();

      BootSpans spans = new BootSpans(collector.spans());
      spans.areOneWholeTrace();
      assertThat(spans.all()).extracting(Seen::failed).containsOnly(false);
      Seen loader = spans.only("tftp-server", spans.loader());
      assertThat(loader.facts().get("file.path")).startsWith("ipxe.efi-00-" + loader.traceId());
    }
  }

  @Test
  void aCollectorThatDoesNotAnswerCostsNoBoot(@TempDir Path logs) throws Exception {
    try (OtlpReceiver collector = OtlpReceiver.silent()) {
      Script walk =
          Script.run(
              Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
              "boot",
              "uefi",
              "--software",
              "--logs",
              logs.toString());
      assertThat(walk.status()).describedAs(walk.output()).isZero();
      assertThat(collector.spans()).isEmpty();
    }
  }
}
