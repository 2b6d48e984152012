package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.Inet4Address;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClientTest {
  private static final Traceparent TRACE = Traceparent.fresh();

  private static TestPacket discover() {
    return TestPacket.of(DISCOVER);
  }

  static Stream<Arguments> classes() {
    return Stream.of(
        arguments("an operating system", discover(), "none"),
        arguments("busybox", discover().with(Option.VENDOR_CLASS, "udhcp 1.35.0"), "none"),
        arguments("a BIOS ROM", TestPacket.pxe(DISCOVER, 0), "bios"),
        arguments("OVMF", TestPacket.pxe(DISCOVER, 7), "efi-x64"),
        arguments("UEFI that says EFI byte code", TestPacket.pxe(DISCOVER, 9), "efi-x64"),
        arguments("32-bit UEFI", TestPacket.pxe(DISCOVER, 6), "efi-ia32"),
        arguments("AAVMF", TestPacket.pxe(DISCOVER, 11), "efi-arm64"),
        arguments("32-bit ARM UEFI", TestPacket.pxe(DISCOVER, 10), "efi-arm32"),
        arguments("OVMF HTTP boot", TestPacket.http(DISCOVER, 16), "efi-x64-http"),
        arguments("AAVMF HTTP boot", TestPacket.http(DISCOVER, 19), "efi-arm64-http"),
        arguments("HTTP boot with the PXE value", TestPacket.http(DISCOVER, 7), "efi-x64-http"),
        arguments(
            "U-Boot",
            discover().with(Option.VENDOR_CLASS, "U-Boot.armv8").with(93, Bytes.ofHex("0016")),
            "uboot-arm64"),
        arguments("a value nobody knows", TestPacket.pxe(DISCOVER, 0xFFFF), "arch-65535"),
        arguments(
            "several values: the first known one",
            TestPacket.pxe(DISCOVER, 0).with(Option.CLIENT_ARCH, List.of(99, 11, 7)),
            "efi-arm64"),
        arguments(
            "an option 93 of three bytes: option 60 says it too",
            TestPacket.pxe(DISCOVER, 7).with(93, Bytes.ofHex("000700")),
            "efi-x64"),
        arguments(
            "PXEClient and nothing else",
            discover().with(Option.VENDOR_CLASS, "PXEClient"),
            "unknown"),
        arguments(
            "PXEClient:Arch:99999",
            discover().with(Option.VENDOR_CLASS, "PXEClient:Arch:99999:UNDI:"),
            "arch-99999"),
        arguments(
            "option 60 of 255 bytes",
            discover().with(Option.VENDOR_CLASS, "A".repeat(255)),
            "none"),
        arguments("iPXE, raw", TestPacket.ipxe(DISCOVER, 7), "ipxe"),
        arguments(
            "iPXE, RFC 3004",
            TestPacket.pxe(DISCOVER, 7).with(Option.USER_CLASS, List.of("x", "iPXE")),
            "ipxe"),
        arguments(
            "iPXE by option 175",
            TestPacket.pxe(DISCOVER, 7).with(175, Bytes.ofHex("eb03010000")),
            "ipxe"),
        arguments(
            "iPXE by option 175 full of junk",
            TestPacket.pxe(DISCOVER, 7).with(175, Bytes.ofHex("ffffff")),
            "ipxe"),
        arguments(
            "a user class that only begins with iPXE",
            TestPacket.pxe(DISCOVER, 7).with(77, Bytes.ofHex("6950584578")),
            "efi-x64"));
  }

  @ParameterizedTest(name = "{0} is {2}")
  @MethodSource("classes")
  void is_known_by_its_options(String row, TestPacket packet, String label) {
    assertThat(packet.client().clientClass().label()).isEqualTo(label);
  }

  @Test
  void every_value_of_option_93_has_a_label() {
    for (int code = 0; code <= 0xFFFF; code++) {
      Architecture architecture = Architecture.of(code);
      assertThat(architecture.code()).isEqualTo(code);
      assertThat(architecture.isKnown()).isEqualTo(!architecture.label().startsWith("arch-"));
    }
    assertThat(Architecture.labels())
        .allSatisfy(l -> assertThat(Architecture.named(l)).isPresent());
  }

  @Test
  void the_backend_learns_all_that_the_packet_says() {
    DhcpRequest question =
        TestPacket.ipxe(DISCOVER, 7)
            .giaddr("10.0.0.1")
            .with(Option.CLIENT_ID, Bytes.ofHex("01525400770010"))
            .with(Option.HOST_NAME, "$(reboot)\n\u0000../\ud83d\ude00")
            .with(Option.RELAY_AGENT_INFO, Bytes.ofHex("0104abcd0001"))
            .with(Option.REQUESTED_ADDRESS, Machines.ADDRESS)
            .client()
            .question(Mode.PROXY, "eth0", TRACE);
    assertThat(question.mac()).isEqualTo(MacAddress.parse(TestPacket.MAC));
    assertThat(question.traceparent()).isEqualTo(TRACE.toString());
    assertThat(question.facts())
        .isEqualTo(
            new Facts(
                Mode.PROXY,
                "DISCOVER",
                0x12345678L,
                List.of(7),
                "PXEClient:Arch:00007:UNDI:003000",
                List.of("iPXE"),
                "564d4c41-4200-4077-8000-000000000010",
                "01525400770010",
                "$(reboot)??../??",
                Machines.ADDRESS,
                null,
                null,
                Inet4Address.ofLiteral("10.0.0.1"),
                null,
                "0104abcd0001",
                "eth0"));
  }

  @Test
  void a_hardware_address_longer_than_its_field_is_none() {
    Client client = discover().hlen(20).with(Option.CLIENT_ID, Bytes.ofHex("ff0102")).client();
    assertThat(client.mac()).isEqualTo(MacAddress.NONE);
    assertThat(client.name()).isEqualTo("id-ff0102");
  }
}
