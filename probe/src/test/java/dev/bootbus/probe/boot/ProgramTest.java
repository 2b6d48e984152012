package dev.bootbus.probe.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.schema.MacAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs say of themselves what the real ones said in captures.
class ProgramTest {
  private static final Path CAPTURES = Path.of("../dhcp-server/src/test/resources/golden");

  @ParameterizedTest(name = "{0} as in {2}")
  @CsvSource({
    "BIOS_ROM, 0, bios-plain",
    "UEFI_PXE, 7, uefi-ipxe",
    "UEFI_HTTP, 16, uefi-http",
    "UEFI_PXE, 11, arm64-pxe",
    "UEFI_HTTP, 19, arm64-http",
    "IPXE, 0, bios-ipxe",
    "IPXE, 7, uefi-ipxe",
  })
  void saysWhatWasCaptured(Program program, int architecture, String capture) throws Exception {
    DhcpMessage real = discover(capture, program == Program.IPXE);
    MacAddress mac = MacAddress.of(Arrays.copyOf(real.chaddr().toArray(), real.hlen()));
    UUID uuid = real.options().get(Option.CLIENT_UUID).orElseThrow();

    Identity own = program.identity(new Hardware(mac, uuid, OptionalInt.empty()), architecture);

    Options options = real.options();
    assertThat(own.vendorClass()).isEqualTo(options.get(Option.VENDOR_CLASS));
    assertThat(own.architectures()).isEqualTo(options.get(Option.CLIENT_ARCH).orElseThrow());
    assertThat(own.networkInterface()).isEqualTo(options.get(Option.CLIENT_NDI));
    assertThat(own.userClass()).isEqualTo(options.raw(Option.USER_CLASS.code()));
    assertThat(own.maxMessageSize()).isEqualTo(options.get(Option.MAX_MESSAGE_SIZE).orElseThrow());
    assertThat(own.others().raw(Option.CLIENT_ID.code()))
        .isEqualTo(options.raw(Option.CLIENT_ID.code()));
    assertThat(own.others().has(Option.IPXE)).isEqualTo(options.has(Option.IPXE));
    // versions of iPXE differ by 42 and 121, and edk2 has a byte of garbage
    List<Integer> asked = options.get(Option.PARAMETER_LIST).orElseThrow();
    assertThat(asked).containsAll(own.parameterList());
  }

  private static DhcpMessage discover(String capture, boolean ipxe) throws Exception {
    for (String line : Files.readAllLines(CAPTURES.resolve(capture + ".hex"))) {
      DhcpMessage message = DhcpMessage.decode(Bytes.ofHex(line.split(" ")[2]));
      boolean discover =
          message.options().get(Option.MESSAGE_TYPE).orElse(0) == MessageType.DISCOVER.code();
      if (discover && message.options().has(Option.IPXE) == ipxe) {
        return message;
      }
    }
    throw new AssertionError("no such DISCOVER in " + capture);
  }

  /// RFC 3004 §4; a server must know it from iPXE's, which has no length.
  @ParameterizedTest
  @CsvSource("0746726565425344")
  void freeBsdSaysItsClassWithALength(String bytes) {
    Hardware hardware =
        new Hardware(MachineOptions.random(), UUID.randomUUID(), OptionalInt.empty());
    Identity own = As.FREEBSD.identity(hardware);

    assertThat(own.userClass()).contains(Bytes.ofHex(bytes));
    assertThat(own.parameterList()).containsExactly(17, 12, 16, 3, 1, 26, 54);
  }
}
