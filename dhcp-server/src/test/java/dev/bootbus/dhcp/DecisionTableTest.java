package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// BOOT.md's tables are what the code does; `-Dgolden.update` writes them, to be looked at.
class DecisionTableTest {
  private static final Path DOC = Path.of("BOOT.md");
  private static final String EXIT = "http://192.168.77.1/exit.ipxe";

  private static final BootSettings DEFAULT = settings(BootPolicy.DEFAULT);
  private static final BootSettings EXITING = settings(BootPolicy.DEFAULT.withExitScript(EXIT));
  private static final BootSettings WITH_MENU = settings(BootPolicy.DEFAULT.withMenu(menu()));
  private static final BootSettings MACHINE =
      settings(
          BootPolicy.DEFAULT.withMachines(
              Map.of(MacAddress.parse(TestPacket.MAC), "memtest/mt86.efi")));
  private static final BootSettings NO_SCRIPT =
      new BootSettings(
          Machines.SERVER,
          Machines.SERVER,
          DEFAULT.loaders(),
          DEFAULT.httpBase(),
          "",
          DEFAULT.options());

  /// @param says who sends it, by what makes the difference
  /// @param source where that is written, or was seen
  private record Row(
      String says, String and, Client client, BootSettings settings, Answer answer, String source) {

    Row(String says, TestPacket packet, String source) {
      this(says, "", packet.client(), DEFAULT, ANSWER, source);
    }

    Row(String says, String and, TestPacket packet, BootSettings set, Answer word, String source) {
      this(says, and, packet.client(), set, word, source);
    }

    BootOptions decide() {
      boolean atBootService = client.messageType().orElseThrow() == REQUEST;
      return atBootService
          ? BootOptions.atBootService(client, settings, answer)
          : BootOptions.of(client, settings, answer);
    }

    String text() {
      String what =
          switch (decide()) {
            case Load(String file, _, BootOptions.Why why) -> "`" + file + "` | " + why;
            case Root _ -> "names of its own | ";
            case Menu _ -> "the menu | MENU";
            case None(DropReason reason, _) -> "nothing | `" + reason.key() + "`";
          };
      String label = client.clientClass().label();
      return "| %s | %s | %s | %s | %s |".formatted(says, label, and, what, source);
    }
  }

  private static BootMenu menu() {
    return new BootMenu(
        "F8 for a menu",
        5,
        List.of(
            BootMenu.Item.local("Disk"),
            new BootMenu.Item("Rescue", 1, Map.of("bios", "rescue.0", "efi-x64", "rescue.efi"))));
  }

  private static BootSettings settings(BootPolicy policy) {
    String base = "http://192.168.77.1/";
    Map<String, String> files = new TreeMap<>(BootSettings.DEFAULT_FILES);
    BootSettings.DEFAULT_FILES.forEach(
        (label, file) -> {
          if (label.startsWith("efi-")) {
            files.put(label + ClientClass.HTTP_SUFFIX, base + file);
          }
        });
    return new BootSettings(
        Machines.SERVER, Machines.SERVER, files, base, Machines.SCRIPT, new TreeMap<>(), policy);
  }

  private static TestPacket ipxe() {
    return TestPacket.pxe(DISCOVER, 7).with(77, Bytes.ofHex("69505845"));
  }

  private static TestPacket chosen(int type) {
    return TestPacket.pxe(REQUEST, 7).with(43, Bytes.ofHex("4704%04x0000ff".formatted(type)));
  }

  private static Answer file(String name) {
    return Machines.with(Machines.bootFile(name));
  }

  private static Stream<Row> rows() {
    TestPacket bios = TestPacket.pxe(DISCOVER, 0);
    TestPacket x64 = TestPacket.pxe(DISCOVER, 7);
    TestPacket http = TestPacket.http(DISCOVER, 16);
    Answer denied = Machines.with(Netboot.DENIED);
    Answer script = Machines.with(new Netboot(true, "http://192.168.77.9/own.ipxe"));
    Client thrice = x64.client().withLoads(3);
    return Stream.of(
        new Row("60 `PXEClient`, 93 = 0", bios, "PXE 2.1 §2.2.1"),
        new Row("60 `PXEClient`, 93 = 7", x64, "RFC 4578 §2.1, OVMF"),
        new Row("93 = 9", TestPacket.pxe(DISCOVER, 9), "RFC 4578 errata: 7 and 9 were swapped"),
        new Row("93 = 6", TestPacket.pxe(DISCOVER, 6), "IANA"),
        new Row("93 = 10", TestPacket.pxe(DISCOVER, 10), "IANA"),
        new Row("93 = 11", TestPacket.pxe(DISCOVER, 11), "AAVMF"),
        new Row("93 = 27", TestPacket.pxe(DISCOVER, 27), "IANA"),
        new Row("93 = 39", TestPacket.pxe(DISCOVER, 39), "IANA"),
        new Row(
            "93 = 99, 11, 7",
            TestPacket.pxe(DISCOVER, 0).with(Option.CLIENT_ARCH, List.of(99, 11, 7)),
            "RFC 4578 §2.1: in the client's order"),
        new Row("93 = 99", TestPacket.pxe(DISCOVER, 99), "unassigned"),
        new Row("93 = 3", TestPacket.pxe(DISCOVER, 3), "IANA"),
        new Row(
            "60 `PXEClient` alone",
            TestPacket.of(DISCOVER).with(Option.VENDOR_CLASS, "PXEClient"),
            "RFC 4578 §2: 93 MUST be there"),
        new Row("60 `HTTPClient`, 93 = 16", http, "UEFI 2.10 §24.7, OVMF"),
        new Row("60 `HTTPClient`, 93 = 19", TestPacket.http(DISCOVER, 19), "AAVMF"),
        new Row(
            "60 `U-Boot.armv8`, 93 = 22",
            TestPacket.of(DISCOVER)
                .with(Option.VENDOR_CLASS, "U-Boot.armv8")
                .with(Option.CLIENT_ARCH, List.of(22)),
            "U-Boot: has a name of its own"),
        new Row("77 = `iPXE` as it is", ipxe(), "iPXE"),
        new Row(
            "77 = `iPXE` with its length",
            TestPacket.pxe(DISCOVER, 7).with(Option.USER_CLASS, List.of("iPXE")),
            "RFC 3004 §4"),
        new Row("175", TestPacket.pxe(DISCOVER, 0).with(175, Bytes.ofHex("b00101ff")), "iPXE"),
        new Row(
            "77 = `Bootbus`",
            TestPacket.pxe(DISCOVER, 7).with(Option.USER_CLASS, List.of("Bootbus")),
            "the marker"),
        new Row(
            "77 = `Bootbus`",
            "no script",
            TestPacket.pxe(DISCOVER, 7).with(77, Bytes.of("Bootbus".getBytes(US_ASCII))),
            NO_SCRIPT,
            ANSWER,
            "the marker: never a loader"),
        new Row("77 = `iPXE`", "no script", ipxe(), NO_SCRIPT, ANSWER, "as its firmware"),
        new Row("77 = `iPXE`", "backend: script", ipxe(), DEFAULT, script, "the backend wins"),
        new Row(
            "77 = `iPXE`",
            "backend: `ipxe.efi` for a script",
            ipxe(),
            DEFAULT,
            Machines.with(new Netboot(true, "http://192.168.77.1/ipxe.efi")),
            "it would load itself for ever"),
        new Row("93 = 7", "backend: `grub.efi`", x64, DEFAULT, file("grub.efi"), "contract"),
        new Row("93 = 7", "backend: `pxelinux.0`", x64, DEFAULT, file("pxelinux.0"), "BIOS file"),
        new Row("93 = 0", "backend: `grub.efi`", bios, DEFAULT, file("grub.efi"), "UEFI file"),
        new Row("93 = 7", "settings: file of the machine", x64, MACHINE, ANSWER, "settings"),
        new Row("93 = 0", "settings: file of the machine", bios, MACHINE, ANSWER, "UEFI file"),
        new Row("93 = 7", "both", x64, MACHINE, file("grub.efi"), "the backend wins"),
        new Row("93 = 16", "backend: `/a//b.efi`", http, DEFAULT, file("/a//b.efi"), "no `//`"),
        new Row(
            "93 = 0, OUI b8:27:eb",
            TestPacket.pxe(DISCOVER, 0).mac("b8:27:eb:00:00:01"),
            "Raspberry Pi ROM: claims to be a PC"),
        new Row(
            "93 = 0, 97 = `RPi4`…",
            TestPacket.pxe(DISCOVER, 0)
                .with(97, Bytes.ofHex("0052506934" + "1131c000" + "0123abcd" + "10ca7e11")),
            "Raspberry Pi EEPROM"),
        new Row(
            "93 = 11, OUI b8:27:eb",
            TestPacket.pxe(DISCOVER, 11).mac("b8:27:eb:00:00:01"),
            "a Pi with UEFI"),
        new Row(
            "OUI b8:27:eb, no 60 or 93",
            TestPacket.of(DISCOVER).mac("b8:27:eb:00:00:01"),
            "a Pi's system"),
        new Row(
            "77 = `FreeBSD`",
            TestPacket.of(DISCOVER)
                .with(Option.VENDOR_CLASS, "PXEClient")
                .with(Option.USER_CLASS, List.of("FreeBSD")),
            "libsa bootp"),
        new Row("no 60, no 93", TestPacket.of(DISCOVER), "a system"),
        new Row("93 = 7", "backend: no", x64, DEFAULT, denied, "contract"),
        new Row("77 = `iPXE`", "backend: no", ipxe(), DEFAULT, denied, "contract"),
        new Row("93 = 7", "backend: no; exit script", x64, EXITING, denied, "iPXE first"),
        new Row("77 = `iPXE`", "backend: no; exit script", ipxe(), EXITING, denied, "then `exit`"),
        new Row(
            "93 = 7", "loader given 3 times", thrice, DEFAULT, ANSWER, "an iPXE without its class"),
        new Row(
            "93 = 16",
            "loader given 3 times",
            http.client().withLoads(3),
            DEFAULT,
            ANSWER,
            "never iPXE"),
        new Row(
            "93 = 7",
            "GRUB given 3 times",
            thrice,
            DEFAULT,
            file("grub.efi"),
            "does not come back as iPXE anyway"),
        new Row("93 = 7", "a menu", x64, WITH_MENU, ANSWER, "PXE 2.1 §2.2.3"),
        new Row("77 = `iPXE`", "a menu", ipxe(), WITH_MENU, ANSWER, "is past it"),
        new Row("93 = 7", "a menu, backend: file", x64, WITH_MENU, file("grub.efi"), "contract"),
        new Row("93 = 7, port 4011", "43.71 = 1", chosen(1), WITH_MENU, ANSWER, "PXE 2.1 §2.2.5"),
        new Row("93 = 7, port 4011", "43.71 = 9", chosen(9), WITH_MENU, ANSWER, "no such item"),
        new Row("93 = 7, port 4011", "43.71 = 9, no menu", chosen(9), DEFAULT, ANSWER, "PXE 2.1"),
        new Row("93 = 7, port 4011", "backend: no", chosen(1), WITH_MENU, denied, "contract"));
  }

  @Test
  void the_decisions_are_what_is_documented() throws IOException {
    String head =
        "| the client says | class | and | is told | why | source |\n|---|---|---|---|---|---|\n";
    assertDocumented("decisions", head + rows().map(Row::text).collect(joining("\n")));
  }

  @Test
  void the_architectures_are_what_is_documented() throws IOException {
    String head = "| 93 | registry | class | default boot file |\n|---|---|---|---|\n";
    assertDocumented(
        "architectures",
        head
            + Architecture.registry().stream()
                .map(
                    is ->
                        "| %d | %s | %s | %s |"
                            .formatted(
                                is.code(),
                                is.name(),
                                "`" + is.label() + "`",
                                BootSettings.DEFAULT_FILES.getOrDefault(is.label(), "")))
                .collect(joining("\n")));
  }

  @Test
  void the_registry_has_no_gap() {
    assertThat(Architecture.registry().stream().map(Architecture::code))
        .containsExactlyElementsOf(IntStream.rangeClosed(0, 41).boxed().toList());
  }

  private static void assertDocumented(String name, String table) throws IOException {
    String begin = "<!-- " + name + ":begin -->\n";
    String end = "\n<!-- " + name + ":end -->";
    String doc = Files.readString(DOC);
    int from = doc.indexOf(begin) + begin.length();
    if (System.getProperty("golden.update") != null) {
      int to = doc.indexOf(end.strip());
      Files.writeString(DOC, doc.substring(0, from) + table + "\n" + doc.substring(to));
      return;
    }
    assertThat(doc.substring(from, doc.indexOf(end))).isEqualTo(table);
  }
}
