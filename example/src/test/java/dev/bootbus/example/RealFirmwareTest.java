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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The README's first command: real firmware in QEMU, from DISCOVER to a running kernel.
class RealFirmwareTest {
  /// Far below the 4 s after which a firmware asks again (RFC 2131 §4.1), far above what a busy
  /// machine needs.
  private static final long OFFER_WITHIN_MICROS = 1_000_000;
  private static final int NATS = 4222;
  private static final String EVENTS = "bootbus.v1.event.";
  private static final String TRACEPARENT = "00-[0-9a-f]{32}-[0-9a-f]{16}-01";

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
    boolean traced = kind.equals("uefi");
    if (proxy) {
      arguments.add("--proxy");
    }
    if (traced) {
      arguments.add("--trace");
    }
    Script boot = boots(arguments, logs);
    offersFollowDiscoversAtOnce(Capture.read(logs.resolve("boot.pcap")), proxy);
    theEventsTellTheBoot(Capture.read(logs.resolve("bus.pcap")), proxy);
    if (traced) {
      theSpansAreOneTrace(boot, BootSpans.in(logs), proxy);
    }
  }

  private static void theSpansAreOneTrace(Script boot, BootSpans spans, boolean proxy) {
    if (proxy) { // the file's name tells the trace, the address is another's
      spans.areOneTrace();
    } else {
      spans.areOneWholeTrace();
    }
    String trace = spans.all().getFirst().traceId();
    assertThat(boot.output())
        .contains("\ntrace %s: %d spans in ".formatted(trace, spans.all().size()))
        .contains("| dhcp-server    DHCP DISCOVER efi-x64 offer\n")
        .contains("| http-server        GET /initrd.img sent\n");
  }

  /// Its command line has a `||` in it, which iPXE would take for its own.
  @Test
  void aMenuBootsItsDefault(@TempDir Path logs) throws Exception {
    Script boot = boots(List.of("bios", "--menu"), logs);

    assertThat(boot.output())
        .contains("script path=boot.ipxe ", "kernel=menu", "words=\"a || b\"")
        .contains("kernel fetched ");
  }

  /// As images with what their pods may do: deploy/README.md, "What a container may do". A real
  /// Prometheus scrapes them, and its rules evaluate.
  @Test
  void aMachineBootsFromContainers(@TempDir Path logs) throws Exception {
    boolean required = "required".equals(System.getenv("BOOTBUS_TEST_IMAGES"));
    if (!required
        && !(Files.isExecutable(Path.of("/usr/sbin/dockerd"))
            && Files.isExecutable(Path.of("/usr/bin/prometheus")))) {
      abort("watched containers need apt-get install docker.io prometheus");
    }
    Script boot = boots(List.of("uefi", "--containers", "--prometheus"), logs);

    assertThat(boot.output())
        .contains("tftp-server     sent file=ipxe.efi")
        .containsPattern("prometheus +targets up 4/4, rules evaluated (\\d+)/\\1, alerts none")
        .containsPattern("prometheus +DHCP answers [4-9]\\n")
        .containsPattern("prometheus +bytes by TFTP \\d{6,7}\\n")
        .containsPattern("prometheus +bytes by HTTP \\d{7,8}\\n");
    assertThat(logs.resolve("overview.svg")).content().contains("<svg", "OFFER sent");
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
    everyMessageIsACloudEvent(Capture.read(logs.resolve("bus.pcap")));
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

  private static void everyMessageIsACloudEvent(Capture capture) {
    List<Published> messages = ours(capture);
    assertThat(messages).isNotEmpty();
    for (Published message : messages) {
      String json = new String(message.payload(), StandardCharsets.UTF_8);
      CloudEvent event = new JsonFormat().deserialize(message.payload());
      assertThat(event.getDataContentType()).isEqualTo("application/json");
      assertThat(event.getId()).matches("[0-9a-f-]{36}");
      assertThat(event.getSource()).asString().matches("/bootbus/[a-z-]+");
      assertThat(event.getType()).matches("dev\\.bootbus\\.[a-z.-]+");
      assertThat(event.getExtension("traceparent")).asString().matches(TRACEPARENT);
      if (message.subject().equals("bootbus.v1.dhcp")) {
        assertThat(json)
            .contains(
                "\"data\":{\"MACAddress\":\"UlQAdwAQ\",\"Traceparent\":\""
                    + event.getExtension("traceparent")
                    + "\"");
      }
    }
  }

  private static List<Published> ours(Capture capture) {
    return capture.published(NATS).stream()
        .filter(message -> message.subject().startsWith("bootbus.v1."))
        .toList();
  }

  private static void theEventsTellTheBoot(Capture capture, boolean proxy) {
    List<String> told =
        ours(capture).stream()
            .map(Published::subject)
            .filter(subject -> subject.startsWith(EVENTS))
            .map(subject -> subject.substring(EVENTS.length()))
            .toList();
    assertThat(told)
        .contains(
            "dhcp-server.discover", "dhcp-server.offer", "http-server.script", "http-server.served")
        .contains("kernel-backend.node-registered");
    if (!proxy) { // who gives the address knows which machine fetches a file
      assertThat(told).contains("dhcp-server.ack", "kernel-backend.lease-bound");
      assertThat(told).containsOnlyOnce("kernel-backend.kernel-fetched");
    }
  }
}
