package dev.bootbus.probe.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.probe.Main;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;

class DnsCommandTest {
  @TempDir private Path folder;

  private record Ran(int exitCode, String out) {}

  private static Ran run(int port, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("dns", "--server", "127.0.0.1", "--port", "" + port, "--timeout", "1"));
    all.addAll(List.of(arguments));
    StringWriter out = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(new StringWriter()))
            .execute(all.toArray(String[]::new));
    return new Ran(exitCode, out.toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void dnsmasq_is_asked_step_by_step() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/dnsmasq")), "dnsmasq is not installed");
    int port = freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--user=root",
                "--log-facility=-",
                "--pid-file",
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--port=" + port,
                "--local=/boot.test/",
                "--host-record=web.boot.test,192.0.2.7,2001:db8::7",
                "--cname=files.boot.test,web.boot.test",
                "--cname=www.boot.test,files.boot.test"));
    for (int i = 0; i < 60; i++) {
      command.add("--txt-record=long.boot.test,number-" + i);
    }
    try (Program _ = Program.start(folder.resolve("log"), Map.of(), command)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> run(port, "web.boot.test").exitCode() == 0);
      Ran a = run(port, "www.boot.test");
      assertThat(a.exitCode()).isZero();
      assertThat(a.out())
          .contains(
              "www.boot.test. A  NOERROR, udp",
              "IN CNAME files.boot.test.",
              "IN CNAME web.boot.test.",
              "\n192.0.2.7\n");
      assertThat(run(port, "www.boot.test", "--type", "AAAA").out())
          .contains("\n2001:db8:0:0:0:0:0:7\n");
      assertThat(run(port, "192.0.2.7", "--type", "ptr").out()).contains("\nweb.boot.test.\n");
      Ran text = run(port, "long.boot.test", "--type", "TXT");
      assertThat(text.out())
          .contains("TXT  NOERROR, udp, truncated", "TXT  NOERROR, tcp", "number-59");
      Ran none = run(port, "none.boot.test", "--json");
      assertThat(none.exitCode()).isEqualTo(1);
      assertThat(none.out()).contains("\"cause\" : \"dns-no-name\"");
      assertThat(run(port, "web.boot.test", "--type", "MX").out()).contains("dns-no-data");
      assertThat(run(port, "elsewhere.example").out()).contains("dns-server-failed", "REFUSED");
    }
    Ran closed = run(port, "web.boot.test");
    assertThat(closed.exitCode()).isEqualTo(3);
    assertThat(closed.out()).contains("dns-port-closed");
  }

  /// What a server makes of a question.
  private interface Answering {
    byte[] answer(Message question) throws IOException;
  }

  private static DatagramSocket server(Answering answering) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              while (!socket.isClosed()) {
                try {
                  DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                  socket.receive(packet);
                  byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                  byte[] answer = answering.answer(new Message(bytes));
                  socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException _) {
                  // closed
                }
              }
            });
    return socket;
  }

  private static Message answering(Message question) {
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(question.getQuestion(), Section.QUESTION);
    return answer;
  }

  @Test
  void an_alias_is_followed_from_answer_to_answer_and_not_for_ever() throws Exception {
    Name first = Name.fromString("a.test.");
    Name second = Name.fromString("b.test.");
    try (DatagramSocket chain =
            server(
                question -> {
                  Message answer = answering(question);
                  Name name = question.getQuestion().getName();
                  answer.addRecord(
                      name.equals(first)
                          ? new CNAMERecord(first, DClass.IN, 1, second)
                          : new ARecord(name, DClass.IN, 1, InetAddress.ofLiteral("192.0.2.9")),
                      Section.ANSWER);
                  return answer.toWire();
                });
        DatagramSocket circle =
            server(
                question -> {
                  Message answer = answering(question);
                  Name name = question.getQuestion().getName();
                  answer.addRecord(
                      new CNAMERecord(name, DClass.IN, 1, name.equals(first) ? second : first),
                      Section.ANSWER);
                  return answer.toWire();
                });
        DatagramSocket endless =
            server(
                question -> {
                  Message answer = answering(question);
                  Name name = question.getQuestion().getName();
                  answer.addRecord(
                      new CNAMERecord(
                          name, DClass.IN, 1, Name.fromString("x" + System.nanoTime() + ".test.")),
                      Section.ANSWER);
                  return answer.toWire();
                })) {
      assertThat(run(chain.getLocalPort(), "a.test").out())
          .contains("a.test. A  NOERROR", "b.test. A  NOERROR", "\n192.0.2.9\n");
      assertThat(run(circle.getLocalPort(), "a.test").out()).contains("dns-loop");
      assertThat(run(endless.getLocalPort(), "a.test").out()).contains("dns-loop");
    }
  }

  @Test
  void truncated_without_TCP_silent_and_mad_servers_have_causes() throws Exception {
    Random random = new Random(3);
    try (DatagramSocket truncated =
            server(
                question -> {
                  Message answer = answering(question);
                  answer.getHeader().setFlag(Flags.TC);
                  return answer.toWire();
                });
        DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        DatagramSocket mad =
            server(
                question -> {
                  byte[] bytes = new byte[random.nextInt(600)];
                  random.nextBytes(bytes);
                  byte[] id = question.toWire();
                  System.arraycopy(id, 0, bytes, 0, Math.min(12, bytes.length));
                  return bytes;
                })) {
      assertThat(run(truncated.getLocalPort(), "a.test").out()).contains("dns-no-tcp");
      Ran none = run(silent.getLocalPort(), "a.test");
      assertThat(none.out()).contains("dns-no-answer").doesNotContain("id=");
      assertThat(none.exitCode()).isEqualTo(3);
      for (int i = 0; i < 5; i++) {
        assertThat(run(mad.getLocalPort(), "a.test").exitCode()).isIn(1, 3);
      }
    }
  }

  @Test
  void wrong_command_lines_are_refused() {
    assertThat(run(53, "a.test", "--type", "NONSENSE").exitCode()).isEqualTo(2);
    assertThat(run(0, "a.test").exitCode()).isEqualTo(2);
    assertThat(run(53, "x".repeat(300)).exitCode()).isEqualTo(2);
  }
}
