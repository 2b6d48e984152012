package dev.bootbus.tftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.content.GeneratedFiles;
import dev.bootbus.content.GeneratedNames;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.testing.NatsServer;
import dev.bootbus.tftp.TestClient.Heard;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files written by a backend, over a real nats-server.
class GeneratedFilesTest {
  private static final Duration DEADLINE = Duration.ofMillis(800);

  @TempDir Path root;
  private final BlockingQueue<FileRequest> asked = new LinkedBlockingQueue<>();
  private NatsServer nats;
  private Bus backend;
  private Bus bus;
  private TestServer server;
  private TestClient client;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start();
    backend = bus("backend");
    bus = bus("tftp-server");
    GeneratedNames names = GeneratedNames.of(List.of("main.ipxe", "boot/gone", "secret", "busy"));
    server =
        new TestServer(
            ContentSource.inOrder(List.of(DiskRoot.at(root), new GeneratedFiles(bus, names))));
    client = server.client();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    bus.close();
    backend.close();
    nats.close();
  }

  private Bus bus(String name) {
    return Bus.connect(
        BusSettings.of(name).withServers(nats.url()).withDeadline(DEADLINE), _ -> {});
  }

  private void answer() {
    backend.answerFiles(
        "test",
        request -> {
          asked.add(request);
          return switch (request.path()) {
            case "main.ipxe" -> new FileAnswer.Content("#!ipxe\necho grün\n", "text/plain");
            case "boot/gone" -> new FileAnswer.NotFound("no kernel for this machine");
            case "secret" -> new FileAnswer.Denied("this machine may not boot");
            default -> new FileAnswer.Failed(429, "too many requests at once");
          };
        });
    await()
        .atMost(TestClient.LONG)
        .until(() -> !(hear("main.ipxe").packet() instanceof TftpPacket.Error));
    asked.clear();
    client.close();
    try {
      client = server.client();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Heard hear(String file) throws IOException {
    client.ask(file, "tsize", "0");
    return client.hear();
  }

  private void assertError(String file, ErrorCode code, String message) throws IOException {
    assertThat(hear(file).packet()).isEqualTo(new TftpPacket.Error(code, message));
  }

  @Test
  void theBackendWritesWhatTheDiskDoesNotHave() throws Exception {
    answer();

    assertThat(client.read("/main.ipxe", "tsize", "0"))
        .isEqualTo("#!ipxe\necho grün\n".getBytes(UTF_8));

    FileRequest request = asked.take();
    assertThat(request.path()).isEqualTo("main.ipxe");
    assertThat(request.protocol()).isEqualTo(FileRequest.Protocol.TFTP);
    assertThat(request.peer().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(request.mac().isNone()).isTrue();
    assertThat(Traceparent.parse(request.traceparent())).isPresent();
  }

  @Test
  void whatLiesOnTheDiskWins() throws Exception {
    answer();
    Files.writeString(root.resolve("main.ipxe"), "#!ipxe\nshell\n");

    assertThat(client.read("main.ipxe")).isEqualTo("#!ipxe\nshell\n".getBytes(UTF_8));
    assertThat(asked).isEmpty();
  }

  @Test
  void noIsPassedOnToTheMachine() throws Exception {
    answer();

    assertError("boot/gone", ErrorCode.FILE_NOT_FOUND, "no kernel for this machine");
    assertError("secret", ErrorCode.ACCESS_VIOLATION, "this machine may not boot");
    assertError("busy", ErrorCode.NOT_DEFINED, "too many requests at once");
  }

  @Test
  void otherNamesAreNotAskedFor() throws Exception {
    answer();

    assertError("gone", ErrorCode.FILE_NOT_FOUND, "/gone is not here: no such file.");
    assertError(
        "boot/main.ipxe", ErrorCode.FILE_NOT_FOUND, "/boot/main.ipxe is not here: no such file.");
    assertThat(asked).isEmpty();
  }

  @Test
  void aMachineIsToldWhyThereIsNoAnswer() throws Exception {
    await()
        .atMost(TestClient.LONG)
        .untilAsserted(
            () ->
                assertError(
                    "main.ipxe",
                    ErrorCode.NOT_DEFINED,
                    "The backend is not answering: nobody answers on bootbus.v1.file: is a"
                        + " backend running?"));
  }

  @Test
  void filesOnDiskAreServedWithoutTheBusAndGeneratedOnesWhenItIsBack() throws Exception {
    answer();
    Files.writeString(root.resolve("ipxe.efi"), "loader");

    nats.stop();
    await()
        .atMost(TestClient.LONG)
        .untilAsserted(
            () ->
                assertThat(((TftpPacket.Error) hear("main.ipxe").packet()).message())
                    .startsWith("The backend is not answering: no connection to nats://"));
    try (TestClient another = server.client()) {
      assertThat(another.read("ipxe.efi")).isEqualTo("loader".getBytes(UTF_8));
    }

    nats.restart();
    await()
        .atMost(TestClient.LONG)
        .until(() -> !(hear("main.ipxe").packet() instanceof TftpPacket.Error));
  }
}
