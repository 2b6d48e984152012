package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a backend says of machines in tests, and what the front end is set to.
final class Machines {
  static final Inet4Address SERVER = Inet4Address.ofLiteral("192.168.77.1");
  static final Inet4Address ADDRESS = Inet4Address.ofLiteral("192.168.77.115");
  static final String SCRIPT = "http://192.168.77.1/boot.ipxe";
  static final Map<String, String> LOADERS =
      Map.of(
          "bios", "undionly.kpxe",
          "efi-x64", "ipxe.efi",
          "efi-arm64", "ipxe-arm64.efi",
          "efi-x64-http", "http://192.168.77.1/ipxe.efi",
          "efi-arm64-http", "http://192.168.77.1/ipxe-arm64.efi");
  static final BootSettings SETTINGS = settings(SCRIPT, new TreeMap<>());

  static final Dhcp DHCP =
      new Dhcp(
          MacAddress.parse(TestPacket.MAC),
          ADDRESS,
          Inet4Address.ofLiteral("255.255.255.0"),
          SERVER,
          List.of(SERVER, Inet4Address.ofLiteral("8.8.8.8")),
          "node-1",
          "example.com",
          Inet4Address.ofLiteral("192.168.77.255"),
          List.of(Inet4Address.ofLiteral("132.163.96.2")),
          3600,
          List.of("example.com", "example.net"));
  static final Netboot NETBOOT = new Netboot(true, "");
  static final Answer ANSWER = new Answer(DHCP, NETBOOT, Extensions.NONE);

  private Machines() {}

  /// With a menu, and scripts for the machines that are unknown or may not boot.
  static BootSettings withMenu() {
    BootMenu.Item installer = new BootMenu.Item("Installer", 1, LOADERS);
    BootMenu menu = new BootMenu("F8", 3, List.of(BootMenu.Item.local("Local disk"), installer));
    return SETTINGS.with(
        BootPolicy.DEFAULT
            .withMenu(menu)
            .withUnknownScript("http://192.168.77.1/unknown.ipxe")
            .withExitScript("http://192.168.77.1/exit.ipxe"));
  }

  static BootSettings settings(String ipxeScript, SortedMap<Integer, Bytes> options) {
    return new BootSettings(SERVER, SERVER, LOADERS, "http://192.168.77.1/", ipxeScript, options);
  }

  static Answer with(Netboot netboot) {
    return new Answer(DHCP, netboot, Extensions.NONE);
  }

  static Answer with(Extensions extensions) {
    return new Answer(DHCP, NETBOOT, extensions);
  }

  static Extensions bootFile(String file) {
    return new Extensions(Map.of(), file, null, "", 0);
  }
}
