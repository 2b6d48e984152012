package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Debian package, installed with the commands of deploy/README.md on a machine that systemd
/// runs: a copy of this one, in namespaces of its own.
class DebTest {
  private static final List<String> SERVICES =
      List.of("dhcp-server", "tftp-server", "http-server", "kernel-backend");

  /// What an editor would do to `/etc/bootbus`.
  private static final Map<String, List<String>> SETTINGS =
      Map.of(
          "dhcp-server", List.of("BOOTBUS_INTERFACE=lo", "BOOTBUS_ADDRESS=127.0.0.1"),
          "kernel-backend",
              List.of(
                  "BOOTBUS_POOL=192.0.2.10-192.0.2.20",
                  "BOOTBUS_SUBNET=192.0.2.0/24",
                  "BOOTBUS_BOOT_URL=http://127.0.0.1/"));

  @TempDir Path folder;
  private Process machine;
  private long systemd;

  @BeforeEach
  void switchOn() throws Exception {
    Shipped.onlyWhere(canBoot(), "installing the package needs root, dpkg and systemd");
    Shipped.images();
    String said = Command.output(Shipped.DEPLOY + "/deb", "--stage", Shipped.STAGE.toString());
    Path made = Path.of(said.lines().findFirst().orElseThrow().replaceFirst(" .*", ""));
    Path packages = Files.createDirectories(folder.resolve("package"));
    Files.copy(made, packages.resolve(made.getFileName()));
    Path script = folder.resolve("machine.sh");
    Files.copy(DebTest.class.getResourceAsStream("machine.sh"), script);
    ProcessBuilder builder =
        new ProcessBuilder(
            "unshare", "-pfmnuiC", "--kill-child", "bash", script.toString(), folder.toString());
    machine =
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    Awaitility.await("systemd")
        .atMost(Duration.ofSeconds(60))
        .until(() -> isUp() || !machine.isAlive());
    assertThat(machine.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
  }

  private static boolean canBoot() {
    return System.getProperty("user.name").equals("root")
        && Files.exists(Path.of("/lib/systemd/systemd"))
        && Files.exists(Path.of("/usr/bin/dpkg-deb"));
  }

  private boolean isUp() throws Exception {
    var child = machine.toHandle().children().findFirst();
    if (child.isEmpty()) {
      return false;
    }
    systemd = child.get().pid();
    return run("systemctl is-active sysinit.target").status() == 0;
  }

  @AfterEach
  void switchOff() throws Exception {
    if (machine != null) {
      machine.toHandle().children().forEach(ProcessHandle::destroyForcibly);
      machine.destroyForcibly().waitFor();
    }
  }

  private Command run(String command) throws IOException, InterruptedException {
    return Command.run(
        List.of(
            "nsenter",
            "-t",
            "" + systemd,
            "-m",
            "-p",
            "-n",
            "-u",
            "-i",
            "-C",
            "-r",
            "-w",
            "sh",
            "-c",
            command));
  }

  private String output(String command) throws IOException, InterruptedException {
    Command run = run(command);
    assertThat(run.status()).describedAs("%s: %s", command, run.output()).isZero();
    return run.output();
  }

  /// The commands of the README's section, each a line.
  private static List<String> steps() throws IOException {
    Matcher section =
        Pattern.compile(
                "\n## systemd and the Debian package\n.*?\n```\n(.*?)\n```\n", Pattern.DOTALL)
            .matcher(Files.readString(Shipped.DEPLOY.resolve("README.md")));
    assertThat(section.find()).isTrue();
    return section.group(1).lines().toList();
  }

  @Test
  void theStepsOfTheReadmeLeadToFourServicesThatAnswer() throws Exception {
    List<String> taken = new ArrayList<>();
    for (String step : steps()) {
      switch (step.replaceAll(" .*", "")) {
        case "apt-get" -> output("dpkg -i /tmp/package/*.deb"); // nats-server is here already
        case "editor" -> edit(step);
        default -> output(step);
      }
      taken.add(step.replaceAll(" .*", ""));
    }
    assertThat(taken).contains("apt-get", "editor", "systemctl");

    for (String service : SERVICES) {
      awaitReady(service);
      String pid = output("systemctl show -P MainPID bootbus-" + service).strip();
      String capabilities =
          switch (service) {
            case "dhcp-server" -> "2400"; // capabilities(7): NET_BIND_SERVICE is bit 10
            case "kernel-backend" -> "0000";
            default -> "0400";
          };
      // the unit of kernel-backend knows no CapEff of the host
      assertThat(output("cat /proc/" + pid + "/status").lines())
          .as(service)
          .contains("NoNewPrivs:\t1", "CapEff:\t000000000000" + capabilities)
          .noneMatch(line -> line.startsWith("Uid:\t0"));
    }
    output("echo hello >/srv/bootbus/file");
    assertThat(output("cd /tmp && bootbus-probe tftp get 127.0.0.1 file")).contains("6 bytes");
    assertThat(output("curl -sf http://127.0.0.1/file")).isEqualTo("hello\n");
    assertThat(output("bootctl nodes --all")).isNotEmpty();

    // an upgrade: what ran runs again
    String before = output("systemctl show -P MainPID bootbus-http-server");
    output("dpkg -i /tmp/package/*.deb");
    for (String service : SERVICES) {
      awaitReady(service);
    }
    assertThat(output("systemctl show -P MainPID bootbus-http-server")).isNotEqualTo(before);
    assertThat(output("cat /etc/bootbus/dhcp-server.env")).contains("\nBOOTBUS_INTERFACE=lo\n");

    output("dpkg -r bootbus");
    assertThat(run("pgrep -f '[/]usr/lib/bootbus/runtime'").status())
        .as("nothing runs")
        .isEqualTo(1);
    assertThat(output("ls /etc/bootbus")).contains("dhcp-server.env");
    output("dpkg -P bootbus");
    for (String rest : List.of("test -e /etc/bootbus", "test -e /usr/lib/bootbus", "id bootbus")) {
      assertThat(run(rest).status()).as(rest).isNotZero();
    }
  }

  private void edit(String step) throws IOException, InterruptedException {
    List<String> files = List.of(step.split(" ")).subList(1, step.split(" ").length);
    assertThat(files).hasSize(SETTINGS.size());
    for (String file : files) {
      for (String setting : SETTINGS.get(file.replaceAll(".*/|\\.env$", ""))) {
        output("test -e " + file + " && echo '" + setting + "' >>" + file);
      }
    }
  }

  private void awaitReady(String service) {
    int port =
        switch (service) {
          case "dhcp-server" -> 9467;
          case "tftp-server" -> 9469;
          case "http-server" -> 9480;
          default -> 9490;
        };
    Awaitility.await(service)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(run("curl -sf http://127.0.0.1:" + port + "/readyz").output())
                    .as(run("journalctl -u bootbus-" + service + " | tail -n 20").output())
                    .startsWith("ready"));
  }
}
