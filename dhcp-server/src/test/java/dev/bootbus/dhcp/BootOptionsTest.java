package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SCRIPT;
import static dev.bootbus.dhcp.Machines.SERVER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
import dev.bootbus.dhcp.BootOptions.Why;
import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BootOptionsTest {
  private static final BootSettings NO_SCRIPT = Machines.settings("", new TreeMap<>());
  private static final String OTHER_SCRIPT = "https://boot.example/menu.ipxe?a=1&b=2";

  private static TestPacket uboot() {
    return TestPacket.of(DISCOVER).with(93, Bytes.ofHex("0016"));
  }

  static Stream<Arguments> loads() {
    TestPacket bios = TestPacket.pxe(DISCOVER, 0);
    TestPacket x64 = TestPacket.pxe(DISCOVER, 7);
    TestPacket x64Http = TestPacket.http(DISCOVER, 16);
    TestPacket ipxeOnBios = TestPacket.ipxe(DISCOVER, 0);
    TestPacket ipxeOnUefi = TestPacket.ipxe(DISCOVER, 7);
    Answer script = Machines.with(new Netboot(true, OTHER_SCRIPT));
    Answer file = Machines.with(Machines.bootFile("pxelinux.0"));
    Answer efi = Machines.with(Machines.bootFile("/grub/grubx64.efi"));
    Answer url = Machines.with(Machines.bootFile("https://boot.example/uki.efi"));
    return Stream.of(
        arguments("BIOS: its loader", bios, SETTINGS, ANSWER, "undionly.kpxe"),
        arguments("UEFI x64: its loader", x64, SETTINGS, ANSWER, "ipxe.efi"),
        arguments("9 is x64 too", TestPacket.pxe(DISCOVER, 9), SETTINGS, ANSWER, "ipxe.efi"),
        arguments("ARM64", TestPacket.pxe(DISCOVER, 11), SETTINGS, ANSWER, "ipxe-arm64.efi"),
        arguments("HTTP boot: a URL", x64Http, SETTINGS, ANSWER, "http://192.168.77.1/ipxe.efi"),
        arguments(
            "HTTP boot, ARM64",
            TestPacket.http(DISCOVER, 19),
            SETTINGS,
            ANSWER,
            "http://192.168.77.1/ipxe-arm64.efi"),
        arguments("iPXE: the default script", ipxeOnBios, SETTINGS, ANSWER, SCRIPT),
        arguments("iPXE on UEFI: the same", ipxeOnUefi, SETTINGS, ANSWER, SCRIPT),
        arguments("iPXE on anything", TestPacket.ipxe(DISCOVER, 99), SETTINGS, ANSWER, SCRIPT),
        arguments("iPXE: the backend's script wins", ipxeOnBios, SETTINGS, script, OTHER_SCRIPT),
        arguments("iPXE: the backend's alone", ipxeOnBios, NO_SCRIPT, script, OTHER_SCRIPT),
        arguments("a loader for all else", bios, NO_SCRIPT, script, "undionly.kpxe"),
        arguments("no script: as its firmware", ipxeOnBios, NO_SCRIPT, ANSWER, "undionly.kpxe"),
        arguments("no script, UEFI", ipxeOnUefi, NO_SCRIPT, ANSWER, "ipxe.efi"),
        arguments("the backend's file wins", bios, SETTINGS, file, "pxelinux.0"),
        arguments("but not over iPXE's script", ipxeOnBios, SETTINGS, file, SCRIPT),
        arguments("without a script, it does", ipxeOnBios, NO_SCRIPT, file, "pxelinux.0"),
        arguments("UEFI: the same", x64, SETTINGS, efi, "/grub/grubx64.efi"),
        arguments(
            "HTTP boot makes a URL of a name",
            x64Http,
            SETTINGS,
            efi,
            "http://192.168.77.1/grub/grubx64.efi"),
        arguments("HTTP boot, a URL", x64Http, SETTINGS, url, "https://boot.example/uki.efi"),
        arguments(
            "the backend may know an architecture that we do not",
            TestPacket.pxe(DISCOVER, 99),
            SETTINGS,
            Machines.with(Machines.bootFile("loader")),
            "loader"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("loads")
  void loads(String row, TestPacket packet, BootSettings settings, Answer answer, String file) {
    assertThat(BootOptions.of(packet.client(), settings, answer))
        .isInstanceOfSatisfying(
            Load.class,
            load -> {
              assertThat(load.file()).isEqualTo(file);
              assertThat(load.nextServer()).isEqualTo(SERVER);
            });
  }

  static Stream<Arguments> nothing() {
    TestPacket bios = TestPacket.pxe(DISCOVER, 0);
    TestPacket x64 = TestPacket.pxe(DISCOVER, 7);
    TestPacket ipxe = TestPacket.ipxe(DISCOVER, 7);
    return Stream.of(
        arguments(TestPacket.of(DISCOVER), ANSWER, DropReason.NOT_A_BOOT_CLIENT),
        arguments(bios, Machines.with(Netboot.DENIED), DropReason.NETBOOT_DENIED),
        arguments(ipxe, Machines.with(new Netboot(false, SCRIPT)), DropReason.NETBOOT_DENIED),
        arguments(TestPacket.pxe(DISCOVER, 99), ANSWER, DropReason.UNKNOWN_ARCHITECTURE),
        arguments(TestPacket.http(DISCOVER, 99), ANSWER, DropReason.UNKNOWN_ARCHITECTURE),
        arguments(TestPacket.pxe(DISCOVER, 6), ANSWER, DropReason.NO_BOOT_FILE),
        arguments(TestPacket.http(DISCOVER, 20), ANSWER, DropReason.NO_BOOT_FILE),
        arguments(uboot(), ANSWER, DropReason.NO_BOOT_FILE),
        arguments(x64, file("undionly.kpxe"), DropReason.WRONG_FIRMWARE),
        arguments(x64, file("bios/lpxelinux.0"), DropReason.WRONG_FIRMWARE),
        arguments(TestPacket.http(DISCOVER, 16), file("x.KPXE"), DropReason.WRONG_FIRMWARE),
        arguments(bios, file("ipxe.efi"), DropReason.WRONG_FIRMWARE),
        arguments(bios, file("x".repeat(256)), DropReason.BAD_BOOT_FILE),
        arguments(bios, file("a\r\nb"), DropReason.BAD_BOOT_FILE),
        arguments(bios, file("über"), DropReason.BAD_BOOT_FILE),
        arguments(ipxe, script("file:///etc/passwd"), DropReason.BAD_BOOT_FILE),
        arguments(ipxe, script("http://192.168.77.1/x\u0000"), DropReason.BAD_BOOT_FILE),
        arguments(ipxe, script("http://192.168.77.1/ipxe.efi"), DropReason.LOADER_LOOP),
        arguments(ipxe, script("http://x/y/undionly.kpxe?z#1"), DropReason.LOADER_LOOP));
  }

  private static Answer file(String name) {
    return Machines.with(Machines.bootFile(name));
  }

  private static Answer script(String url) {
    return Machines.with(new Netboot(true, url));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("nothing")
  void nothing_with_a_reason(TestPacket packet, Answer answer, DropReason reason) {
    assertThat(BootOptions.of(packet.client(), SETTINGS, answer))
        .isInstanceOfSatisfying(None.class, none -> assertThat(none.reason()).isEqualTo(reason));
  }

  @Test
  void the_backend_may_name_another_server() {
    Inet4Address other = Inet4Address.ofLiteral("192.168.77.9");
    Answer answer = Machines.with(new Extensions(Map.of(), "", other, "", 0));
    assertThat(BootOptions.of(TestPacket.pxe(DISCOVER, 0).client(), SETTINGS, answer))
        .isEqualTo(new Load("undionly.kpxe", other, Why.CLASS));
  }

  @Test
  void uboot_learns_the_server_even_if_there_is_no_file_for_it() {
    assertThat(BootOptions.of(uboot().client(), SETTINGS, ANSWER).nextServer()).isEqualTo(SERVER);
  }

  /// Whatever the firmware, the settings and the backend's word.
  @Test
  void ipxe_is_never_given_a_loader_where_a_script_is_configured() {
    List<String> texts = List.of("", SCRIPT, OTHER_SCRIPT, "ipxe.efi", "http://x/undionly.kpxe");
    for (ClientClass client : everyClass()) {
      for (String script : texts) {
        for (String file : texts) {
          Answer answer =
              new Answer(Machines.DHCP, new Netboot(true, script), Machines.bootFile(file));
          switch (BootOptions.of(of(client), SETTINGS, answer)) {
            case Load(String load, _, _) when client.ipxe() -> {
              assertThat(load).isEqualTo(script.isEmpty() ? SCRIPT : script);
              assertThat(SETTINGS.isLoader(load)).as("%s %s", client, load).isFalse();
            }
            case Load(String load, _, _) -> {
              assertThat(new BootFile(load).isFor(client.architecture())).isTrue();
              assertThat(client.firmware() == Firmware.HTTP && !new BootFile(load).isUrl())
                  .as("HTTP boot without a URL: %s", load)
                  .isFalse();
            }
            case Root _ -> assertThat(client.architecture().isRaspberryPi()).isTrue();
            case None _, Menu _ -> {}
          }
        }
      }
    }
  }

  private static Client of(ClientClass client) {
    return new Client(Machines.DHCP.mac(), client, TestPacket.of(DISCOVER).message(), 0);
  }

  private static List<ClientClass> everyClass() {
    return IntStream.rangeClosed(-1, 42)
        .mapToObj(Architecture::of)
        .flatMap(
            architecture ->
                Stream.of(Firmware.values())
                    .flatMap(
                        firmware ->
                            Stream.of(true, false)
                                .map(
                                    ipxe ->
                                        new ClientClass(firmware, architecture, ipxe, List.of()))))
        .toList();
  }
}
