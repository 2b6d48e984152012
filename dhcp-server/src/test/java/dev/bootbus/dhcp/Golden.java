package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Packets that real firmware, loaders and servers sent when QEMU machines were booted by this
/// project's own services. Each `NAME.hex` is one boot, or what was new in it: a line for each
/// packet with source port, destination port and payload; `Recording.java` makes it of a capture.
///
/// | name | what |
/// |---|---|
/// | `bios-ipxe` | SeaBIOS with QEMU's iPXE ROM, and udhcpc in the kernel it booted |
/// | `bios-plain` | a ROM that does not say it is iPXE, and the undionly.kpxe it loaded |
/// | `…-new-…` | iPXE of 2026 instead of Debian's |
/// | `proxy-…` | beside dnsmasq, whose packets are here too |
/// | `…-boot-service`, `…-menu` | without discovery control, or with a menu: asks port 4011 |
/// | `arm64-…` | AAVMF, and U-Boot with both of its tries |
final class Golden {
  static final Path DIRECTORY = Path.of("src/test/resources/golden");

  record Packet(String boot, int sourcePort, int port, Bytes payload) {
    DhcpMessage message() {
      try {
        return DhcpMessage.decode(payload);
      } catch (MalformedPacketException e) {
        throw new AssertionError(boot + ": " + payload, e);
      }
    }
  }

  private Golden() {}

  static List<String> boots() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".hex"))
          .map(name -> name.substring(0, name.length() - ".hex".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Packet> packets(String boot) {
    try (Stream<String> lines = Files.lines(DIRECTORY.resolve(boot + ".hex"))) {
      return lines.map(line -> packet(boot, line.split(" "))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Packet packet(String boot, String[] fields) {
    return new Packet(
        boot, Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Bytes.ofHex(fields[2]));
  }

  static List<Packet> all() {
    return boots().stream().flatMap(boot -> packets(boot).stream()).toList();
  }

  /// What clients sent.
  static List<Packet> requests() {
    return all().stream()
        .filter(packet -> packet.message().op() == DhcpMessage.BOOTREQUEST)
        .toList();
  }
}
