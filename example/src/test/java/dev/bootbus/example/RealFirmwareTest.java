package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.example.Capture.Published;
import dev.bootbus.example.Capture.Segment;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The README's first command: real firmware in QEMU, from DISCOVER to a running kernel.
class RealFirmwareTest {
  private static final long OFFER_WITHIN_MICROS = 100_000;
  private static final int NATS = 4222;

  @BeforeAll
  static void onlyWhereQemuCanRun() throws IOException {
    String wish = System.getenv().getOrDefault("BOOTBUS_TEST_BOOT", "auto");
    if (wish.equals("required")) {
      return;
    }
    boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    boolean qemu = Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64"));
    if (wish.equals("off") || !root || !qemu) {
      abort(
          "booting real firmware needs root, and apt-get install qemu-system-x86 ovmf ipxe-qemu"
              + " dnsmasq-base tcpdump");
    }
  }

  @ParameterizedTest(name = "{0}, beside another DHCP server: {1}")
  @CsvSource({"bios, false", "uefi, false", "uefi-http, false", "bios, true", "uefi, true"})
  void aMachineBoots(String kind, boolean proxy, @TempDir Path logs) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(kind));
    if (proxy) {
      arguments.add("--proxy");
    }
    boots(arguments, logs);
    offersFollowDiscoversAtOnce(Capture.read(logs.resolve("boot.pcap")), proxy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "python"})
  void aMachineBootsWithAForeignBackend(String backend, @TempDir Path logs) throws Exception {
    Responder.assumeInstalled(backend);

    Script boot = boots(List.of("bios", "--backend", backend), logs);

    assertThat(boot.output()).contains(" answered ", "/demo.ipxe");
    assertThat(logs.resolve("kernel-backend.log")).doesNotExist();
  }

  private static Script boots(List<String> arguments, Path logs) throws Exception {
    List<String> words = new ArrayList<>(arguments);
    words.addAll(List.of("--capture", "--logs", logs.toString()));
    Script boot = Script.run("boot", words.toArray(String[]::new));

    assertThat(boot.status()).describedAs(boot.output()).isZero();
    assertThat(boot.output()).contains("BOOTBUS-MARKER", "\nbooted\n");
    everyRequestIsACloudEvent(Capture.read(logs.resolve("bus.pcap")));
    return boot;
  }

  private static void offersFollowDiscoversAtOnce(Capture capture, boolean proxy) throws Exception {
    Map<Long, Long> discovered = new HashMap<>();
    List<Long> waits = new ArrayList<>();
    for (Segment segment : capture.segments()) {
      if (segment.sourcePort() != 67 && segment.targetPort() != 67) {
        continue;
      }
      DhcpMessage message = DhcpMessage.decode(Bytes.of(segment.payload()));
      MessageType type =
          MessageType.of(message.options().get(Option.MESSAGE_TYPE).orElse(0)).orElseThrow();
      if (type == MessageType.DISCOVER) {
        discovered.put(message.xid(), segment.micros());
      }
      boolean ours = !proxy || message.yiaddr().equals(DhcpMessage.NO_ADDRESS);
      if (type == MessageType.OFFER && ours && discovered.containsKey(message.xid())) {
        waits.add(segment.micros() - discovered.remove(message.xid()));
      }
    }
    System.out.println("microseconds from DISCOVER to OFFER: " + waits);
    assertThat(waits).isNotEmpty().allMatch(micros -> micros < OFFER_WITHIN_MICROS);
  }

  private static void everyRequestIsACloudEvent(Capture capture) {
    List<Published> requests =
        capture.published(NATS).stream()
            .filter(message -> message.subject().startsWith("bootbus.v1."))
            .toList();
    assertThat(requests).isNotEmpty();
    for (Published request : requests) {
      String json = new String(request.payload(), StandardCharsets.UTF_8);
      CloudEvent event = new JsonFormat().deserialize(request.payload());
      assertThat(event.getDataContentType()).isEqualTo("application/json");
      assertThat(json)
          .matches(
              "\\{\"specversion\":\"1.0\",\"id\":\"[0-9a-f-]{36}\",\"source\":\"/bootbus/[a-z-]+\","
                  + "\"type\":\"dev\\.bootbus\\.[a-z.]+\",\"datacontenttype\":\"application/json\","
                  + "\"data\":\\{.*}}");
      if (request.subject().equals("bootbus.v1.dhcp")) {
        assertThat(json)
            .containsPattern("\"data\":\\{\"MACAddress\":\"UlQAdwAQ\",\"Traceparent\":\"");
      }
    }
  }
}
