package dev.bootbus.dhcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.dhcp.wire.Bytes;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/// The settings that say what machines boot.
final class BootFlags {

  private static final int DEFAULT_HTTP_PORT = 80;
  private static final int MAX_PORT = 65535;
  private static final int MAX_OPTION_CODE = 254;

  @Option(
      names = "--next-server",
      paramLabel = "ADDRESS",
      showDefaultValue = Visibility.NEVER,
      description = {
        "Where boot files come from (siaddr, option 66).",
        "  Default: the own address"
      })
  private @Nullable Inet4Address nextServer;

  @Option(
      names = "--boot-file",
      paramLabel = "CLASS=NAME",
      showDefaultValue = Visibility.NEVER,
      description = {
        "What a class of firmware loads over TFTP; repeatable; without a NAME it gets nothing.",
        "  Default: bios=undionly.kpxe efi-ia32=ipxe-ia32.efi efi-x64=ipxe.efi"
            + " efi-arm32=ipxe-arm32.efi efi-arm64=ipxe-arm64.efi efi-riscv32=ipxe-riscv32.efi"
            + " efi-riscv64=ipxe-riscv64.efi efi-loongarch64=ipxe-loong64.efi"
      })
  private List<String> bootFiles = new ArrayList<>();

  @Option(
      names = "--boot-url",
      paramLabel = "CLASS=URL",
      showDefaultValue = Visibility.NEVER,
      description = {
        "What UEFI HTTP boot loads; repeatable; CLASS is efi-x64-http and so on.",
        "  Default: the boot file of the same architecture, from the next server by HTTP"
      })
  private List<String> bootUrls = new ArrayList<>();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "80",
      description = "Port of the next server in default URLs.")
  private int httpPort;

  @Option(
      names = "--ipxe-script",
      paramLabel = "URL",
      description = {
        "What iPXE loads where the backend names nothing; empty: what its firmware would load.",
        "  Default: boot.ipxe, from the next server by HTTP"
      })
  private @Nullable String ipxeScript;

  @Option(
      names = "--option",
      paramLabel = "CODE=TEXT",
      showDefaultValue = Visibility.NEVER,
      description = "A further DHCP option for every client; repeatable.")
  private List<String> options = new ArrayList<>();

  /// @param address our own
  /// @throws IllegalArgumentException with one sentence for the operator
  BootSettings settings(Inet4Address address) {
    if (httpPort < 1 || httpPort > MAX_PORT) {
      throw new IllegalArgumentException("--http-port: not a port: " + httpPort);
    }
    Inet4Address server = nextServer == null ? address : nextServer;
    String port = httpPort == DEFAULT_HTTP_PORT ? "" : ":" + httpPort;
    String httpBase = "http://" + server.getHostAddress() + port + "/";
    BootSettings settings =
        new BootSettings(
            address,
            server,
            loaders(httpBase),
            httpBase,
            ipxeScript == null ? httpBase + "boot.ipxe" : ipxeScript,
            furtherOptions());
    checkScript("--ipxe-script", settings.ipxeScript(), settings);
    return settings;
  }

  static void checkScript(String flag, String script, BootSettings settings) {
    if (settings.isLoader(script)) {
      throw new IllegalArgumentException(
          flag + " " + script + " is a boot file, which would load iPXE for ever");
    }
  }

  private Map<String, String> loaders(String httpBase) {
    Map<String, String> loaders = new TreeMap<>(BootSettings.DEFAULT_FILES);
    pairs("--boot-file", bootFiles)
        .forEach((label, file) -> loaders.put(label, checked("--boot-file", label, file)));
    Map<String, String> urls = new TreeMap<>();
    loaders.forEach(
        (label, file) -> {
          if (label.startsWith("efi-") && !file.isEmpty()) {
            urls.put(label + ClientClass.HTTP_SUFFIX, new BootFile(file).url(httpBase));
          }
        });
    pairs("--boot-url", bootUrls).forEach((label, url) -> urls.put(label, checkedUrl(label, url)));
    loaders.putAll(urls);
    loaders.values().removeIf(String::isEmpty);
    return loaders;
  }

  private static String checkedUrl(String label, String url) {
    if (!label.endsWith(ClientClass.HTTP_SUFFIX)) {
      throw new IllegalArgumentException(
          "--boot-url " + label + ": only classes with -http at their end load a URL");
    }
    if (!url.isEmpty() && !new BootFile(url).isUrl()) {
      throw new IllegalArgumentException("--boot-url " + label + ": not an absolute URL: " + url);
    }
    String architecture = label.substring(0, label.length() - ClientClass.HTTP_SUFFIX.length());
    return checked("--boot-url", architecture, url);
  }

  static String checked(String flag, String label, String file) {
    Architecture architecture = checkClass(flag, label);
    if (!file.isEmpty() && !new BootFile(file).isSendable()) {
      throw new IllegalArgumentException(
          flag + " " + label + ": not up to 255 printable characters: " + file);
    }
    if (!new BootFile(file).isFor(architecture)) {
      throw new IllegalArgumentException(flag + " " + label + ": wrong for this firmware: " + file);
    }
    return file;
  }

  static Architecture checkClass(String flag, String label) {
    return Architecture.named(label)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    flag + ": no class " + label + "; there are " + classes()));
  }

  private static String classes() {
    return String.join(", ", Architecture.labels());
  }

  private SortedMap<Integer, Bytes> furtherOptions() {
    SortedMap<Integer, Bytes> further = new TreeMap<>();
    pairs("--option", options)
        .forEach((code, text) -> further.put(optionCode(code), Bytes.of(text.getBytes(UTF_8))));
    return further;
  }

  private static int optionCode(String text) {
    int code = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    if (code < 1 || code > MAX_OPTION_CODE) {
      throw new IllegalArgumentException("--option: not a code from 1 to 254: " + text);
    }
    if (Draft.OWNED.contains(code)) {
      throw new IllegalArgumentException("--option " + code + ": the server sets this one itself");
    }
    return code;
  }

  static Map<String, String> pairs(String flag, List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals > 0) {
        pairs.put(text.substring(0, equals).strip(), text.substring(equals + 1));
      } else if (!text.isBlank()) {
        throw new IllegalArgumentException(flag + ": no = in " + text);
      }
    }
    return pairs;
  }
}
