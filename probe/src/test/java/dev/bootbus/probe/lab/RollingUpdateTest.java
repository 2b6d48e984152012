package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two of each service, and each is told to end and is started again, one after the other, while
/// machines boot: as Kubernetes updates a fleet of pods.
///
/// TFTP and HTTP are reached through a gateway that shares connections out and leads them back, as
/// a Service does, and that is told who is to get new ones.
class RollingUpdateTest {
  private static final int MACHINES = 40;
  private static final String NATS_OUTSIDE = " --nats nats://10.79.0.1:4222";
  private static final String NATS_INSIDE = " --nats nats://10.79.1.1:4222";

  @TempDir Path logs;
  private Lab lab;
  private Host gateway;

  /// One that can be replaced.
  ///
  /// @param address behind the gateway; empty for one that is not reached through it
  private final class Replica {
    private final Host host;
    private final String service;
    private final String options;
    private final String address;
    private Program program;

    Replica(Host host, String service, String options, String address) throws IOException {
      this.host = host;
      this.service = service;
      this.options = options;
      this.address = address;
      program = host.startService(service, options);
    }

    void replace() throws IOException, InterruptedException {
      if (!address.isEmpty()) {
        shareOut(Stream.of("10.79.1.11", "10.79.1.12").filter(it -> !it.equals(address)).toList());
      }
      program.signal("TERM");
      program.status();
      assertThat(program.said()).as("its last line").contains(" stopped ");
      program = host.service(service, options);
      if (!address.isEmpty()) {
        shareOut(List.of("10.79.1.11", "10.79.1.12"));
      }
    }
  }

  @AfterEach
  void close() {
    if (lab != null) {
      lab.close();
    }
  }

  /// Who gets new connections; those that are there go on where they are.
  private void shareOut(List<String> addresses) throws IOException {
    String to =
        addresses.size() == 1
            ? addresses.getFirst()
            : "numgen inc mod 2 map { 0 : %s , 1 : %s }".formatted(addresses.toArray());
    String rule = " ; add rule ip service pre iifname eth0 %s dnat to " + to;
    gateway.run(
        "nft flush chain ip service pre"
            + rule.formatted("udp dport 69")
            + rule.formatted("tcp dport 80"));
  }

  @Test
  void noBootIsLost() throws Exception {
    Lab.assumePossible("nft nftables");
    lab = Lab.open(logs, Bootbus.SERVICES);
    Link outside = lab.link("outside");
    Link inside = lab.link("inside");
    gateway =
        lab.host("gateway")
            .plug("eth0", "52:54:00:06:00:01", outside, "10.79.0.1/24")
            .plug("eth1", "52:54:00:06:01:01", inside, "10.79.1.1/24");
    gateway.run("sysctl -qw net.ipv4.ip_forward=1");
    gateway.run("nft add table ip service");
    gateway.run("nft add chain ip service pre { type nat hook prerouting priority -100 ; }");
    gateway.bus();
    Path root = lab.folder("root-");
    BootFiles.in(root).remove("boot.ipxe");

    Path catalogue = lab.folder("catalogue-").resolve("catalogue.yaml");
    Files.writeString(
        catalogue,
        """
        subnets:
          - {subnet: 10.79.0.0/24, pools: [10.79.0.100-10.79.0.250]}
        kernels:
          - {name: demo, kernel: vmlinuz, initrd: initrd.img, cmdline: console=ttyS0}
        default: demo
        """);
    List<Replica> replicas = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      String address = "10.79.1.1" + i;
      Host content =
          lab.host("content" + i).plug("eth0", "52:54:00:06:01:1" + i, inside, address + "/24");
      content.run("ip route add default via 10.79.1.1");
      String files = "--address %s --root %s".formatted(address, root) + NATS_INSIDE;
      replicas.add(
          new Replica(
              content,
              "tftp-server",
              files + " --single-port on --max-rate 0 --max-per-peer 1024",
              address));
      replicas.add(new Replica(content, "http-server", files, address));
      Host front =
          lab.host("front" + i)
              .plug("eth0", "52:54:00:06:00:2" + i, outside, "10.79.0.2" + i + "/24");
      replicas.add(
          new Replica(
              front, "dhcp-server", "--interface eth0 --next-server 10.79.0.1" + NATS_OUTSIDE, ""));
      replicas.add(
          new Replica(
              gateway,
              "kernel-backend",
              "--management-port 0 --api off --boot-url http://10.79.0.1/ --catalogue " + catalogue,
              ""));
    }
    replicas.forEach(replica -> replica.program.awaitSaid(" ready "));
    shareOut(List.of("10.79.1.11", "10.79.1.12"));
    Host machines = lab.host("machines").plug("eth0", "52:54:00:06:00:09", outside, "10.79.0.9/24");
    Future<?> update;
    try (ExecutorService operator = Executors.newSingleThreadExecutor()) {
      update =
          operator.submit(
              () -> {
                replicas.getFirst().program.awaitSaid(" sent file=ipxe.efi "); // they are booting
                for (Replica replica : replicas) {
                  replica.replace();
                }
                return replicas;
              });
      int storms = 0;
      do {
        storm(machines, storms++);
      } while (!update.isDone());
    }
    update.get();
  }

  /// All of them boot.
  private static void storm(Host machines, int number) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Bootbus.SERVICES.command("probe"));
    String words = "load --clients %d --ramp 10 --seed %d --as uefi --interface eth0";
    command.addAll(List.of(words.formatted(MACHINES, number * 1000).split(" ")));
    Program load = machines.start(Map.of(), command);
    assertThat(load.status()).as(load.said()).isZero();
    assertThat(load.said()).contains("%1$d of %1$d machines booted".formatted(MACHINES));
  }
}
