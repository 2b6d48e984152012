package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.probe.Main;
import dev.bootbus.probe.lab.Stacks.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// `probe dhcp` on links of its own: what is whole, a second server, an address that is taken.
class DhcpLabTest {
  private static final String ALL = " --json --wait 5 --renew --rebind --reboot --inform";
  @TempDir static Path logs;
  private static Stacks stacks;

  @BeforeAll
  static void start() throws IOException {
    Stacks.assumePossible();
    stacks = Stacks.start(logs, Kind.values());
  }

  @AfterAll
  static void end() {
    if (stacks != null) {
      stacks.close();
    }
  }

  private static Run dhcp(Place place, String options) throws Exception {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(out));
    String[] words = ("dhcp " + options).split(" ");
    int status = place.client().inside(() -> command.execute(words));
    return new Run(status, out.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "BOOTBUS, wire", "BOOTBUS, relay",
    "DNSMASQ, wire", "DNSMASQ, relay",
    "KEA, wire", "KEA, relay"
  })
  void says_nothing_false_of_what_is_whole(Kind kind, String way) throws Exception {
    Place place = stacks.get(kind).place();
    String link =
        way.equals("wire")
            ? "--interface " + Place.PORT
            : "--relay %s --server %s --circuit-id port7"
                .formatted(place.address(9), place.server());
    Run run = dhcp(place, link + ALL);
    assertThat(run.causes()).as(run.said()).isEmpty();
    assertThat(run.status()).as(run.said()).isZero();
    assertThat(run.json().get("steps").findValuesAsText("result"))
        .containsExactly("offers", "ack", "ack", "ack", "ack", "ack", "sent");
  }

  @Test
  void shows_a_server_that_is_not_meant_to_be_there() throws Exception {
    Place place = stacks.get(Kind.KEA).place();
    place.startOther();
    try {
      Run run = dhcp(place, "--json --wait 5 --interface " + Place.PORT);
      assertThat(run.causes()).containsExactly("several-dhcp-servers");
      assertThat(run.json().get("findings").get(0).get("detail").textValue())
          .contains(place.server() + " (52:54:00:05:03:01) offers ")
          .contains(place.address(2) + " (52:54:00:05:03:02) offers ");
    } finally {
      place.endOther();
    }
  }

  @Test
  void sees_who_has_the_address_already() throws Exception {
    Place place = stacks.get(Kind.DNSMASQ).place();
    String machine = "--json --wait 5 --mac 02:b0:07:00:00:07 --interface " + Place.PORT;
    JsonNode offer = dhcp(place, machine).json().get("steps").get(0).get("replies").get(0);
    String address = offer.get("message").get("yiaddr").textValue();
    place.other().run("ip addr add %s/24 dev %s".formatted(address, Place.PORT));
    try {
      Run run = dhcp(place, machine);
      assertThat(run.causes()).containsExactly("address-in-use");
      assertThat(run.json().get("conflict").textValue()).isEqualTo("52:54:00:05:02:02");
      assertThat(run.status()).isEqualTo(1);
    } finally {
      place.other().run("ip addr del %s/24 dev %s".formatted(address, Place.PORT));
    }
  }
}
