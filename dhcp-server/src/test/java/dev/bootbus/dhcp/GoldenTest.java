package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.Golden.Packet;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Real packets read as they should; `-Dgolden.update` writes what is read now, to be looked at.
class GoldenTest {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("192.168.77.1");
  private static final int BOOT_SERVICE_PORT = 4011;

  static List<String> boots() {
    return Golden.boots();
  }

  @ParameterizedTest
  @MethodSource("boots")
  void reads_what_was_sent(String boot) throws IOException {
    String dump = Golden.packets(boot).stream().map(GoldenTest::dump).collect(Collectors.joining());
    Path file = Golden.DIRECTORY.resolve(boot + ".txt");
    if (System.getProperty("golden.update") != null) {
      Files.writeString(file, dump);
    }
    assertThat(dump).isEqualTo(Files.readString(file));
  }

  private static String dump(Packet packet) {
    DhcpMessage message = packet.message();
    Client client = Client.of(message);
    Intent intent =
        packet.port() == BOOT_SERVICE_PORT
            ? Intent.atBootService(client, SERVER)
            : Intent.of(client, false, SERVER);
    String meaning =
        intent instanceof Ignore(DropReason reason)
            ? reason.key()
            : intent.getClass().getSimpleName();
    return "%s port %d to %d, class %s: %s\n"
            .formatted(
                client.messageType().orElseThrow(),
                packet.sourcePort(),
                packet.port(),
                client.clientClass().label(),
                meaning)
        + Dump.of(message)
        + "\n";
  }

  @Test
  void writing_what_was_read_keeps_everything() throws Exception {
    for (Packet packet : Golden.all()) {
      DhcpMessage message = packet.message();
      Bytes written = message.encode();
      assertThat(DhcpMessage.decode(written)).as(packet.boot()).isEqualTo(message);
      assertThat(message.encode()).as("the same bytes again").isEqualTo(written);
    }
  }

  @Test
  void every_boot_of_the_field_is_there() {
    assertThat(Golden.all()).hasSizeGreaterThanOrEqualTo(150);
    assertThat(Golden.requests()).hasSizeGreaterThan(60);
  }
}
