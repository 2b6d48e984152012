package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.dhcp.config.ConfigException;
import dev.bootbus.dhcp.config.Printed;
import dev.bootbus.dhcp.config.Setting;
import dev.bootbus.dhcp.config.Setting.Source;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.MacAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class ConfigurationTest {
  private static final String ADDRESS = "address: 10.0.0.1\n";

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    Path file = folder.resolve("dhcp.yaml");
    Files.writeString(file, text);
    return file;
  }

  private static Configuration read(
      String flags, Map<String, String> environment, @Nullable Path file) throws ConfigException {
    CommandLine commandLine = Main.commandLine();
    String[] arguments = flags.isEmpty() ? new String[0] : flags.split(" ");
    return Configuration.read(commandLine.parseArgs(arguments), environment, file);
  }

  private Configuration read(String text) throws IOException, ConfigException {
    return read("", Map.of(), file(text));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("boot_flie: x", "1: unknown key boot_flie; did you mean boot-file?"),
        arguments("bootfile: x", "1: unknown key bootfile; did you mean boot-file?"),
        arguments("HTTP_PORT: 1", "1: unknown key HTTP_PORT; did you mean http-port?"),
        arguments("interface: [a]\ninterfaces: []", "1: say either interface or interfaces"),
        arguments("pool: 10.0.0.1", "1: unknown key pool"),
        arguments("config: x", "1: unknown key config"),
        arguments("help: true", "1: unknown key help"),
        arguments("\"a\\nb\": 1", "1: unknown key a?b"),
        arguments("port: 67\n\nport: 68", "3: port is given twice, first in line 1"),
        arguments("port: x", "1: port: 'x' is not an int"),
        arguments("port:", "1: port: '' is not an int"),
        arguments("port: 67.5", "1: port: '67.5' is not an int"),
        arguments("port: 70000", "1: port: not a port: 70000"),
        arguments("port: [67]", "1: port: not a single value"),
        arguments("port: {a: b}", "1: port: not a single value"),
        arguments("proxy-port: 67", "1: proxy-port: the same as --port: 67"),
        arguments("mode: both", "1: mode: not a mode: both; there are dhcp (or reservation), "),
        arguments(
            "mode: auto-proxy\nipxe-script: ''", "1: mode: auto-proxy has no script for unknown"),
        arguments(
            "unknown-script: x\nmode: auto-proxy", "1: unknown-script: not an absolute URL: x"),
        arguments("exit-script: http://h/ipxe.efi", "1: exit-script http://h/ipxe.efi is a boot"),
        arguments("loop-limit: -1", "1: loop-limit: less than none: -1"),
        arguments("machine-file: {x: y}", "1: machine-file: not a hardware address: x"),
        arguments("proxy-style: {efi: offer}", "1: proxy-style: no class efi; there are"),
        arguments(
            "proxy-style:\n  bios: x", "2: proxy-style bios: neither offer nor boot-service: x"),
        arguments("menu-item: {x: y}", "1: menu-item: not a type from 0 to 65535: x"),
        arguments("menu-item: {1: y}", "1: menu-item 1: boot menu: type 0 has no files, any"),
        arguments("menu-file: {1/bios: y}", "1: menu-file: there is no --menu-item 1"),
        arguments("menu-file: {bios: y}", "1: menu-file: not TYPE/CLASS: bios"),
        arguments("menu-timeout: 256\nmenu-item: {0: x}", "2: menu-item: boot menu: not 0 to 255"),
        arguments("pxe-only: maybe", "1: pxe-only: say on or off, not maybe"),
        arguments(
            "limit-machine: 5", "1: limit-machine: say off, or BURST/PER-SECOND as in 20/5, not 5"),
        arguments("answer-delay-ms: -1", "1: answer-delay-ms: not from 0 to 10000: -1"),
        arguments("conflict-check: 2001", "1: conflict-check: not from 0 to 2000: 2001"),
        arguments("conflict-check: -1", "1: conflict-check: not from 0 to 2000: -1"),
        arguments("allow:\n  - 52:54:00\n  - x", "3: allow: not a hardware address, nor"),
        arguments("allow: {a: b}", "1: allow: neither a value nor a list of values"),
        arguments("deny: [[a]]", "1: deny: an item is not a single value"),
        arguments("next-server: node.example", "1: next-server: not the IPv4 address of a"),
        arguments("boot-file:\n  bios: a.kpxe\n  efi: b", "3: boot-file: no class efi; there are"),
        arguments("boot-file: {bios: [a]}", "1: boot-file: bios has not one value"),
        arguments("boot-file: {bios: a.efi}", "1: boot-file bios: wrong for this firmware: a.efi"),
        arguments("option: {53: x}", "1: option 53: the server sets this one itself"),
        arguments("deadline-ms: 0", "1: deadline-ms: not a time to wait: 0"),
        arguments("nats: nats://u:p@h", "1: nats: everybody can read a password there"),
        arguments("nats-ca: /no/such/file", "1: nats-ca: "),
        arguments("interfaces: x", "1: interfaces: not a list"),
        arguments("interfaces: [x]", "1: interfaces: an item is not a mapping"),
        arguments("interfaces:\n- mode: off", "2: interfaces: an item without the key interface"),
        arguments("interfaces:\n- interface: ", "2: interface: not one name"),
        arguments("interfaces:\n- interface: [a]", "2: interface: not one name"),
        arguments(
            "interfaces:\n- interface: a\n- interface: a", "3: interface: there is another a"),
        arguments(
            "interfaces:\n- interface: a\n  subject: b",
            "3: subject is for the whole process, not for one interface"),
        arguments(
            "interfaces:\n- interface: a\n  alow: b", "3: unknown key alow; did you mean allow?"),
        arguments("interfaces:\n- interface: a\n  port: b", "3: port: 'b' is not an int"),
        arguments("- a # address", "1: not a mapping of keys to values"),
        arguments("a: b: c", "1: not YAML: mapping values are not allowed here"),
        arguments("a: [", ": not YAML: "),
        arguments("a: \t b\n\tc: d", ": not YAML: "),
        arguments("port: 67\n---\nport: 68", ": a second document; one is read"),
        arguments("allow: &a [x]\ndeny: *a", "2: aliases are not read: write the value out"),
        arguments("allow: " + "[".repeat(20), "1: nested deeper than 16"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void a_mistake_is_told_with_file_and_line(String text, String message) throws IOException {
    Path file = file(text.contains("address") ? text : text + "\n" + ADDRESS);
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .execute("--check-config", "--config", file.toString());
    assertThat(err.toString().strip()).startsWith("dhcp-server: " + file + ":").contains(message);
    assertThat(err.toString().strip()).hasLineCount(1);
    assertThat(status).isEqualTo(2);
  }

  @Test
  void all_mistakes_are_told_at_once() throws IOException {
    Path file = file("boot_flie: x\nport: [1]\ninterfaces:\n- interface: a\n  alow: x\n");
    assertThat(complaints("", Map.of(), file))
        .containsExactly(
            file + ":1: unknown key boot_flie; did you mean boot-file?",
            file + ":2: port: not a single value",
            file + ":5: unknown key alow; did you mean allow?");
    file = file("port: a\nhttp-port: b\ninterfaces:\n- interface: a\n  client-port: c\n");
    assertThat(complaints("", Map.of("BOOTBUS_DEADLINE_MS", "d"), file))
        .containsExactly(
            "BOOTBUS_DEADLINE_MS: 'd' is not an int",
            file + ":1: port: 'a' is not an int",
            file + ":5: client-port: 'c' is not an int",
            file + ":2: http-port: 'b' is not an int");
  }

  private static List<String> complaints(
      String flags, Map<String, String> environment, @Nullable Path file) {
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> read(flags, environment, file));
    return e.complaints();
  }

  @Test
  void a_file_that_is_not_there_or_no_text_is_told() throws IOException {
    Path none = folder.resolve("none.yaml");
    assertThat(complaints("", Map.of(), none)).containsExactly(none + ": no such file");
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {'a', (byte) 0xff});
    assertThat(complaints("", Map.of(), bytes)).containsExactly(bytes + ": not UTF-8");
    Path large = Files.write(folder.resolve("large"), new byte[(2 << 20) + 1]);
    assertThat(complaints("", Map.of(), large))
        .containsExactly(large + ": larger than 2097152 bytes");
    assertThat(complaints("", Map.of(), folder)).hasSize(1);
  }

  @Test
  void any_bytes_are_read_or_refused() throws IOException {
    Random random = new Random(4);
    String letters = "abcport:-[]{}\n\n  \"'#&*!|>%@\t0127ä\u2028\u0000mode";
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n >= 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      Path file = file(text.toString());
      try {
        read("--address=10.0.0.1", Map.of(), file);
      } catch (ConfigException e) {
        assertThat(e.complaints()).as(text.toString()).allMatch(c -> c.contains("dhcp.yaml"));
        assertThat(e.complaints()).as(text.toString()).noneMatch(c -> c.contains("\n"));
      }
    }
  }

  /// Each way to set something and not, and who wins.
  @Test
  void a_flag_goes_before_a_variable_before_the_file_before_the_default() throws Exception {
    Map<String, List<String>> settings = new LinkedHashMap<>();
    // by default, in the file, in the environment, as a flag
    settings.put("port", List.of("67", "1001", "1002", "1003"));
    settings.put("deadline-ms", List.of("800", "1001", "1002", "1003"));
    settings.put("mode", List.of("dhcp", "off", "proxy", "reservation"));
    settings.put("boot-file", List.of("", "bios=a", "bios=b", "bios=c"));
    settings.put("allow", List.of("", "52", "53", "54"));
    settings.put("ipxe-script", List.of("", "http://a/a", "http://b/b", "http://c/c"));
    settings.put("event-subject", List.of("", "a", "b", "c"));
    for (String name : settings.keySet()) {
      List<String> values = settings.get(name);
      for (int said = 0; said < 8; said++) {
        String text = ADDRESS + ((said & 1) == 0 ? "" : name + ": \"" + values.get(1) + "\"\n");
        Map<String, String> environment = new HashMap<>(Map.of("BOOTBUS_NATS_PASSWORD", "x"));
        if ((said & 2) != 0) {
          environment.put("BOOTBUS_" + name.toUpperCase().replace('-', '_'), values.get(2));
        }
        String flags = (said & 4) == 0 ? "" : "--" + name + "=" + values.get(3);
        int winner = 32 - Integer.numberOfLeadingZeros(said);
        // a file cannot say the same as a mapping here, but a text of the same form
        Setting setting =
            read(flags, environment, file(text)).layers().process().byName().get(name);
        assertThat(setting.source()).as(name + said).isEqualTo(Source.values()[winner]);
        assertThat(String.join("", setting.texts())).as(name + said).isEqualTo(values.get(winner));
      }
    }
  }

  @Test
  void an_interface_s_own_setting_goes_before_what_is_said_of_all() throws Exception {
    Path file =
        file(
            """
            port: 1001
            interfaces:
              - {interface: a, address: 10.0.0.1, port: 1002, mode: proxy}
              - {interface: b, address: 10.0.0.2}
            """);
    List<Scope> scopes = read("--port=1003 --mode=off", Map.of(), file).scopes();
    assertThat(scopes).extracting(s -> s.listen().network()).containsExactly("a", "b");
    assertThat(scopes).extracting(s -> s.listen().port()).containsExactly(1002, 1003);
    assertThat(scopes).extracting(Scope::mode).containsExactly(ScopeMode.PROXY, ScopeMode.OFF);
    assertThat(scopes).extracting(s -> s.ports(new Memory()).size()).containsExactly(2, 0);
  }

  @Test
  void exceptions_become_the_policy() throws Exception {
    BootPolicy policy =
        read(ADDRESS
                + """
                machine-file: {"52:54:00:12:34:56": special.efi}
                marker: ours
                loop-limit: 0
                exit-script: http://h/exit.ipxe
                freebsd-root: 10.0.0.9:/b
                proxy-style: {bios: boot-service}
                menu-item: {1: Install, 0: Disk}
                menu-file: {1/bios: pxelinux.0, 1/efi-x64: grub.efi}
                menu-prompt: Press F8
                menu-timeout: 7
                """)
            .scopes()
            .getFirst()
            .boot()
            .policy();
    assertThat(policy)
        .isEqualTo(
            new BootPolicy(
                Map.of(MacAddress.parse("52:54:00:12:34:56"), "special.efi"),
                "ours",
                0,
                "http://h/exit.ipxe",
                "",
                "10.0.0.9:/b",
                Map.of("bios", ProxyStyle.BOOT_SERVICE),
                new BootMenu(
                    "Press F8",
                    7,
                    List.of(
                        new BootMenu.Item(
                            "Install", 1, Map.of("bios", "pxelinux.0", "efi-x64", "grub.efi")),
                        BootMenu.Item.local("Disk")))));
    assertThat(read(ADDRESS).scopes().getFirst().boot().policy()).isEqualTo(BootPolicy.DEFAULT);
  }

  @Test
  void only_auto_proxy_has_a_script_for_unknown_machines_and_known_only_takes_it_away()
      throws Exception {
    assertThat(unknownScript("mode: auto-proxy")).isEqualTo("http://10.0.0.1/boot.ipxe");
    String own = "unknown-script: http://h/u.ipxe\nmode: ";
    assertThat(unknownScript(own + "auto-proxy")).isEqualTo("http://h/u.ipxe");
    assertThat(unknownScript(own + "auto-proxy\nknown-only: on")).isEmpty();
    assertThat(unknownScript(own + "proxy")).isEmpty();
    assertThat(unknownScript(own + "reservation")).isEmpty();
  }

  private String unknownScript(String text) throws Exception {
    return read(ADDRESS + text).scopes().getFirst().boot().policy().unknownScript();
  }

  @ParameterizedTest
  @CsvSource({"auto-proxy, 1", "proxy, 0"})
  void while_nobody_answers_auto_proxy_goes_on(String mode, int offers) throws Exception {
    Scope scope = read(ADDRESS + "mode: " + mode).scopes().getFirst();
    WireSocket wire =
        new WireSocket().put(TestPacket.pxe(DISCOVER, 7).message().encode(), "10.0.0.9");
    Backend nobody =
        request ->
            CompletableFuture.failedFuture(
                new BackendUnavailableException(Reason.NO_RESPONDERS, "nobody"));
    Outcomes outcomes = new Outcomes(event -> {}, new SimpleMeterRegistry());
    Scope.Terms dhcpPort = scope.ports(new Memory()).values().iterator().next();
    new DhcpServer(dhcpPort.on(wire), nobody, outcomes).serve();
    assertThat(wire.sent).hasSize(offers);
    assertThat(outcomes.count(DropReason.BACKEND_NO_RESPONDERS)).isEqualTo(1 - offers);
  }

  @Test
  void a_machine_s_limit_outlives_a_reload() throws Exception {
    Scope scope = read(ADDRESS + "limit-machine: 1/1").scopes().getFirst();
    Memory memory = new Memory();
    Client client = TestPacket.of(DISCOVER).client();
    assertThat(refusal(scope, memory, client)).isEmpty();
    assertThat(refusal(scope, memory, client)).contains(DropReason.RATE_LIMITED_MAC);
  }

  private static Optional<DropReason> refusal(Scope scope, Memory memory, Client client) {
    Scope.Terms terms = scope.ports(memory).values().iterator().next();
    return terms.on(new WireSocket()).admission().refusal(client);
  }

  @Test
  void interfaces_on_the_command_line_pick_from_the_file() throws Exception {
    Path file =
        file(
            """
            interfaces:
              - {interface: a, address: 10.0.0.1, mode: proxy}
              - {interface: b, address: 10.0.0.2, mode: proxy}
            """);
    List<Scope> scopes =
        read("--interface=c --address=10.0.0.3", Map.of("BOOTBUS_INTERFACE", "a"), file).scopes();
    assertThat(scopes).extracting(s -> s.listen().network()).containsExactly("c");
    assertThat(scopes).extracting(Scope::mode).containsExactly(ScopeMode.DHCP);
    scopes = read("--address=10.0.0.3", Map.of("BOOTBUS_INTERFACE", "c, b"), file).scopes();
    assertThat(scopes).extracting(s -> s.listen().network()).containsExactly("c", "b");
    assertThat(scopes).extracting(Scope::mode).containsExactly(ScopeMode.DHCP, ScopeMode.PROXY);
    assertThat(scopes)
        .extracting(s -> s.listen().own().getHostAddress())
        .containsExactly("10.0.0.3", "10.0.0.2");
    assertThat(complaints("--interface=a --interface=a", Map.of(), file))
        .containsExactly("--interface: a is given twice");
  }

  @Test
  void an_interface_that_is_off_needs_no_address() throws Exception {
    assertThat(
            read("interfaces: [{interface: no-such, mode: off}]")
                .scopes()
                .getFirst()
                .ports(new Memory()))
        .isEmpty();
  }

  @Test
  void a_variable_holds_all_values_of_a_setting() throws Exception {
    Map<String, String> environment =
        Map.of(
            "BOOTBUS_OPTION", "210=http://192.168.77.1/ 128=a b\n129=c",
            "BOOTBUS_BOOT_FILE", "bios= efi-x64=snponly.efi",
            "BOOTBUS_DENY", "52:54:00, 00:50:56 02",
            "BOOTBUS_IPXE_SCRIPT", "http://h/boot.ipxe?mac=${net0/mac}",
            "BOOTBUS_HTTP_PORT", " ");
    Scope scope = read("--address=10.0.0.1", environment, null).scopes().getFirst();
    assertThat(scope.boot().options())
        .containsOnlyKeys(128, 129, 210)
        .containsEntry(128, Bytes.of("a b".getBytes(StandardCharsets.UTF_8)));
    assertThat(scope.boot().loaders())
        .doesNotContainKey("bios")
        .containsEntry("efi-x64", "snponly.efi")
        .containsEntry("efi-x64-http", "http://10.0.0.1/snponly.efi");
    assertThat(scope.boot().ipxeScript()).isEqualTo("http://h/boot.ipxe?mac=${net0/mac}");
    assertThat(scope.admission()).isNotSameAs(Admission.EVERYONE);
    environment = Map.of("BOOTBUS_IPXE_SCRIPT", "");
    assertThat(
            read("--address=10.0.0.1", environment, null).scopes().getFirst().boot().ipxeScript())
        .isEmpty();
  }

  @Test
  void a_mistake_in_a_variable_is_told_with_its_name() {
    assertThat(complaints("--address=10.0.0.1", Map.of("BOOTBUS_HTTP_PORT", "x"), null))
        .containsExactly("BOOTBUS_HTTP_PORT: 'x' is not an int");
    assertThat(complaints("--address=10.0.0.1", Map.of("BOOTBUS_BOOT_FILE", "efi=x"), null))
        .hasSize(1)
        .allMatch(c -> c.startsWith("BOOTBUS_BOOT_FILE: no class efi; there are "));
  }

  private static final String WHOLE =
      """
      address: 10.0.0.1                       # file %1$s:1
      port: 1067                              # flag
      client-port: 68                         # default
      proxy-port: 4011                        # default
      mode: proxy                             # environment BOOTBUS_MODE
      allow:                                  # environment BOOTBUS_ALLOW
        - 52:54:00
        - 02
      # deny:                                 # default
      pxe-only: off                           # default
      known-only: off                         # default
      limit-machine: 20/5                     # default
      limit-circuit: off                      # default
      limit-relay: 20000/20000                # default
      answer-delay-ms: 0                      # default
      conflict-check: 0                       # default
      # next-server: the own address          # default
      boot-file:                              # file %1$s:2
        - bios=a.kpxe
        - efi-x64=b.efi
      # boot-url: the boot file of the same architecture, from the next server by HTTP # default
      http-port: 80                           # default
      ipxe-script: "http://h/x?m=${net0/mac}#\\"ä" # file %1$s:3
      # option:                               # default
      # machine-file:                         # default
      marker: Bootbus                         # default
      loop-limit: 3                           # default
      # exit-script:                          # default
      # unknown-script: --ipxe-script         # default
      # freebsd-root:                         # default
      # proxy-style:                          # default
      # menu-item:                            # default
      # menu-file:                            # default
      # menu-prompt:                          # default
      menu-timeout: 0                         # default
      nats: nats://h:4222,tls://g             # environment BOOTBUS_NATS_URL
      # nats-user:                            # default
      # nats-password-file:                   # environment, a secret that is not shown
      # nats-token-file:                      # default
      # nats-nkey:                            # default
      # nats-creds:                           # default
      # nats-ca:                              # default
      # nats-cert:                            # default
      # nats-key:                             # default
      # events:                               # default
      # event-subject:                        # default
      # management-port:                      # default
      # management-address:                   # default
      # log-format:                           # default
      # drain-seconds:                        # default
      subject: bootbus.v1.dhcp                # default
      deadline-ms: 800                        # default
      # dhcp-type:                            # default
      answer-cache: backend                   # default
      trace-names: off                        # default
      interfaces:
        - interface: eth1                     # file %1$s:5
        - interface: eth2                     # file %1$s:6
          mode: off                           # file %1$s:6
          allow: []                           # file
          option:                             # file %1$s:8
            - "210=a b"
      """;

  @Test
  void what_is_in_force_is_printed_as_a_file_that_says_the_same() throws Exception {
    Path file =
        file(
            """
            address: 10.0.0.1
            boot-file: {bios: a.kpxe, efi-x64: b.efi}
            ipxe-script: 'http://h/x?m=${net0/mac}#"ä'
            interfaces:
            - interface: eth1
            - {interface: eth2, mode: off, allow: [],
               option:
                 {210: a b}}
            """);
    Map<String, String> environment =
        Map.of(
            "BOOTBUS_MODE", "proxy",
            "BOOTBUS_ALLOW", "52:54:00 02",
            "BOOTBUS_NATS_URL", "nats://u:secret@h:4222,tls://t0ken@g",
            "BOOTBUS_NATS_PASSWORD", "secret");
    Configuration configuration = read("--port=1067", environment, file);
    String printed = Printed.of(configuration.layers());
    assertThat(printed)
        .isEqualTo(WHOLE.replace("%1$s", file.toString()).replace("ä", "\\u00e4"))
        .doesNotContain("secret@", "t0ken");

    Configuration again =
        read("", Map.of(), Files.writeString(folder.resolve("again.yaml"), printed));
    assertThat(again.scopes())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("admission")
        .isEqualTo(configuration.scopes());
    assertThat(again.changedLive(configuration)).isEmpty();
    assertThat(again.changedForRestart(configuration)).containsExactly("nats");
    List<String> values = new ArrayList<>();
    for (String text : List.of(printed, Printed.of(again.layers()))) {
      values.add(text.replaceAll(" +# (file|flag|default|environment).*", ""));
    }
    assertThat(values.getLast()).isEqualTo(values.getFirst());
  }

  @Test
  void check_and_print_go_without_a_bus_and_without_sockets() throws IOException {
    Path file = file(ADDRESS + "nats: nats://127.0.0.1:1\nport: 1\n");
    StringWriter out = new StringWriter();
    CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
    assertThat(commandLine.execute("--check-config", "--config", file.toString())).isZero();
    assertThat(out.toString()).isEqualTo("ok" + System.lineSeparator());
    assertThat(commandLine.execute("--print-config", "--config", file.toString())).isZero();
    assertThat(out.toString()).contains("port: 1  ");
  }

  @Test
  void every_option_has_its_group_in_the_help() {
    CommandLine commandLine = Main.commandLine();
    assertThat(commandLine.getUsageMessage())
        .contains(
            "This process:", "Where to listen", "Whom to answer", "What to boot", "Whom to ask");
    assertThat(commandLine.getCommandSpec().options())
        .filteredOn(option -> OptionGroup.of(option) == OptionGroup.PROCESS)
        .extracting(option -> option.longestName())
        .containsExactlyInAnyOrder(
            "--config", "--check-config", "--print-config", "--help", "--version");
  }
}
