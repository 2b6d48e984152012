package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Kea for DHCP, atftpd for TFTP, nginx for HTTP.
final class Kea implements Stack {
  private static final String READ = "DHCP4_DYNAMIC_RECONFIGURATION_SUCCESS|DHCP4_STARTED";

  private final Place place;
  private final Path config;
  private final Program kea;

  private Kea(Place place, Path config, Program kea) {
    this.place = place;
    this.config = config;
    this.kea = kea;
  }

  static Kea start(Place place) throws IOException {
    Nginx.start(place);
    String root = place.files().root().toString();
    place
        .host()
        .start(
            "atftpd",
            "--daemon",
            "--no-fork",
            "--user=root",
            "--group=root",
            "--bind-address",
            place.server(),
            "--logfile=-",
            root);
    Path folder = place.lab().folder("kea-");
    Path config = folder.resolve("kea.json");
    Files.writeString(config, text(place, Setup.healthy(place)));
    Map<String, String> folders =
        Map.of("KEA_PIDFILE_DIR", folder.toString(), "KEA_LOCKFILE_DIR", folder.toString());
    List<String> command = List.of("kea-dhcp4", "-c", config.toString());
    return new Kea(place, config, place.host().start(folders, command).awaitSaid(READ));
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void serve(Setup setup) throws IOException {
    long before = kea.count(READ);
    Files.writeString(config, text(place, setup));
    kea.signal("HUP");
    kea.awaitSaid("(?s)(" + READ + ")(.*?(" + READ + ")){" + before + "}");
  }

  private static String text(Place place, Setup setup) {
    int last =
        switch (setup.addresses()) {
          case PLENTY -> 150;
          case NONE -> 100;
        };
    String drop = setup.known() ? "{'name': 'DROP', 'test': \"not member('KNOWN')\"}," : "";
    // it is no proxy itself, but sends firmware to a port 4011 in the same way
    String sixty =
        setup.proxy()
            ? "'option-data': [{'name': 'vendor-class-identifier', 'data': 'PXEClient',"
                + " 'always-send': true}],"
            : "";
    return """
    {'Dhcp4': {
      'interfaces-config': {'interfaces': ['eth0']},
      'lease-database': {'type': 'memfile', 'persist': false},
      'valid-lifetime': 3600,
      'authoritative': true,
      'client-classes': [
        %1$s
        {'name': 'ipxe', 'test': 'option[175].exists',
         'boot-file-name': 'http://%2$s/boot.ipxe'},
        {'name': 'http', 'test': 'option[93].hex == 0x0010',
         'boot-file-name': 'http://%2$s/ipxe.efi',
         'option-data': [{'name': 'vendor-class-identifier', 'data': 'HTTPClient',
                          'always-send': true}]},
        {'name': 'uefi', 'test': 'option[93].hex == 0x0007', %3$s
         'next-server': '%4$s', 'boot-file-name': '%5$s'},
        {'name': 'bios', 'test': 'option[93].hex == 0x0000',
         'next-server': '%4$s', 'boot-file-name': 'undionly.kpxe'}],
      'subnet4': [{'subnet': '%6$s/24', 'pools': [{'pool': '%7$s - %8$s'}],
                   'reservations': [{'hw-address': '%9$s', 'ip-address': '%7$s'}]}],
      'loggers': [{'name': 'kea-dhcp4', 'severity': 'INFO',
                   'output_options': [{'output': 'stdout'}]}]
    }}
    """
        .formatted(
            drop,
            place.server(),
            sixty,
            setup.nextServer(),
            setup.loader(),
            place.address(0),
            place.address(100),
            place.address(last),
            Place.OWNER)
        .replace('\'', '"')
        .replace("\"not member(\"KNOWN\")\"", "\"not member('KNOWN')\"");
  }

  @Override
  public void freeze() throws IOException {
    kea.signal("STOP");
  }

  @Override
  public void thaw() throws IOException {
    kea.signal("CONT");
  }
}
