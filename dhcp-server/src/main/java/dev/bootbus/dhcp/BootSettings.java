package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import java.net.Inet4Address;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the front end itself knows of booting; the backend may overrule it for each machine.
///
/// @param serverId our own address (option 54)
/// @param nextServer where boot files come from (`siaddr`, option 66)
/// @param loaders what each class of firmware loads first ([ClientClass#firmwareLabel]): a name for
///     TFTP, or for UEFI HTTP boot a URL
/// @param httpBase what makes a URL of a bare file name, with a `/` at its end
/// @param ipxeScript what iPXE loads, or empty to treat it like the firmware beneath it
/// @param options further options for every client
/// @param policy the exceptions
public record BootSettings(
    Inet4Address serverId,
    Inet4Address nextServer,
    Map<String, String> loaders,
    String httpBase,
    String ipxeScript,
    SortedMap<Integer, Bytes> options,
    BootPolicy policy) {

  /// The code of a backend's error (CONTRACT.md).
  static final int UNKNOWN_MACHINE = 404;

  /// Names for TFTP where nothing else is set.
  public static final Map<String, String> DEFAULT_FILES =
      Map.of(
          "bios", "undionly.kpxe",
          "efi-ia32", "ipxe-ia32.efi",
          "efi-x64", "ipxe.efi",
          "efi-arm32", "ipxe-arm32.efi",
          "efi-arm64", "ipxe-arm64.efi",
          "efi-riscv32", "ipxe-riscv32.efi",
          "efi-riscv64", "ipxe-riscv64.efi",
          "efi-loongarch64", "ipxe-loong64.efi");

  /// Without exceptions.
  public BootSettings(
      Inet4Address serverId,
      Inet4Address nextServer,
      Map<String, String> loaders,
      String httpBase,
      String ipxeScript,
      SortedMap<Integer, Bytes> options) {
    this(serverId, nextServer, loaders, httpBase, ipxeScript, options, BootPolicy.DEFAULT);
  }

  public BootSettings with(BootPolicy exceptions) {
    return new BootSettings(
        serverId, nextServer, loaders, httpBase, ipxeScript, options, exceptions);
  }

  public BootSettings {
    loaders = Map.copyOf(loaders);
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
  }

  /// Our options and the backend's, which win.
  SortedMap<Integer, Bytes> furtherOptions(Answer answer) {
    SortedMap<Integer, Bytes> all = new TreeMap<>(options);
    answer
        .extensions()
        .options()
        .forEach((code, value) -> all.put(code, Bytes.of(value.encoded())));
    return all;
  }

  /// The backend's word, or what a machine gets that the backend does not know, if there is
  /// anything for such machines.
  DhcpResponse orUnknown(DhcpResponse response) {
    String script = policy.unknownScript();
    return response instanceof DhcpResponse.Error(int code, _)
            && code == UNKNOWN_MACHINE
            && !script.isEmpty()
        ? DhcpResponse.boot(Dhcp.NONE, script)
        : response;
  }

  /// Whether a script URL is really one of the loaders.
  boolean isLoader(String script) {
    String name = new BootFile(script).baseName();
    return loaders.values().stream().map(BootFile::new).anyMatch(l -> l.baseName().equals(name));
  }

  /// For the log.
  @Override
  public String toString() {
    return "next-server=%s ipxe-script=%s loaders=%s options=%s %s"
        .formatted(
            nextServer.getHostAddress(),
            LogText.of(ipxeScript),
            LogText.printable(new TreeMap<>(loaders).toString()),
            options.keySet(),
            policy);
  }
}
