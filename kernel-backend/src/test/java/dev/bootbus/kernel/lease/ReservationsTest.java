package dev.bootbus.kernel.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.Packet;
import dev.bootbus.kernel.lease.Reservation.By;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class ReservationsTest {
  private static final String UUID = "564d4c41-4200-4077-8000-000000000010";
  private static final Reservations ALL =
      new Reservations(
          List.of(
              reservation(By.MAC, "52:54:00:00:00:01", 1),
              reservation(By.CLIENT_ID, "ff:00:00:00:01", 2),
              reservation(By.UUID, UUID, 3),
              reservation(By.CIRCUIT, "Gi1/0/7", 4),
              reservation(By.REMOTE, "00:0b:0c", 5)));

  private static Reservation reservation(By by, String text, int last) {
    return new Reservation(by, by.key(text), Ipv4.parse("10.0.0." + last), "");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "chaddr, RFC 2131 §2 | 1 | - | 1",
        "another's | 7 | - | 0",
        "option 61, RFC 2132 §9.14 | 7 | clientId=ff00000001 | 2",
        "... in whatever case | 7 | clientId=FF00000001 | 2",
        "... and not a part of it | 7 | clientId=ff000000 | 0",
        "option 97, RFC 4578 §2.3 | 7 | uuid=564d4c41-4200-4077-8000-000000000010 | 3",
        "... as firmware that turns the first fields round says it | 7"
            + " | uuid=414c4d56-0042-7740-8000-000000000010 | 3",
        "... that is none | 7 | uuid=Zz | 0",
        "option 82.1, RFC 3046 §3.1 | 7 | relayAgentInfo=0107476931" + "2f302f37 | 4",
        "... after others | 7 | relayAgentInfo=0203aabbcc0107476931" + "2f302f37 | 4",
        "... of another port | 7 | relayAgentInfo=0107476931" + "2f302f38 | 0",
        "... cut off | 7 | relayAgentInfo=0108476931" + "2f302f37 | 0",
        "... of half an octet | 7 | relayAgentInfo=0107476931" + "2f302f370 | 0",
        "option 82.2, RFC 3046 §3.2 | 7 | relayAgentInfo=0203000B0C | 5",
        "both, RFC 3046 §2.0: the port goes first | 7 | relayAgentInfo=0203000b0c0107476931"
            + "2f302f37 | 4",
        "the hardware address goes before what it says | 1 | clientId=ff00000001 | 1",
      })
  void finds(String why, int machine, String said, int last) {
    Packet packet = Packet.of(Lab.mac(machine), "DISCOVER", said);
    Reservation found = ALL.find(packet.mac(), packet.facts());
    assertThat(found == null ? 0 : found.address().getAddress()[3]).isEqualTo((byte) last);
  }

  @Test
  void whateverARelaySaysIsReadOrLeft() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String digits = "0123456789abcdefXY";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder hex = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        hex.append(digits.charAt(random.nextInt(i % 2 == 0 ? 4 : digits.length())));
      }
      assertThat(RelayAgentInfo.circuit(hex.toString()).length())
          .describedAs("seed %d, %s", seed, hex)
          .isLessThanOrEqualTo(hex.length());
    }
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "MAC, 52-54-00-12-34-56, 52:54:00:12:34:56",
    "UUID, 564D4C41-4200-4077-8000-000000000010, 564d4c41-4200-4077-8000-000000000010",
    "CLIENT_ID, 01:52:54:00, 01525400",
    "CLIENT_ID, 01525400, 01525400",
    "CLIENT_ID, rack 7, 7261636b2037",
    "CIRCUIT, Gi1/0/7, 4769312f302f37",
    "CIRCUIT, abc, 616263",
  })
  void reads(By by, String text, String key) {
    assertThat(by.key(text)).isEqualTo(key);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({"MAC, x", "MAC, ''", "UUID, 7", "CLIENT_ID, ''", "CIRCUIT, ':'"})
  void refuses(By by, String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> by.key(text));
  }

  @Test
  void noTwoForOneAddressOrOneMachine() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Reservations(
                    List.of(reservation(By.CIRCUIT, "a", 1), reservation(By.CIRCUIT, "b", 1))))
        .withMessage("10.0.0.1 is reserved for two machines");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Reservations(
                    List.of(reservation(By.CIRCUIT, "a", 1), reservation(By.CIRCUIT, "a", 2))))
        .withMessage("circuit 61 has two reservations");
  }
}
