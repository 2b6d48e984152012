package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import dev.bootbus.schema.testing.lab.Program;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host has an address of the pool by hand, and a client that does not look for such hosts is
/// not offered it (RFC 2131 §2.2).
class AddressConflictTest {
  private static final String CLIENT = "52:54:00:09:01:01";
  private static final String SQUATTER = "52:54:00:09:02:01";
  private static final int FIRST = 10;
  private static final int POOL = 2;

  @TempDir private static Path logs;

  @Test
  void anAddressThatAnswersIsNotOffered() throws Exception {
    Lab.assumePossible("udhcpc udhcpc");
    Inet4Address first = address(choice());
    Inet4Address other = address((choice() + 1) % POOL);
    try (Lab lab = Lab.open(logs, Service.DEPLOYED)) {
      Link link = lab.link("lan");
      Host server = lab.host("server").plug("eth0", "52:54:00:09:00:01", link, "10.79.0.1/24");
      server.bus();
      Program backend =
          server.service(
              "kernel-backend",
              "--pool 10.79.0.10-10.79.0.11 --subnet 10.79.0.0/24 --max-declined 50");
      Program frontEnd =
          server.service(
              "dhcp-server", "--deadline-ms 10000 --interface eth0 --conflict-check 500");
      lab.host("squatter").plug("eth0", SQUATTER, link, first.getHostAddress() + "/24");
      Host host = lab.host("client").plug("eth0", CLIENT, link, "");
      try (Wire wire = Wire.on(link)) {
        ClientRun client = ForeignClient.UDHCPC.start(host);

        assertThat(client.bound().get("address")).isEqualTo(other.getHostAddress());
        assertThat(wire.seen(seen -> seen.message().yiaddr().equals(first))).isEmpty();
        wire.await1(seen -> seen.is(MessageType.ACK));
      }
      String found = first.getHostAddress() + " is used by " + SQUATTER;
      frontEnd.awaitSaid("silence reason=address-in-use mac=" + CLIENT + " .*" + found);
      backend.awaitSaid("lease declined .*" + first.getHostAddress());
    }
  }

  /// Where the backend begins to look for an address of its pool.
  private static int choice() {
    CRC32 hash = new CRC32();
    hash.update(MacAddress.parse(CLIENT).bytes());
    return (int) (hash.getValue() % POOL);
  }

  private static Inet4Address address(int choice) {
    return Inet4Address.ofLiteral("10.79.0." + (FIRST + choice));
  }
}
