package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.ctl.Run;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator does with bootctl, against the backend and a nats-server.
class BootctlTest {
  private static final String CATALOGUE =
      """
      kernels:
        - {name: alpine, arch: x86_64, kernel: a/vmlinuz, initrd: a/initrd, cmdline: quiet}
        - {name: rescue, arch: x86_64, kernel: r/vmlinuz, initrd: r/initrd}
      default: alpine
      nodes:
        - {mac: 52:54:00:12:34:56, hostname: storage-1, address: 10.0.0.50}
      """;

  private static NatsServer nats;

  @TempDir private Path folder;
  private Backends backends;
  private String url;

  @BeforeAll
  static void startNats() throws IOException {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws IOException {
    nats.close();
  }

  @BeforeEach
  void start() throws Exception {
    backends = new Backends(nats);
    Service service =
        backends.start(
            CATALOGUE,
            "--api=0",
            "--boot-url=http://10.0.0.1/",
            "--pool=10.0.0.100-10.0.0.110",
            "--subnet=10.0.0.0/24");
    url = "http://127.0.0.1:" + service.apiPort().orElseThrow();
  }

  @AfterEach
  void stop() {
    backends.close();
  }

  private Run run(String line) {
    return Run.at(backends.clock.instant(), ("--api=" + url + " " + line).split(" "));
  }

  private String done(String line) {
    Run run = run(line);
    assertThat(run.err()).as(line).isEmpty();
    assertThat(run.code()).as(line).isZero();
    return run.out();
  }

  @Test
  void nodes() {
    assertThat(
            done("nodes add mac=52:54:00:00:00:01 hostname=web-1 groups=web options.disk=/dev/x"))
        .isEqualTo("node 52-54-00-00-00-01 (web-1) added\n");
    assertThat(done("nodes set 52:54:00:00:00:01 address=10.0.0.51 options.disk= groups=a,b"))
        .isEqualTo("node 52-54-00-00-00-01 (web-1) changed\n");
    assertThat(done("nodes"))
        .isEqualTo(
            """
            ID                 HOSTNAME   ADDRESS    ARCH  KERNEL  STAGE          STATUS   SINCE
            52-54-00-00-00-01  web-1      10.0.0.51  any   -       commissioning  unknown  -
            52-54-00-12-34-56  storage-1  10.0.0.50  any   -       commissioning  unknown  -
            """);
    assertThat(done("nodes get web-1"))
        .contains("\ngroups       a\n             b\n")
        .doesNotContain("options", "token");
    assertThat(done("nodes --search=web --sort=-hostname --all -o name"))
        .isEqualTo("52-54-00-00-00-01\n");
    assertThat(run("nodes set web-1 address=10.0.0 kernel=none"))
        .isEqualTo(
            new Run(
                1,
                "",
                """
                bootctl nodes set: nothing was changed: see errors
                  /address: not an IPv4 address: 10.0.0
                  /kernel: there is no kernel none
                """));
    assertThat(run("nodes set storage-1 address=10.0.0.9").err())
        .startsWith("bootctl nodes set: address: declared in c.yaml, line 6");
    assertThat(done("nodes delete web-1")).isEqualTo("node 52-54-00-00-00-01 (web-1) deleted\n");
    assertThat(run("nodes get web-1").code()).isEqualTo(1);
  }

  @Test
  void bootsOnceAndInstallsAgain() {
    assertThat(done("boot storage-1 rescue"))
        .isEqualTo("node 52-54-00-12-34-56 (storage-1) boots rescue once\n");
    assertThat(done("nodes get storage-1")).contains("\nbootOnce     rescue\n");
    assertThat(run("boot storage-1 none").err()).contains("there is no kernel none");
    assertThat(done("reinstall storage-1 alpine"))
        .isEqualTo("node 52-54-00-12-34-56 (storage-1) reinstalls alpine\n");
    assertThat(done("nodes get storage-1")).contains("\nstage        provisioning\n");
  }

  @Test
  void rendersWhatANodeWouldGet() {
    assertThat(done("render storage-1")).startsWith("#!ipxe\n").contains("a/vmlinuz");
    assertThat(done("render storage-1 --kernel=rescue --loader=grub")).contains("/r/vmlinuz");
    assertThat(done("render storage-1 --loader=pxelinux")).contains("a/vmlinuz");
    assertThat(done("render storage-1 meta-data")).contains("storage-1");
    assertThat(done("render storage-1 --files")).contains("\nk3os/config ");
    assertThat(run("render storage-1 ignition").code()).isEqualTo(1);
    assertThat(run("render nobody").err()).contains("nobody");
  }

  @Test
  void kernels() throws IOException {
    Files.writeString(folder.resolve("ud.yaml"), "#cloud-config\nhostname: ${hostname}\n");
    Path file =
        Files.writeString(
            folder.resolve("k.yaml"),
            """
            kernels:
              - {name: mine, version: 3.10, arch: x86_64, kernel: m/k, initrd: m/i,
                 config: {user-data: ud.yaml}}
              - {name: alpine, kernel: x}
            """);
    Run run = run("kernels apply -f " + file);
    assertThat(run.out()).isEqualTo("kernel mine added\n");
    assertThat(run.err())
        .startsWith("bootctl: kernel alpine: the kernel alpine is declared in c.yaml, line 2");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run("kernels apply -f " + file).out()).isEqualTo("kernel mine is as it was\n");
    assertThat(done("kernels set mine cmdline=console=ttyS0,115200 initrd=m/a,m/b"))
        .isEqualTo("kernel mine changed\n");
    assertThat(done("kernels get mine"))
        .contains("\nversion           3.10\n", "\ninitrd            m/a\n                  m/b\n")
        .contains("\nconfig.user-data  #cloud-config\n                  hostname: ${hostname}\n");
    assertThat(done("kernels delete mine")).isEqualTo("kernel mine deleted\n");
  }

  @Test
  void settings() {
    assertThat(done("settings set lease-time=7200 dns=1.1.1.1,9.9.9.9"))
        .isEqualTo("setting lease-time is 7200\nsetting dns is 1.1.1.1,9.9.9.9\n");
    assertThat(done("settings --search=lease-time --in=name"))
        .contains("lease-time  7200   seconds  stored\n");
    assertThat(run("settings set pool=10.9.0.1-10.9.0.2").code()).isEqualTo(1);
    assertThat(done("settings unset lease-time dns"))
        .isEqualTo("setting lease-time is 3600\nsetting dns is empty\n");
    assertThat(done("settings history lease-time").lines()).hasSize(3);
  }

  @Test
  void leasesOfDnsmasqAreTakenOverOnce() throws IOException {
    long end = backends.clock.instant().plusSeconds(3600).getEpochSecond();
    Path file =
        Files.writeString(
            folder.resolve("f"),
            """
            %1$d 52:54:00:00:00:01 10.0.0.101 a *
            0 52:54:00:00:00:02 10.0.0.102 odd_name 01:52
            %1$d 52:54:00:00:00:01 10.0.0.103 a *
            %1$d 52:54:00:00:00:04 10.0.0.50 a *
            """
                .formatted(end));
    String complaints =
        """
        bootctl: %1$s:3: 10.0.0.103: 52:54:00:00:00:01 has 10.0.0.101: delete that lease first
        bootctl: %1$s:4: 10.0.0.50: 10.0.0.50 is in no pool, or fixed for a machine: declare or reserve it
        """
            .formatted(file);
    Run first = run("import dnsmasq-leases " + file);
    assertThat(first.err()).isEqualTo(complaints);
    assertThat(first.out()).contains("added 2, changed 0, unchanged 0, conflicts 2, faults 0");
    assertThat(first.code()).isEqualTo(1);
    String leases = done("leases -o json");
    Run second = run("import dnsmasq-leases " + file);
    assertThat(second.err()).isEqualTo(complaints);
    assertThat(second.out()).contains("added 0, changed 0, unchanged 2, conflicts 2, faults 0");
    assertThat(done("leases -o json")).isEqualTo(leases);
    assertThat(done("leases get 10.0.0.101"))
        .contains("expires   " + Instant.ofEpochSecond(end) + " (in 60m)");
    assertThat(done("leases delete 10.0.0.101")).isEqualTo("lease 10.0.0.101 (a) deleted\n");
    assertThat(done("leases history 10.0.0.101")).contains("deleted").contains("bound");
    assertThat(done("status")).contains("leases    1\n").contains("kernels   2\n");
  }

  @Test
  void bindingsOfPypxeBecomeNodes() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("f"),
            """
            {"dhcp":{"binding":{
            "52:54:00:00:00:01":{"ipaddr":"10.0.0.61"},
            "52:54:00:12:34:56":{"ipaddr":"10.0.0.62"}}}}
            """);
    for (String sum : new String[] {"added 1, changed 0", "added 0, changed 0, unchanged 1"}) {
      Run run = run("import pypxe " + file);
      assertThat(run.out()).contains(sum);
      assertThat(run.err())
          .isEqualTo(
              "bootctl: %s:3: 52-54-00-12-34-56: node 52-54-00-12-34-56 (storage-1) has 10.0.0.50\n"
                  .formatted(file));
    }
    assertThat(backends.address(Lab.discover(Lab.mac(1)))).isEqualTo("10.0.0.61");
  }
}
