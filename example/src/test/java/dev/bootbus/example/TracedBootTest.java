package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.runtime.testing.OtlpReceiver;
import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One boot is one trace, from the first DISCOVER to the last byte of the initramfs.
class TracedBootTest {
  private static final Predicate<Seen> QUESTION =
      span -> span.name().equals("request bootbus.v1.dhcp");

  @BeforeEach
  void assumeThereIsAKernel() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/apt-get")) || System.getenv("BOOTBUS_ASSETS") != null,
        "the kernel to boot is a Debian package: needs apt-get, or BOOTBUS_ASSETS with the files");
  }

  private static Seen only(List<Seen> spans, String service, Predicate<Seen> which) {
    List<Seen> found =
        spans.stream().filter(span -> span.service().equals(service)).filter(which).toList();
    assertThat(found).describedAs("of %s", spans).hasSize(1);
    return found.getFirst();
  }

  private static Predicate<Seen> dhcp(String type, String client) {
    return span ->
        span.name().equals("DHCP " + type)
            && client.equals(span.facts().get("bootbus.client.class"));
  }

  private static Predicate<Seen> childOf(Seen parent) {
    return span -> span.isChildOf(parent);
  }

  private static Predicate<Seen> got(String path) {
    return span ->
        span.name().equals("GET")
            && path.equals(span.facts().get("url.path"))
            && "200".equals(span.facts().get("http.response.status_code"));
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

      List<Seen> spans = collector.spans();
      Seen first = only(spans, "dhcp-server", dhcp("DISCOVER", "efi-x64"));
      assertThat(first.parentId()).isEmpty();
      assertThat(spans).extracting(Seen::traceId).containsOnly(first.traceId());
      assertThat(spans).extracting(Seen::failed).containsOnly(false);

      for (String client : List.of("efi-x64", "ipxe")) {
        for (String type : List.of("DISCOVER", "REQUEST")) {
          Seen packet = only(spans, "dhcp-server", dhcp(type, client));
          Seen question = only(spans, "dhcp-server", childOf(packet).and(QUESTION));
          Seen answer = only(spans, "kernel-backend", childOf(question));
          assertThat(answer.name()).isEqualTo("process bootbus.v1.dhcp");
        }
      }
      Seen ack = only(spans, "dhcp-server", dhcp("REQUEST", "efi-x64"));
      Seen loader =
          only(
              spans,
              "tftp-server",
              span -> span.isChildOf(ack) && "sent".equals(span.facts().get("bootbus.outcome")));
      assertThat(loader.name()).isEqualTo("TFTP RRQ");
      assertThat(loader.facts().get("file.path")).startsWith("ipxe.efi-00-" + ack.traceId());

      Seen script = only(spans, "http-server", got("/boot.ipxe"));
      assertThat(script.isChildOf(only(spans, "dhcp-server", dhcp("REQUEST", "ipxe")))).isTrue();
      assertThat(only(spans, "kernel-backend", childOf(script)).name())
          .isEqualTo("process bootbus.v1.file");
      for (String path : List.of("/vmlinuz", "/initrd.img")) {
        Seen fetch = only(spans, "http-server", got(path));
        assertThat(Long.parseLong(fetch.facts().get("http.response.body.size"))).isPositive();
      }
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
