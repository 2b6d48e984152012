package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the file says is beside what is here; 1767268800000 is now.
class TakeoverTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:00:00:01");
  private static final Foreign.Lease LEASE =
      new Foreign.Lease(1, MAC, Ipv4.parse("10.0.0.9"), Run.NOW.plusSeconds(60), "");

  private static Takeover of(Foreign wanted, String here) throws IOException {
    JsonNode json = here == null ? null : Api.JSON.readTree(here);
    return Takeover.of(wanted, json, Run.NOW);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not here | | Add",
        "the same | {\"mac\":\"52:54:00:00:00:01\",\"state\":\"bound\",\"expires\":1767268800001}"
            + " | Nothing",
        "it has expired | {\"mac\":\"52:54:00:00:00:01\",\"state\":\"bound\","
            + "\"expires\":1767268800000} | Add",
        "it was given back | {\"mac\":\"52:54:00:00:00:02\",\"state\":\"released\","
            + "\"expires\":1767268999999} | Add",
        "another's | {\"mac\":\"52:54:00:00:00:02\",\"state\":\"bound\",\"expires\":1767268999999}"
            + " | Conflict",
        "another's, which is over | {\"mac\":\"52:54:00:00:00:02\",\"state\":\"bound\","
            + "\"expires\":1767268700000} | Add",
        "somebody unknown has it | {\"mac\":\"52:54:00:00:00:01\",\"state\":\"declined\","
            + "\"expires\":1767268999999} | Conflict",
      })
  void ofALease(String what, String here, String expected) throws IOException {
    assertThat(of(LEASE, here).getClass().getSimpleName()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "10.0.0.9 | | Add",
        "10.0.0.9 | {\"id\":\"a\"} | Change",
        "10.0.0.9 | {\"id\":\"a\",\"address\":\"10.0.0.9\"} | Nothing",
        "10.0.0.9 | {\"id\":\"a\",\"address\":\"10.0.0.8\"} | Conflict",
        " | | Add",
        " | {\"id\":\"a\"} | Nothing",
        " | {\"id\":\"a\",\"address\":\"10.0.0.8\"} | Nothing",
      })
  void ofABinding(String address, String here, String expected) throws IOException {
    Foreign wanted = new Foreign.Binding(1, MAC, address == null ? null : Ipv4.parse(address));
    assertThat(of(wanted, here).getClass().getSimpleName()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EmptySource
  @ValueSource(strings = {"52", "52:54", "x", "52:54:00:00:00"})
  void aHardwareAddressIsWhole(String text) {
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> Takeover.mac(text))
        .withMessageStartingWith("not a hardware address");
  }
}
