package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.probe.Main;
import dev.bootbus.schema.testing.lab.Lab;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What deploy/docs/beside-another-dhcp-server.md has for other servers does what its table says:
/// each runs with the lines of the page, and is asked by every kind of machine.
class OtherServersPageTest {
  private static final Path PAGE = Path.of("../deploy/docs/beside-another-dhcp-server.md");

  /// On the page it stands for ours.
  private static final String BOOT_SERVER = "10.0.0.5";

  enum Server {
    DNSMASQ("dnsmasq"),
    KEA("kea"),
    ISC("isc");

    private final String language;

    Server(String language) {
      this.language = language;
    }

    /// The lines that the page has for it.
    String lines() throws IOException {
      Matcher block =
          Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
              .matcher(Files.readString(PAGE));
      assertThat(block.find()).as(language).isTrue();
      return block.group(1);
    }
  }

  @TempDir static Path logs;
  private static Lab lab;
  private static final Map<Server, Place> places = new EnumMap<>(Server.class);

  @BeforeAll
  static void theServers() throws IOException {
    Lab.assumePossible(
        """
        dnsmasq dnsmasq-base
        kea-dhcp4 kea-dhcp4-server
        dhcpd isc-dhcp-server""");
    lab = Lab.open(logs, Bootbus.SERVICES);
    for (Server server : Server.values()) {
      Place place = Place.of(lab, 30 + server.ordinal(), server.language);
      places.put(server, place);
      Path folder = lab.folder(server.language);
      switch (server) {
        case DNSMASQ -> dnsmasq(place, folder);
        case KEA -> kea(place, folder);
        case ISC -> isc(place, folder);
      }
    }
  }

  @AfterAll
  static void close() {
    if (lab != null) {
      lab.close();
    }
  }

  private static void dnsmasq(Place place, Path folder) throws IOException {
    Path lines = Files.writeString(folder.resolve("bootbus.conf"), Server.DNSMASQ.lines());
    Dnsmasq.run(
        place.host(),
        "--dhcp-range=%s,%s,255.255.255.0,1h".formatted(place.address(100), place.address(150)),
        "--conf-file=" + lines);
  }

  private static void kea(Place place, Path folder) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("kea.json"),
            """
            {"Dhcp4": {
              "interfaces-config": {"interfaces": ["eth0"]},
              "lease-database": {"type": "memfile", "persist": false},
              %s
              "subnet4": [{"subnet": "%s/24", "pools": [{"pool": "%s - %s"}]}],
              "loggers": [{"name": "kea-dhcp4", "severity": "INFO",
                           "output_options": [{"output": "stdout"}]}]
            }}
            """
                .formatted(
                    Server.KEA.lines(), place.address(0), place.address(100), place.address(150)));
    place
        .host()
        .start(
            Map.of("KEA_PIDFILE_DIR", folder.toString(), "KEA_LOCKFILE_DIR", folder.toString()),
            List.of("kea-dhcp4", "-c", config.toString()))
        .awaitSaid("DHCP4_STARTED");
  }

  private static void isc(Place place, Path folder) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("dhcpd.conf"),
            "authoritative;\n%s\nsubnet %s netmask 255.255.255.0 { range %s %s; }\n"
                .formatted(
                    Server.ISC.lines(), place.address(0), place.address(100), place.address(150)));
    Path leases = Files.createFile(folder.resolve("leases"));
    place
        .host()
        .start(
            "dhcpd",
            "-4",
            "-d",
            "-cf",
            config.toString(),
            "-lf",
            leases.toString(),
            "-pf",
            folder.resolve("pid").toString(),
            Place.PORT)
        .awaitSaid("Server starting service");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bios               | undionly.kpxe
          uefi               | ipxe.efi
          uefi --arch 9      | ipxe.efi
          uefi --arch 11     | ipxe-arm64.efi
          uefi-http          | http://10.0.0.5/ipxe.efi
          ipxe               | http://10.0.0.5/boot.ipxe
          """)
  void eachMachineIsToldWhatTheTableSays(String machine, String file) throws Exception {
    boolean byTftp = !file.contains("://");
    for (Map.Entry<Server, Place> server : places.entrySet()) {
      JsonNode ack = ack(server.getValue(), machine);
      String told = text(ack, 67);
      assertThat(told.isEmpty() ? ack.get("file").textValue() : told)
          .as("%s: %s", server.getKey(), ack)
          .isEqualTo(file);
      if (byTftp) {
        assertThat(ack.get("siaddr").textValue()).as("%s", server.getKey()).isEqualTo(BOOT_SERVER);
      }
      assertThat(text(ack, 60).equals("HTTPClient"))
          .as("%s: %s", server.getKey(), ack)
          .isEqualTo(machine.equals("uefi-http"));
    }
  }

  private static JsonNode ack(Place place, String machine) throws Exception {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(out));
    String words =
        "dhcp --json --wait 5 --collect 0 --interface " + Place.PORT + " --as " + machine;
    int status = place.client().inside(() -> command.execute(words.split(" ")));
    assertThat(status).as(out.toString()).isZero();
    for (JsonNode step : new ObjectMapper().readTree(out.toString()).get("steps")) {
      if (step.get("result").textValue().equals("ack")) {
        return step.get("replies").get(0).get("message");
      }
    }
    throw new AssertionError("no ACK: " + out);
  }

  /// @return empty where the option is not there
  private static String text(JsonNode message, int code) {
    for (JsonNode option : message.get("options")) {
      if (option.get("code").intValue() == code) {
        return new String(
                HexFormat.of().parseHex(option.get("hex").textValue()), StandardCharsets.US_ASCII)
            .replaceAll("\\x00$", ""); // dnsmasq ends it so
      }
    }
    return "";
  }
}
