package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What each class of client is told, whole; `-Dgolden.update` writes it, to be looked at.
class BootRepliesTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/replies");

  private static final BootMenu MENU =
      new BootMenu(
          "F8 for a menu",
          10,
          List.of(
              BootMenu.Item.local("Local disk"),
              new BootMenu.Item("Installer", 1, Map.of("bios", "a.0", "efi-x64", "a.efi")),
              new BootMenu.Item("Memory test", 0x8001, Map.of("bios", "memtest.0"))));

  private static final BootSettings WITH_MENU = with(BootPolicy.DEFAULT.withMenu(MENU));
  private static final BootSettings ASKING =
      with(
          BootPolicy.DEFAULT.withProxyStyles(
              Map.of("bios", ProxyStyle.BOOT_SERVICE, "efi-x64", ProxyStyle.BOOT_SERVICE)));
  private static final BootSettings NFS =
      with(BootPolicy.DEFAULT.withFreeBsdRoot("192.168.77.1:/srv/freebsd"));

  private static BootSettings with(BootPolicy policy) {
    return SETTINGS.with(policy);
  }

  private static Reply reply(Responder responder, TestPacket packet, DhcpResponse response) {
    return responder.reply((Asked) responder.intent(packet.client(), true), response);
  }

  private static DhcpMessage told(Responder responder, TestPacket packet) {
    return ((Sent) reply(responder, packet, ANSWER)).message();
  }

  private static Options pxe(DhcpMessage message) {
    return message.options().get(Option.VENDOR_SPECIFIC).orElseThrow();
  }

  private static TestPacket freeBsd(MessageType type) {
    return TestPacket.of(type)
        .with(Option.VENDOR_CLASS, "PXEClient")
        .with(Option.USER_CLASS, List.of("FreeBSD"))
        .with(Option.PARAMETER_LIST, List.of(17, 12, 3, 1, 26, 54));
  }

  private static TestPacket pi(MessageType type) {
    return TestPacket.pxe(type, 0)
        .mac("dc:a6:32:10:ca:7e")
        .with(97, Bytes.ofHex("0052506934" + "1131c000" + "3210ca7e" + "10ca7e11"));
  }

  private static TestPacket chosen(int architecture, int type) {
    return TestPacket.pxe(REQUEST, architecture)
        .ciaddr("192.168.77.115")
        .with(43, Bytes.ofHex("4704%04x0000ff".formatted(type)));
  }

  static Stream<Arguments> replies() {
    FullDhcp full = new FullDhcp(SETTINGS);
    ProxyDhcp proxy = new ProxyDhcp(SETTINGS);
    return Stream.of(
        arguments("full-bios", full, TestPacket.pxe(DISCOVER, 0)),
        arguments("full-uefi", full, TestPacket.pxe(DISCOVER, 7)),
        arguments("full-uefi-http", full, TestPacket.http(DISCOVER, 16)),
        arguments("full-ipxe", full, TestPacket.ipxe(DISCOVER, 0)),
        arguments("full-raspberry-pi", full, pi(DISCOVER)),
        arguments("full-freebsd-tftp", full, freeBsd(DISCOVER)),
        arguments("full-freebsd-nfs", new FullDhcp(NFS), freeBsd(DISCOVER)),
        arguments("full-system", full, TestPacket.of(DISCOVER)),
        arguments("full-menu-bios", new FullDhcp(WITH_MENU), TestPacket.pxe(DISCOVER, 0)),
        arguments("proxy-bios", proxy, TestPacket.pxe(DISCOVER, 0)),
        arguments("proxy-uefi", proxy, TestPacket.pxe(DISCOVER, 7)),
        arguments("proxy-uefi-http", proxy, TestPacket.http(DISCOVER, 16)),
        arguments("proxy-ipxe", proxy, TestPacket.ipxe(DISCOVER, 0)),
        arguments("proxy-raspberry-pi", proxy, pi(DISCOVER)),
        arguments("proxy-asking-bios", new ProxyDhcp(ASKING), TestPacket.pxe(DISCOVER, 0)),
        arguments("proxy-asking-uefi", new ProxyDhcp(ASKING), TestPacket.pxe(DISCOVER, 7)),
        arguments("proxy-asking-ipxe", new ProxyDhcp(ASKING), TestPacket.ipxe(DISCOVER, 7)),
        arguments("proxy-menu-uefi", new ProxyDhcp(WITH_MENU), TestPacket.pxe(DISCOVER, 7)),
        arguments("proxy-menu-ipxe", new ProxyDhcp(WITH_MENU), TestPacket.ipxe(DISCOVER, 7)),
        arguments("service-uefi", new BootService(ASKING), TestPacket.pxe(REQUEST, 7)),
        arguments("service-menu-bios", new BootService(WITH_MENU), chosen(0, 0x8001)),
        arguments("service-menu-uefi", new BootService(WITH_MENU), chosen(7, 1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void tells(String name, Responder responder, TestPacket packet) throws IOException {
    String dump = Dump.of(told(responder, packet));
    Path file = DIRECTORY.resolve(name + ".txt");
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, dump);
    }
    assertThat(dump).isEqualTo(Files.readString(file));
  }

  @Test
  void a_bios_rom_reads_its_file_like_a_c_string() {
    Bytes ended = Bytes.of("undionly.kpxe\0".getBytes(US_ASCII));
    Bytes bare = Bytes.of("ipxe.efi".getBytes(US_ASCII));
    Bytes script = Bytes.of(Machines.SCRIPT.getBytes(US_ASCII));
    FullDhcp full = new FullDhcp(SETTINGS);
    assertThat(told(full, TestPacket.pxe(DISCOVER, 0)).options().raw(67)).contains(ended);
    assertThat(told(full, TestPacket.pxe(DISCOVER, 7)).options().raw(67)).contains(bare);
    assertThat(told(full, TestPacket.ipxe(DISCOVER, 0)).options().raw(67)).contains(script);
  }

  @Test
  void a_name_of_255_characters_stays_one_piece() {
    DhcpResponse answer = Machines.with(Machines.bootFile("x".repeat(255)));
    Sent sent = (Sent) reply(new FullDhcp(SETTINGS), TestPacket.pxe(DISCOVER, 0), answer);
    assertThat(sent.message().options().raw(67).orElseThrow().length()).isEqualTo(255);
  }

  @Test
  void option_43_ends_with_an_end() {
    for (TestPacket packet : List.of(TestPacket.pxe(DISCOVER, 0), pi(DISCOVER))) {
      Bytes value = told(new FullDhcp(SETTINGS), packet).options().raw(43).orElseThrow();
      assertThat(value.at(value.length() - 1)).isEqualTo(0xff);
    }
  }

  /// The bytes that the ROM of the Pi 3 is known to take, from a server that boots it.
  @Test
  void the_raspberry_pi_finds_its_text() {
    assertThat(told(new ProxyDhcp(SETTINGS), pi(DISCOVER)).options().raw(43))
        .contains(
            Bytes.ofHex(
                "060103" + "0914000011526173706265727279205069" + "20426f6f74" + "0a0400505845ff"));
  }

  /// rpi-eeprom#87: its REQUEST has no option 60.
  @Test
  void the_raspberry_pi_is_told_the_same_when_it_requests() {
    TestPacket request =
        TestPacket.of(REQUEST)
            .mac("dc:a6:32:10:ca:7e")
            .with(Option.REQUESTED_ADDRESS, Machines.ADDRESS)
            .with(Option.SERVER_ID, Machines.SERVER)
            .with(Option.PARAMETER_LIST, List.of(1, 3, 43, 60, 66, 67, 128));
    FullDhcp full = new FullDhcp(SETTINGS);
    assertThat(told(full, request).options().raw(43))
        .isEqualTo(told(full, pi(DISCOVER)).options().raw(43));
  }

  static Stream<Arguments> raspberryPis() {
    String serial = "0010ca7e11";
    TestPacket pc = TestPacket.pxe(DISCOVER, 0);
    return Stream.of(
        arguments("the ROM", "rpiboot", pi(DISCOVER)),
        arguments(
            "another maker's OUI, serial number four times",
            "rpiboot",
            TestPacket.pxe(DISCOVER, 0)
                .with(97, Bytes.ofHex("00" + serial.substring(2).repeat(4)))),
        arguments("93 = 41", "rpiboot", TestPacket.pxe(DISCOVER, 41)),
        arguments("a PC", "bios", pc),
        arguments("a PC without a UUID", "bios", TestPacket.pxe(DISCOVER, 0).with(97, zeros())),
        arguments("its UEFI", "efi-arm64", TestPacket.pxe(DISCOVER, 11).mac("b8:27:eb:00:00:01")),
        arguments("iPXE on it", "ipxe", TestPacket.ipxe(DISCOVER, 11).mac("b8:27:eb:00:00:01")),
        arguments(
            "its system",
            "none",
            TestPacket.of(DISCOVER)
                .mac("88:a2:9e:00:00:01")
                .with(Option.PARAMETER_LIST, List.of(1, 3, 6, 12, 15, 26, 28, 42, 51, 121))));
  }

  private static Bytes zeros() {
    return Bytes.of(new byte[17]);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("raspberryPis")
  void is_a_raspberry_pi_or_not(String row, String label, TestPacket packet) {
    assertThat(packet.client().clientClass().label()).isEqualTo(label);
  }

  static Stream<Arguments> roots() {
    return Stream.of(
        arguments("an NFS path stays away from iPXE", "192.168.77.1:/srv", 7, false),
        arguments("a disk is for iPXE", "iscsi:192.168.77.1::::iqn.x", 7, true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("roots")
  void root_path_of_the_backend(String row, String path, int architecture, boolean given) {
    Extensions extensions = new Extensions(Map.of(17, new OptionValue.Text(path)), "", null, "", 0);
    TestPacket ipxe = TestPacket.ipxe(DISCOVER, architecture);
    Sent toIpxe = (Sent) reply(new FullDhcp(SETTINGS), ipxe, Machines.with(extensions));
    assertThat(toIpxe.message().options().get(Option.ROOT_PATH))
        .isEqualTo(given ? Optional.of(path) : Optional.empty());
    Sent toFreeBsd =
        (Sent) reply(new FullDhcp(SETTINGS), freeBsd(DISCOVER), Machines.with(extensions));
    assertThat(toFreeBsd.message().options().get(Option.ROOT_PATH)).contains(path);
  }

  /// It would take an offer without an address for one with.
  @Test
  void freebsd_loaders_hear_nothing_from_a_proxy() {
    assertThat(new ProxyDhcp(SETTINGS).intent(freeBsd(DISCOVER).client(), false))
        .isEqualTo(new Ignore(DropReason.NOT_PXE));
    assertThat(new BootService(SETTINGS).intent(freeBsd(REQUEST).client(), true))
        .isEqualTo(new Ignore(DropReason.NOT_PXE));
  }

  /// OVMF, when the first item of a menu was taken: type 7, from port 4011.
  @Test
  void real_firmware_asks_for_its_choice() {
    Client client = Client.of(Golden.packets("proxy-uefi-menu").getFirst().message());
    BootMenu menu =
        new BootMenu("F8", 3, List.of(new BootMenu.Item("iPXE", 7, Map.of("efi-x64", "ipxe.efi"))));
    BootService service = new BootService(with(BootPolicy.DEFAULT.withMenu(menu)));
    Asked asked = (Asked) service.intent(client, true);
    DhcpMessage ack = ((Sent) service.reply(asked, ANSWER)).message();
    assertThat(ack.file()).isEqualTo("ipxe.efi");
    assertThat(pxe(ack).raw(71)).contains(Bytes.ofHex("00070000"));
  }

  @Test
  void a_choice_that_is_not_in_the_menu_is_not_answered() {
    assertThat(reply(new BootService(WITH_MENU), chosen(7, 99), ANSWER))
        .isEqualTo(new Silence(DropReason.UNKNOWN_MENU_ITEM, ""));
  }

  @Test
  void a_choice_that_this_firmware_cannot_run_is_not_answered() {
    assertThat(reply(new BootService(WITH_MENU), chosen(7, 0x8001), ANSWER))
        .isEqualTo(new Silence(DropReason.NO_BOOT_FILE, ""));
  }

  @Test
  void a_choice_keeps_its_layer() {
    TestPacket packet = TestPacket.pxe(REQUEST, 7).with(43, Bytes.ofHex("470400018001ff"));
    DhcpMessage ack = told(new BootService(WITH_MENU), packet);
    assertThat(pxe(ack).raw(71)).contains(Bytes.ofHex("00018001"));
  }

  static Stream<Arguments> menus() {
    List<BootMenu.Item> two = List.of(BootMenu.Item.local("a"), BootMenu.Item.local("b"));
    BootMenu.Item big = new BootMenu.Item("x".repeat(253), 1, Map.of("bios", "a.0"));
    return Stream.of(
        arguments("ümlaut", 0, List.of(), "not printable ASCII: ümlaut"),
        arguments("x".repeat(255), 0, List.of(), "longer than 254 characters"),
        arguments("", 256, List.of(), "not 0 to 255 seconds: 256"),
        arguments("", 0, two, "two items of type 0"),
        arguments("", 0, List.of(big), "too long for the menu"));
  }

  @ParameterizedTest(name = "{3}")
  @MethodSource("menus")
  void a_menu_that_firmware_cannot_be_told_is_refused(
      String prompt, int timeout, List<BootMenu.Item> items, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BootMenu(prompt, timeout, items))
        .withMessageContaining(why);
  }

  @Test
  void unknown_machines_boot_their_own_script_where_there_is_one() {
    String script = "http://192.168.77.1/unknown.ipxe";
    BootSettings auto = with(BootPolicy.DEFAULT.withUnknownScript(script));
    DhcpResponse unknown = DhcpResponse.unknown("never seen");
    Reply loader = reply(new ProxyDhcp(auto), TestPacket.pxe(DISCOVER, 7), unknown);
    Reply told = reply(new ProxyDhcp(auto), TestPacket.ipxe(DISCOVER, 7), unknown);
    Reply service = reply(new BootService(auto), TestPacket.pxe(REQUEST, 7), unknown);
    assertThat(((Sent) loader).message().file()).isEqualTo("ipxe.efi");
    assertThat(((Sent) told).message().file()).isEqualTo(script);
    assertThat(((Sent) service).message().file()).isEqualTo("ipxe.efi");
  }

  static Stream<Arguments> silences() {
    BootSettings auto = with(BootPolicy.DEFAULT.withUnknownScript("http://h/u.ipxe"));
    DhcpResponse unknown = DhcpResponse.unknown("never seen");
    return Stream.of(
        arguments("no script for them", new ProxyDhcp(SETTINGS), unknown),
        arguments("full DHCP has no address", new FullDhcp(auto), unknown),
        arguments("not allowed", new ProxyDhcp(auto), DhcpResponse.notAllowed("no")),
        arguments("not now", new ProxyDhcp(auto), DhcpResponse.notNow("later")),
        arguments("netboot denied", new ProxyDhcp(auto), Machines.with(Netboot.DENIED)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void others_than_unknown_machines_do_not(String row, Responder responder, DhcpResponse word) {
    assertThat(reply(responder, TestPacket.pxe(DISCOVER, 7), word)).isInstanceOf(Silence.class);
  }

  @Test
  void a_machine_that_must_not_boot_is_told_so_by_a_script_where_there_is_one() {
    String exit = "http://192.168.77.1/exit.ipxe";
    BootSettings exiting = with(BootPolicy.DEFAULT.withExitScript(exit));
    DhcpResponse no = Machines.with(Netboot.DENIED);
    for (Responder responder : List.of(new FullDhcp(exiting), new ProxyDhcp(exiting))) {
      Sent loader = (Sent) reply(responder, TestPacket.pxe(DISCOVER, 0), no);
      Sent script = (Sent) reply(responder, TestPacket.ipxe(DISCOVER, 0), no);
      assertThat(loader.message().file()).isEqualTo("undionly.kpxe");
      assertThat(script.message().file()).isEqualTo(exit);
    }
  }

  @Test
  void a_machine_that_must_not_boot_gets_its_address_and_nothing_else() {
    DhcpResponse no = Machines.with(Netboot.DENIED);
    Sent full = (Sent) reply(new FullDhcp(WITH_MENU), TestPacket.pxe(DISCOVER, 7), no);
    assertThat(full.message().yiaddr()).isEqualTo(Machines.ADDRESS);
    assertThat(full.message().siaddr()).isEqualTo(DhcpMessage.NO_ADDRESS);
    assertThat(full.message().options().codes()).doesNotContain(43, 60, 66, 67);
    assertThat(reply(new ProxyDhcp(WITH_MENU), TestPacket.pxe(DISCOVER, 7), no))
        .isEqualTo(new Silence(DropReason.NETBOOT_DENIED, ""));
  }
}
