package dev.bootbus.probe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What dnsmasq, Kea and dhcpd sent, as the probe reads it and as tshark 4.0 does
/// (`src/test/Recording.java`).
class OptionTextTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dhcp");

  /// tshark's names that are others than the RFCs'.
  private static final Map<Integer, String> ALIASES =
      Map.of(
          82, "Agent Information Option",
          118, "Subnet Selection Option",
          175, "Etherboot",
          203, "Unassigned",
          209, "PXE Configuration file",
          210, "PXE Path Prefix",
          211, "Reboot Time",
          249, "Private/Classless Static Route (Microsoft)",
          252, "Private/Proxy autodiscovery");

  /// How many-th it is, how it is written, and single bits of a number.
  private static final Pattern NO_VALUES =
      Pattern.compile(
          "dhcp[.]option[.](user_class|vendor[.]value|sip_server.encoding|vendor[.]pxeclient[.]discovery_control"
              + "[.][a-z]+)\t");

  /// An option as tshark reads it; one that comes in pieces is one.
  private record Theirs(String name, String hex, List<String> values) {}

  /// A packet as tshark reads it.
  private static final class Packet {
    String hex = "";
    final Map<String, String> fields = new HashMap<>();
    final Map<Integer, Theirs> options = new TreeMap<>();
    int last;

    void add(String[] cells) {
      switch (cells[0]) {
        case "field" -> fields.put(cells[1], cells.length > 2 ? cells[2] : "");
        case "option" -> {
          last = Integer.parseInt(cells[1]);
          options.merge(
              last,
              new Theirs(cells[3].replaceFirst(" \\(.*", ""), cells[2], new ArrayList<>()),
              (a, b) -> new Theirs(a.name, a.hex + b.hex, a.values));
        }
        case "value" -> options.get(last).values.add(cells[1] + "\t" + cells[2]);
        default -> throw new AssertionError(cells[0]);
      }
    }
  }

  static Stream<Path> recordings() throws IOException {
    return Files.list(GOLDEN).sorted();
  }

  private static List<Packet> read(Path file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split("\t");
      if (cells[0].equals("packet")) {
        Packet packet = new Packet();
        packet.hex = cells[1];
        packets.add(packet);
      } else {
        packets.getLast().add(cells);
      }
    }
    return packets;
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void reads_what_tshark_reads(Path file) throws Exception {
    List<Packet> packets = read(file);
    assertThat(packets).hasSizeGreaterThanOrEqualTo(6);
    for (Packet packet : packets) {
      DhcpMessage message = DhcpMessage.decode(Bytes.ofHex(packet.hex));
      compareHeader(message, packet.fields);
      Map<Integer, OptionText> ours =
          OptionText.of(message.options(), true).stream()
              .collect(Collectors.toMap(OptionText::code, text -> text));
      Map<Integer, Theirs> theirs = new TreeMap<>(packet.options);
      theirs.remove(52); // what it says of file and sname is done, and tshark has it twice
      assertThat(ours.keySet()).isEqualTo(theirs.keySet());
      theirs.forEach((code, option) -> compare(ours.get(code), option));
    }
  }

  private static void compareHeader(DhcpMessage message, Map<String, String> fields) {
    assertThat(fields)
        .containsEntry("dhcp.type", String.valueOf(message.op()))
        .containsEntry("dhcp.hops", String.valueOf(message.hops()))
        .containsEntry("dhcp.id", "0x%08x".formatted(message.xid()))
        .containsEntry("dhcp.secs", String.valueOf(message.secs()))
        .containsEntry("dhcp.flags", "0x%04x".formatted(message.flags()))
        .containsEntry("dhcp.ip.client", message.ciaddr().getHostAddress())
        .containsEntry("dhcp.ip.your", message.yiaddr().getHostAddress())
        .containsEntry("dhcp.ip.server", message.siaddr().getHostAddress())
        .containsEntry("dhcp.ip.relay", message.giaddr().getHostAddress());
    assertThat(fields.getOrDefault("dhcp.file", "")).isEqualTo(message.file());
    assertThat(fields.getOrDefault("dhcp.server", "")).isEqualTo(message.sname());
  }

  private static void compare(OptionText ours, Theirs theirs) {
    assertThat(ours.raw()).hasToString(theirs.hex);
    assertThat(ours.name().toLowerCase(Locale.ROOT))
        .isEqualTo(known(ours, theirs).toLowerCase(Locale.ROOT));
    assertThat(ours.isSound()).as("%s", ours).isTrue();
    String text = flat(ours);
    for (String value : theirs.values) {
      String shown = value.substring(value.indexOf('\t') + 1);
      if (!isBytes(shown) && !NO_VALUES.matcher(value).lookingAt()) {
        Pattern word = Pattern.compile("(?<!\\w)" + Pattern.quote(shown) + "(?!\\w)");
        assertThat(text).as("%s of %s", value, theirs.name).containsPattern(word);
      }
    }
  }

  private static String known(OptionText ours, Theirs theirs) {
    return theirs.name.equals(ALIASES.get(ours.code())) ? ours.name() : theirs.name;
  }

  /// `0a:4e`, `0x01` and lone `255`s of END: compared with the raw bytes.
  private static boolean isBytes(String shown) {
    return shown.matches("([0-9a-f]{2}:)*[0-9a-f]{2}(:[0-9a-f]{2})+|0x[0-9a-f]+|255");
  }

  private static String flat(OptionText option) {
    return option.value()
        + option.parts().stream()
            .map(part -> " " + part.code() + " " + part.name() + " " + flat(part))
            .collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // code, value, what people read, RFC
        " 61 | 01525400123456 | Ethernet 52:54:00:12:34:56 | 2132 9.14",
        " 61 | ff0102030400010001 | type 255 0102030400010001 | 4361 6.1",
        " 51 | ffffffff | 4294967295 for ever | 2131 3.3",
        " 51 | 00015180 | 86400 (1d) | 2132 9.2",
        "  2 | fffff1f0 | -3600 | 2132 3.4",
        " 53 | 0d | 13 LEASEACTIVE | 6926",
        " 53 | c8 | 200 unknown | open registry",
        " 81 | 0500000568656c6c6f0161016200 | flags 5 hello.a.b | 4702 3.1",
        " 81 | 00000068692e78 | flags 0 hi.x | 4702 3.1",
        " 93 | 00070010 | 7 x64 UEFI, 16 x64 UEFI boot from HTTP | 4578 2.1",
        " 94 | 010310 | UNDI 3.16 | 4578 2.2",
        "120 | 010a000001 | 10.0.0.1 | 3361 3.2",
        "120 | 00037369700178 00 | sip.x | 3361 3.1",
        "121 | 00 0a000001 | 0.0.0.0/0 via 10.0.0.1 | 3442",
        "150 | 0a000001 0a000002 | 10.0.0.1, 10.0.0.2 | 5859 2",
        "250 | 0102 | 0102 | unknown",
        " 77 | 0469505845 | iPXE | 3004 4",
        " 12 | 6e1b5b33316d | n?[31m | no escape reaches the terminal",
      })
  void says_in_words(int code, String hex, String words, String why) {
    OptionText text = only(code, hex);
    assertThat(text.value()).as(why).isEqualTo(words);
    assertThat(text.isSound()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1, ffffff",
    "3, 0a00",
    "21, 0a000001",
    "51, 00",
    "82, 01ff41",
    "82, 00",
    "43, 06",
    "43, 0602",
    "43, 0a00",
    "43, 4702aaaa",
    "61, 01",
    "94, 0103",
    "97, 00",
    "119, c000",
    "119, c005",
    "121, 21",
    "125, 000001",
    "125, 00000157ff",
    "175, beff",
  })
  void says_that_it_lies(int code, String hex) {
    OptionText text = only(code, hex);
    assertThat(text.isSound()).isFalse();
    assertThat(text.toString()).contains("malformed");
  }

  private static OptionText only(int code, String hex) {
    Bytes value = Bytes.ofHex(hex.replace(" ", ""));
    return OptionText.of(Options.builder().put(code, value).build(), true).getFirst();
  }

  @Test
  void reads_option_43_of_others_than_pxe_clients_without_names() {
    Options options = Options.builder().put(43, Bytes.ofHex("060108")).build();
    assertThat(OptionText.of(options, true).getFirst().parts().getFirst().name())
        .isEqualTo("Discovery Control");
    assertThat(OptionText.of(options, false).getFirst().parts().getFirst().name())
        .isEqualTo("Suboption 6");
  }

  @Test
  void reads_whatever_bytes_there_are() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> all = new ArrayList<>();
    for (Path file : recordings().toList()) {
      read(file).forEach(packet -> all.add(packet.hex));
    }
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Bytes.ofHex(all.get(random.nextInt(all.size()))).toArray();
      for (int n = random.nextInt(8); n >= 0; n--) {
        bytes[240 + random.nextInt(bytes.length - 240)] = (byte) random.nextInt();
      }
      try {
        Options options = DhcpMessage.decode(Bytes.of(bytes)).options();
        for (OptionText text : OptionText.of(options, random.nextBoolean())) {
          assertThat(flat(text).chars()).as("seed %d", seed).noneMatch(Character::isISOControl);
        }
      } catch (MalformedPacketException e) {
        // the only one that may come
      }
    }
  }
}
