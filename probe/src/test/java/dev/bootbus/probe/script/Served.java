package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Cpu;
import dev.bootbus.probe.artefact.Firmware;
import dev.bootbus.probe.artefact.Fits;
import dev.bootbus.probe.artefact.Samples;
import dev.bootbus.probe.artefact.Target;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// Files that look like what their names say, and the texts that a test gives.
final class Served implements Files {
  final List<String> asked = new ArrayList<>();
  private final Map<String, byte[]> texts = new HashMap<>();
  private final Target target;
  private Predicate<String> absent = uri -> uri.contains("missing");

  Served(Target target) {
    this.target = target;
  }

  /// @param end of the address
  Served with(String end, String text) {
    return with(end, Samples.text(text));
  }

  Served with(String end, byte[] bytes) {
    texts.put(end, bytes);
    return this;
  }

  Served absent(Predicate<String> uris) {
    absent = absent.or(uris);
    return this;
  }

  @Override
  public Answer get(Wanted wanted) {
    String uri = wanted.uri().toString();
    String role = wanted.role().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    byte[] bytes = bytes(uri, wanted);
    asked.add(
        role + (wanted.optional() ? "? " : " ") + uri + (bytes == null ? " is not there" : ""));
    if (bytes == null) {
      return new Answer.Failed(new Finding(Cause.FILE_EMPTY, uri));
    }
    return new Answer.Got(
        bytes,
        bytes.length,
        Fits.check(Artefact.of(bytes, bytes.length), wanted.role().fits(), target, uri));
  }

  @Override
  public void notTold(URI uri) {
    asked.add("not told " + uri);
  }

  private byte[] bytes(String uri, Wanted wanted) {
    for (Map.Entry<String, byte[]> text : texts.entrySet()) {
      if (uri.endsWith(text.getKey())) {
        return text.getValue();
      }
    }
    String name = uri.substring(uri.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (absent.test(uri) || wanted.role() == Role.SCRIPT) {
      return null;
    }
    if (name.endsWith(".efi")) {
      return Samples.pe(target.cpu() == Cpu.ARM64 ? 0xaa64 : 0x8664, 10, "");
    }
    if (target.firmware() == Firmware.U_BOOT && name.matches("image|vmlinuz.*")) {
      return Samples.arm64Image();
    }
    if (name.equals("memdisk")) {
      return Samples.memdisk();
    }
    if (name.endsWith(".c32") || name.endsWith(".e64")) {
      return Samples.elf(3, false);
    }
    if (name.endsWith(".0") || name.endsWith("kpxe")) {
      return Samples.bootSector("");
    }
    if (name.endsWith(".dtb")) {
      return Samples.deviceTree(128);
    }
    if (wanted.role() == Role.KERNEL) {
      return target.cpu() == Cpu.ARM64 ? Samples.arm64Image() : Samples.bzImage();
    }
    return wanted.role() == Role.CHAIN ? null : Samples.gzip(new byte[100]);
  }
}
