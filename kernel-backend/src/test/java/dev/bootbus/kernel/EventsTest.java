package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.runtime.Version;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.EventFact;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the backend publishes, and what it makes of the events of others, over a real bus.
@ExtendWith(OnNats.class)
class EventsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");
  private static final MacAddress STORAGE = MacAddress.parse("52:54:00:00:00:50");
  private static final MacAddress LOCAL = MacAddress.parse("52:54:00:00:00:51");
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACEPARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";
  private static final String[] FLAGS = {
    "--pool=192.168.77.100-192.168.77.103",
    "--subnet=192.168.77.0/24",
    "--boot-url=http://192.168.77.1/boot/"
  };
  private static final String KERNELS =
      """
      kernels:
        - {name: alpine, arch: x86_64, kernel: alpine/vmlinuz%20lts, initrd: initrd.img}
        - {name: debian, kernel: 'tftp://192.168.77.1//debian/linux'}
      default: alpine
      nodes:
        - {mac: 52:54:00:00:00:50, hostname: storage-1, address: 192.168.77.50, kernel: debian}
        - {mac: 52:54:00:00:00:51, netboot: false, address: 192.168.77.51}
      """;
  private static final String ALPINE = "boot/alpine/vmlinuz lts";

  private Backends backends;
  private Bus fileServer;

  @BeforeEach
  void connect(Backends own) {
    backends = own;
    fileServer = backends.service("http-server");
  }

  @AfterEach
  void disconnect() {
    fileServer.close();
  }

  private static DhcpRequest packet(MacAddress mac, String type, List<Integer> arch) {
    Facts facts =
        new Facts(
            Mode.DHCP,
            type,
            0xFEEDBEEFL,
            arch,
            "",
            List.of(),
            "564d4c41-4200-4077-8000-000000000010",
            "",
            "",
            null,
            null,
            null,
            null,
            null,
            "",
            "");
    return new DhcpRequest(mac, TRACEPARENT, facts);
  }

  private static BootEvent fetch(EventKind kind, String file) {
    return BootEvent.of(kind)
        .transaction("t1")
        .traceparent(TRACEPARENT)
        .with(EventFact.FILE, file)
        .with(EventFact.BYTES, 8_000_000L)
        .with(EventFact.SECONDS, 0.5);
  }

  private static BootEvent served(String file) {
    return fetch(EventKind.HTTP_SERVED, file);
  }

  @Test
  void aNodeIsRegisteredOnce() throws Exception {
    backends.startAtOnce(KERNELS, List.of(FLAGS, FLAGS));
    try (HeardEvents registered = new HeardEvents(backends, EventKind.NODE_REGISTERED)) {
      askAtOnce(20, packet(MAC, "DISCOVER", List.of(7, 9)));
      backends.ask(packet(MAC, "REQUEST", List.of(7)));
      backends.ask(packet(Lab.mac(9), "REQUEST", List.of()));

      await().atMost(SOON).until(() -> registered.each("MACAddress").contains("52:54:00:00:00:09"));
      await().atMost(SOON).until(() -> registered.count() == 2);
      ObjectNode event = registered.all().getFirst();
      assertThat(event.path("source").asText()).isEqualTo("/bootbus/backend");
      assertThat(event.path("type").asText())
          .isEqualTo("dev.bootbus.event.kernel-backend.node-registered");
      assertThat(event.path("subject").asText()).isEqualTo("52:54:00:12:34:56");
      assertThat(event.path("traceparent").asText()).isEqualTo(TRACEPARENT);
      assertThat(event.path("data"))
          .hasToString(
              "{\"Outcome\":\"DONE\",\"MACAddress\":\"52:54:00:12:34:56\","
                  + "\"UUID\":\"564d4c41-4200-4077-8000-000000000010\","
                  + "\"Transaction\":\"feedbeef\",\"TraceID\":\""
                  + TRACE_ID
                  + "\",\"ClientArch\":7,\"Hostname\":\"steady-hornet\"}");
      assertThat(registered.all().getLast().path("data").has("ClientArch")).isFalse();
    }
  }

  /// Past the cache of the asker, as several front ends would.
  private void askAtOnce(int times, DhcpRequest request) throws Exception {
    List<Bus> frontEnds = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<DhcpResponse>> asks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        frontEnds.add(backends.service("dhcp-server"));
      }
      for (int i = 0; i < times; i++) {
        Bus frontEnd = frontEnds.get(i % frontEnds.size());
        asks.add(() -> frontEnd.ask(request));
      }
      for (var answer : threads.invokeAll(asks)) {
        assertThat(answer.get()).isInstanceOf(DhcpResponse.Answer.class);
      }
    } finally {
      frontEnds.forEach(Bus::close);
    }
  }

  @Test
  void aLeaseIsBoundToItsAddress() throws Exception {
    backends.start(KERNELS, FLAGS);
    try (HeardEvents bound = new HeardEvents(backends, EventKind.LEASE_BOUND)) {
      backends.ask(packet(MAC, "DISCOVER", List.of(0))); // holds one, and binds none
      String address = backends.address(packet(MAC, "REQUEST", List.of(0)));
      backends.ask(Lab.request(Lab.mac(1), address)); // refused
      String own = backends.address(Lab.request(Lab.mac(2), null));
      backends.ask(Lab.request(Lab.mac(2), "192.168.77.200")); // shown its own

      await().atMost(SOON).until(() -> bound.count() == 2);
      assertThat(bound.each("IPAddress")).containsExactly(address, own);
      assertThat(bound.each("Transaction")).containsExactly("feedbeef", "");
      assertThat(bound.each("TraceID")).containsExactly(TRACE_ID, "");
      assertThat(bound.all().getFirst().path("traceparent").asText()).isEqualTo(TRACEPARENT);
      assertThat(bound.all().getFirst().path("data").path("LeaseSeconds").asLong()).isEqualTo(3600);
      assertThat(bound.each("Hostname").getFirst()).isEqualTo("steady-hornet");
      assertThat(bound.each("MACAddress"))
          .containsExactly("52:54:00:12:34:56", "52:54:00:00:00:02");
    }
  }

  @Test
  void aLeaseIsGivenBackOrDeclined() throws Exception {
    backends.start(KERNELS, FLAGS);
    try (HeardEvents released = new HeardEvents(backends, EventKind.LEASE_RELEASED);
        HeardEvents declined = new HeardEvents(backends, EventKind.LEASE_DECLINED)) {
      String first = backends.address(Lab.request(MAC, null));
      backends.ask(Lab.request(MAC, Mode.DHCP, "RELEASE", first, List.of()));
      backends.ask(Lab.request(MAC, Mode.DHCP, "RELEASE", first, List.of())); // has none by now
      String second = backends.address(Lab.request(Lab.mac(1), null));
      backends.ask(Lab.request(Lab.mac(1), Mode.DHCP, "DECLINE", second, List.of()));
      backends.ask(Lab.request(MAC, Mode.DHCP, "DECLINE", second, List.of())); // not its own

      await().atMost(SOON).until(() -> declined.count() == 1);
      assertThat(declined.each("IPAddress")).containsExactly(second);
      assertThat(declined.each("MACAddress")).containsExactly("52:54:00:00:00:01");
      assertThat(declined.each("Outcome")).containsExactly("FAILED");
      assertThat(released.each("IPAddress")).containsExactly(first);
      assertThat(released.each("MACAddress")).containsExactly(MAC.toString());
    }
  }

  @Test
  void eachKernelFetchedIsToldOnceByTwoReplicas() throws Exception {
    backends.startAtOnce(KERNELS, List.of(FLAGS, FLAGS));
    String address = backends.address(packet(MAC, "REQUEST", List.of(0)));
    awaitEveryReplicaKnows(address);
    try (HeardEvents fetched = new HeardEvents(backends, EventKind.KERNEL_FETCHED);
        Log log = new Log()) {
      fileServer.publish(served(ALPINE).mac(MAC)); // ?mac= in the URL
      fileServer.publish(served(ALPINE).address(Ipv4.parse(address)));
      fileServer.publish(fetch(EventKind.TFTP_FINISHED, "debian/linux").mac(STORAGE));
      fileServer.publish(served("debian/linux").address(Ipv4.parse("192.168.77.50")));

      await().atMost(SOON).until(() -> fetched.count() >= 4);
      backends.stopNewest(); // each has told all that it has to tell
      backends.stopNewest();
      fetched.flush();
      assertThat(fetched.each("MACAddress"))
          .containsExactlyInAnyOrder(
              MAC.toString(), MAC.toString(), STORAGE.toString(), STORAGE.toString());
      ObjectNode byAddress =
          fetched.all().stream()
              .filter(event -> event.path("data").path("IPAddress").asText().equals(address))
              .findFirst()
              .orElseThrow();
      assertThat(byAddress.path("traceparent").asText()).isEqualTo(TRACEPARENT);
      assertThat(byAddress.path("data"))
          .hasToString(
              "{\"Outcome\":\"DONE\",\"MACAddress\":\"52:54:00:12:34:56\",\"IPAddress\":\""
                  + address
                  + "\",\"Transaction\":\"t1\",\"TraceID\":\""
                  + TRACE_ID
                  + "\",\"File\":\"boot/alpine/vmlinuz lts\",\"Bytes\":8000000,\"Seconds\":0.5,"
                  + "\"Kernel\":\"alpine\",\"Hostname\":\"steady-hornet\"}");
      assertThat(log.lines("kernel fetched"))
          .hasSize(4)
          .contains(
              "INFO kernel fetched mac=52:54:00:12:34:56 hostname=steady-hornet kernel=alpine"
                  + " file=boot/alpine/vmlinuz lts trace="
                  + TRACE_ID);
    }
  }

  /// Each file request is answered by either, so that after some both have been asked.
  private void awaitEveryReplicaKnows(String address) {
    FileRequest script =
        new FileRequest("main.ipxe", Protocol.TFTP, Ipv4.parse(address), MacAddress.NONE, "");
    await()
        .atMost(SOON)
        .until(
            () -> {
              for (int i = 0; i < 40; i++) {
                if (!backends.ask(script).toString().contains("boots alpine")) {
                  return false;
                }
              }
              return true;
            });
  }

  @Test
  void anotherFileOrAnotherMachinesKernelIsNone() throws Exception {
    backends.start(KERNELS, FLAGS);
    String address = backends.address(packet(MAC, "REQUEST", List.of(0)));
    try (HeardEvents fetched = new HeardEvents(backends, EventKind.KERNEL_FETCHED)) {
      fileServer.publish(served("boot/initrd.img").mac(MAC));
      fileServer.publish(served("alpine/vmlinuz lts").mac(MAC)); // not below the boot URL
      fileServer.publish(served("debian/linux").mac(MAC));
      fileServer.publish(served(ALPINE).mac(STORAGE));
      fileServer.publish(served(ALPINE).mac(LOCAL)); // boots from its disk
      fileServer.publish(served(ALPINE).address(Ipv4.parse("192.168.77.103"))); // nobody's
      fileServer.publish(served(ALPINE)); // nobody
      fileServer.publish(fetch(EventKind.HTTP_RANGE, ALPINE).mac(MAC));
      fileServer.publish(fetch(EventKind.HTTP_FAILED, ALPINE).mac(MAC));
      fileServer.publish(
          BootEvent.of(EventKind.HTTP_SERVED).mac(MAC).with(EventFact.BYTES, 1L)); // no file
      fileServer.publish(
          served(ALPINE).address(Ipv4.parse(address)).with(EventFact.BYTES, 42L)); // one at last

      await().atMost(SOON).until(() -> fetched.count() > 0);
      assertThat(fetched.each("Bytes")).containsExactly("42"); // they are read in order
    }
  }

  @Test
  void aLeaseThatIsOverLeadsToNobody() throws Exception {
    backends.start(KERNELS, FLAGS);
    String address = backends.address(packet(MAC, "REQUEST", List.of(0)));
    backends.clock.pass(Duration.ofHours(1));
    try (HeardEvents fetched = new HeardEvents(backends, EventKind.KERNEL_FETCHED)) {
      fileServer.publish(served(ALPINE).address(Ipv4.parse(address)));
      fileServer.publish(served(ALPINE).mac(MAC).with(EventFact.BYTES, 42L));
      await().atMost(SOON).until(() -> fetched.count() > 0);
      assertThat(fetched.each("Bytes")).containsExactly("42");
    }
  }

  @Test
  void hostileEventsDoNoHarm() throws Exception {
    backends.start(KERNELS, FLAGS);
    Connection raw = backends.connection();
    String subject = backends.subjects().event() + ".http-server.served";
    long seed = System.nanoTime();
    System.out.println("EventsTest seed " + seed);
    Random random = new Random(seed);
    String good =
        "{\"specversion\":\"1.0\",\"type\":\"dev.bootbus.event.http-server.served\","
            + "\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"MACAddress\":\"52:54:00:12:34:56\","
            + "\"File\":\"%s\"}}";
    try (HeardEvents fetched = new HeardEvents(backends, EventKind.KERNEL_FETCHED);
        Log log = new Log()) {
      for (int i = 0; i < 2000; i++) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        raw.publish(subject, bytes);
        byte[] bent = good.formatted("x").getBytes(StandardCharsets.UTF_8);
        bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
        raw.publish(subject, bent);
      }
      for (String wrong :
          List.of(
              good.formatted("../../etc/passwd"),
              good.formatted("\\u0000\\n\\u202e"),
              good.formatted("x").replace("\"x\"", "7"),
              good.formatted("x").replace("\"x\"", "[[[[]]]]"),
              good.formatted("x").replace("\"52:54:00:12:34:56\"", "{\"a\":1}"),
              good.formatted("x").replace("\"File\"", "\"IPAddress\":\"::1\",\"File\""),
              good.formatted("x".repeat(900_000)),
              "[".repeat(100_000))) {
        raw.publish(subject, wrong.getBytes(StandardCharsets.UTF_8));
        raw.publish(
            subject.replace("http-server.served", "tftp-server.finished"),
            wrong.getBytes(StandardCharsets.UTF_8));
      }
      fileServer.publish(served(ALPINE).mac(MAC));

      await().atMost(SOON).until(() -> fetched.count() == 1);
      assertThat(log.lines("kernel fetched")).hasSize(1);
      assertThat(log.lines("handler failed")).isEmpty();
      assertThat(backends.answer(packet(MAC, "REQUEST", List.of(0))).dhcp().ipAddress())
          .isNotNull();
    }
  }

  @Test
  void everyLineOfARequestNamesItsTrace() throws Exception {
    backends.start(KERNELS, FLAGS);
    try (Log log = new Log()) {
      backends.ask(packet(MAC, "DISCOVER", List.of(0)));
      backends.ask(packet(MAC, "REQUEST", List.of(0)));
      backends.ask(packet(MAC, "INFORM", List.of(0)));
      backends.ask(packet(MAC, "DECLINE", List.of(0)));
      for (MacAddress mac : List.of(MAC, LOCAL, MacAddress.NONE)) {
        for (String file : List.of("boot.ipxe", "main.ipxe")) {
          backends.ask(
              new FileRequest(file, Protocol.HTTP, Ipv4.parse("10.0.0.9"), mac, TRACEPARENT));
        }
      }
      await().atMost(SOON).until(() -> log.lines("node changed").size() == 1);
      assertThat(log.lines("")).hasSize(12).allMatch(line -> line.endsWith(" trace=" + TRACE_ID));
      backends.ask(Lab.discover(MAC));
      backends.ask(new DhcpRequest(MAC, "hostile trace=1\n", Facts.NONE));
      assertThat(log.lines("")).hasSize(14);
      assertThat(log.lines("").subList(12, 14)).noneMatch(line -> line.contains("trace"));
    }
  }

  @Test
  void aProxyAnswerIsGoodForSecondsAndALeaseIsNot() throws Exception {
    backends.start(KERNELS, FLAGS);
    try (Log log = new Log()) {
      DhcpRequest discover = Lab.request(MAC, Mode.PROXY, "DISCOVER", null, List.of(0));
      assertThat(backends.answer(discover).extensions().maxAge()).isEqualTo(5);
      // as firmware that asks port 4011 names the address that another server has given it
      DhcpRequest again = Lab.request(MAC, Mode.PROXY, "REQUEST", "192.168.77.9", List.of(0));
      assertThat(backends.answer(again)).isEqualTo(backends.answer(discover));
      assertThat(log.lines("proxied")).hasSize(1);
      for (DhcpRequest request :
          List.of(
              Lab.discover(Lab.mac(1)),
              Lab.request(Lab.mac(1), null),
              Lab.request(Lab.mac(1), Mode.DHCP, "INFORM", null, List.of()))) {
        assertThat(backends.answer(request).extensions().maxAge()).isZero();
      }
    }
  }

  @Test
  void natsMicroKnowsIt() throws Exception {
    backends.start(KERNELS, FLAGS);
    String info =
        new String(
            backends
                .connection()
                .request("$SRV.INFO.backend", new byte[0], Duration.ofSeconds(5))
                .getData(),
            StandardCharsets.UTF_8);
    assertThat(info)
        .contains("\"version\":\"" + Version.OURS + "\"")
        .contains("\"description\":\"Nodes, kernels, leases and boot scripts, kept in JetStream\"")
        .contains("\"queue_group\":\"bootbus-kernel-backend\"")
        .contains("\"subject\":\"" + backends.subjects().dhcp() + "\"")
        .contains("\"subject\":\"" + backends.subjects().file() + "\"");
  }

  @Test
  void theLastEventIsPublishedBeforeTheEnd() throws Exception {
    backends.start(KERNELS, FLAGS);
    try (HeardEvents bound = new HeardEvents(backends, EventKind.LEASE_BOUND)) {
      backends.ask(packet(MAC, "REQUEST", List.of(0)));
      backends.stopNewest();
      bound.flush();
      assertThat(bound.count()).isEqualTo(1);
    }
  }
}
