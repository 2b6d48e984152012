package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.artefact.Samples;
import dev.bootbus.probe.artefact.Target;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

final class Machines {
  private Machines() {}

  static Machine of(int architecture) {
    return of(architecture, "", Options.EMPTY);
  }

  static Machine of(int architecture, String bootFile, Options others) {
    Options.Builder options = Options.builder();
    options.put(1, Bytes.ofHex("ffffff00")).put(3, Bytes.ofHex("c0a84d01"));
    options.put(12, Bytes.of(Samples.text("brave-otter"))).put(54, Bytes.ofHex("c0a84d01"));
    others.codes().forEach(code -> options.put(code, others.raw(code).orElseThrow()));
    return new Machine(
        MacAddress.parse("52:54:00:12:34:56"),
        Optional.of(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef")),
        Target.of(architecture),
        Inet4Address.ofLiteral("192.168.77.115"),
        Inet4Address.ofLiteral("192.168.77.1"),
        bootFile,
        options.build(),
        Map.of("manufacturer", "QEMU", "serial", "a b/c"));
  }
}
