package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.catalogue.CatalogueException;
import dev.bootbus.kernel.catalogue.CatalogueFile;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Network;
import dev.bootbus.kernel.lease.Networks;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// What the tests say machines and operators say.
public final class Lab {
  public static final String[] SMALL_POOL = {
    "--pool=192.168.77.100-192.168.77.103",
    "--subnet=192.168.77.0/24",
    "--gateway=192.168.77.1",
    "--boot-url=http://192.168.77.1"
  };
  public static final String KERNELS =
      """
      kernels:
        - {name: alpine, arch: x86_64, kernel: vmlinuz, initrd: initrd.img}
        - {name: debian, arch: aarch64, kernel: linux}
      default: {x86_64: alpine, aarch64: debian}
      nodes:
        - {mac: 52:54:00:00:00:50, hostname: storage-1, address: 192.168.77.50, kernel: alpine}
        - {mac: 52:54:00:00:00:51, netboot: false, address: 192.168.77.102}
      """;

  private Lab() {}

  public static Options options(String... args) {
    return CommandLine.populateCommand(new Options(), args);
  }

  public static Network network(String... args) {
    return networks("", args).all().getFirst();
  }

  /// @param catalogue YAML, whose subnets and fixed addresses count
  public static Networks networks(String catalogue, String... args) {
    try {
      return options(args).networks(CatalogueFile.read("c.yaml", catalogue));
    } catch (CatalogueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  public static MacAddress mac(int number) {
    return MacAddress.parse("525400%06x".formatted(number));
  }

  public static DhcpRequest discover(MacAddress mac) {
    return request(mac, Mode.DHCP, "DISCOVER", null, List.of());
  }

  public static DhcpRequest request(MacAddress mac, @Nullable String address) {
    return request(mac, Mode.DHCP, "REQUEST", address, List.of());
  }

  /// A REQUEST that names the server it takes the offer of, as in SELECTING.
  static DhcpRequest select(MacAddress mac, String address) {
    Inet4Address server = Ipv4.parse("192.0.2.1");
    return new DhcpRequest(
        mac,
        "",
        new Facts(
            Mode.DHCP,
            "REQUEST",
            -1,
            List.of(),
            "",
            List.of(),
            "",
            "",
            "",
            Ipv4.parse(address),
            server,
            null,
            null,
            null,
            "",
            ""));
  }

  static DhcpRequest release(MacAddress mac, String address) {
    return request(mac, Mode.DHCP, "RELEASE", address, List.of());
  }

  static FileRequest script(Protocol protocol, String name, String peer, MacAddress mac) {
    return new FileRequest(name, protocol, Ipv4.parse(peer), mac, "");
  }

  static String text(FileAnswer answer) {
    assertThat(answer).isInstanceOf(FileAnswer.Content.class);
    return new String(((FileAnswer.Content) answer).bytes(), StandardCharsets.UTF_8);
  }

  public static DhcpRequest request(
      MacAddress mac, Mode mode, String type, @Nullable String address, List<Integer> arch) {
    Inet4Address requested = address == null ? null : Ipv4.parse(address);
    return new DhcpRequest(
        mac,
        "",
        new Facts(
            mode, type, -1, arch, "", List.of(), "", "", "", requested, null, null, null, null, "",
            ""));
  }

  /// Time that passes when a test says so.
  public static final class Clock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    public void pass(Duration time) {
      now = now.plus(time);
    }
  }
}
