package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootMenu.Item;
import dev.bootbus.schema.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/// The settings that say which machines boot in another way, and when.
final class ExceptionFlags {
  private static final int MAX_TYPE = 65535;

  @Option(
      names = "--machine-file",
      paramLabel = "MAC=NAME",
      showDefaultValue = Visibility.NEVER,
      description = "What this machine loads instead of its class's boot file; repeatable.")
  private List<String> machineFiles = new ArrayList<>();

  @Option(
      names = "--marker",
      paramLabel = "CLASS",
      defaultValue = BootPolicy.DEFAULT_MARKER,
      description = "User class of your own iPXE, which gets the script at once.")
  private String marker = "";

  @Option(
      names = "--loop-limit",
      paramLabel = "TIMES",
      defaultValue = "" + BootPolicy.DEFAULT_LOOP_LIMIT,
      description =
          "How often in a minute a machine gets the same loader, until it gets the"
              + " script instead; 0: for ever.")
  private int loopLimit;

  @Option(
      names = "--exit-script",
      paramLabel = "URL",
      defaultValue = "",
      showDefaultValue = Visibility.NEVER,
      description =
          "iPXE script that ends iPXE, for machines that must not boot from the network"
              + " and whose firmware needs to be told.")
  private String exitScript = "";

  @Option(
      names = "--unknown-script",
      paramLabel = "URL",
      defaultValue = "",
      showDefaultValue = Visibility.NEVER,
      description = {
        "What a machine loads in auto-proxy mode that no backend knows.",
        "  Default: --ipxe-script"
      })
  private String unknownScript = "";

  @Option(
      names = "--freebsd-root",
      paramLabel = "PATH",
      defaultValue = "",
      showDefaultValue = Visibility.NEVER,
      description = "Root path for FreeBSD's loaders, HOST:/PATH for NFS; empty: TFTP.")
  private String freeBsdRoot = "";

  @Option(
      names = "--proxy-style",
      paramLabel = "CLASS=STYLE",
      showDefaultValue = Visibility.NEVER,
      description =
          "Where a class of firmware learns its boot file in proxy mode: offer, or"
              + " boot-service (port 4011); repeatable.")
  private List<String> proxyStyles = new ArrayList<>();

  @Option(
      names = "--menu-item",
      paramLabel = "TYPE=LABEL",
      showDefaultValue = Visibility.NEVER,
      description =
          "A line of the PXE boot menu; TYPE is any number, and 0 the next boot device;"
              + " repeatable.")
  private List<String> menuItems = new ArrayList<>();

  @Option(
      names = "--menu-file",
      paramLabel = "TYPE/CLASS=NAME",
      showDefaultValue = Visibility.NEVER,
      description = "What that line boots on a class of firmware; repeatable.")
  private List<String> menuFiles = new ArrayList<>();

  @Option(
      names = "--menu-prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      showDefaultValue = Visibility.NEVER,
      description = "The line before the menu.")
  private String menuPrompt = "";

  @Option(
      names = "--menu-timeout",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Until the first line is taken; 0: at once, 255: never.")
  private int menuTimeout;

  /// @param unknown whether there is to be a script for unknown machines
  /// @param settings that these are the exceptions from
  /// @throws IllegalArgumentException with one sentence for the operator
  BootPolicy policy(boolean unknown, BootSettings settings) {
    if (loopLimit < 0) {
      throw new IllegalArgumentException("--loop-limit: less than none: " + loopLimit);
    }
    return new BootPolicy(
        machines(),
        marker,
        loopLimit,
        script("--exit-script", exitScript, settings),
        unknown ? unknownScript(settings) : "",
        text("--freebsd-root", freeBsdRoot),
        styles(),
        menu());
  }

  private String unknownScript(BootSettings settings) {
    String script =
        unknownScript.isEmpty()
            ? settings.ipxeScript()
            : script("--unknown-script", unknownScript, settings);
    if (script.isEmpty()) {
      throw new IllegalArgumentException(
          "--mode: auto-proxy has no script for unknown machines: say --unknown-script");
    }
    return script;
  }

  private static String script(String flag, String url, BootSettings settings) {
    BootFlags.checkScript(flag, url, settings);
    if (!url.isEmpty() && !(new BootFile(url).isUrl() && new BootFile(url).isSendable())) {
      throw new IllegalArgumentException(flag + ": not an absolute URL: " + url);
    }
    return url;
  }

  private static String text(String flag, String text) {
    if (!text.isEmpty() && !new BootFile(text).isSendable()) {
      throw new IllegalArgumentException(flag + ": not up to 255 printable characters: " + text);
    }
    return text;
  }

  private Map<MacAddress, String> machines() {
    Map<MacAddress, String> machines = new LinkedHashMap<>();
    BootFlags.pairs("--machine-file", machineFiles)
        .forEach(
            (mac, file) ->
                machines.put(
                    parsed("--machine-file", mac, MacAddress::parse),
                    text("--machine-file " + mac, file)));
    machines.values().removeIf(String::isEmpty);
    return machines;
  }

  private static <T> T parsed(String flag, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }

  private Map<String, ProxyStyle> styles() {
    Map<String, ProxyStyle> styles = new TreeMap<>();
    BootFlags.pairs("--proxy-style", proxyStyles)
        .forEach(
            (label, style) -> {
              BootFlags.checkClass("--proxy-style", label);
              styles.put(label, style(label, style));
            });
    return styles;
  }

  private static ProxyStyle style(String label, String text) {
    return switch (text) {
      case "offer" -> ProxyStyle.OFFER;
      case "boot-service" -> ProxyStyle.BOOT_SERVICE;
      default ->
          throw new IllegalArgumentException(
              "--proxy-style %s: neither offer nor boot-service: %s".formatted(label, text));
    };
  }

  private BootMenu menu() {
    Map<Integer, Map<String, String>> files = new LinkedHashMap<>();
    BootFlags.pairs("--menu-file", menuFiles)
        .forEach((place, file) -> menuFile(place, file, files));
    List<Item> items = new ArrayList<>();
    BootFlags.pairs("--menu-item", menuItems)
        .forEach(
            (text, label) -> {
              int type = type("--menu-item", text);
              Map<String, String> own = files.remove(type);
              items.add(
                  parsed(
                      "--menu-item " + text,
                      label,
                      said -> new Item(said, type, own == null ? Map.of() : own)));
            });
    if (!files.isEmpty()) {
      throw new IllegalArgumentException(
          "--menu-file: there is no --menu-item " + files.keySet().iterator().next());
    }
    return parsed("--menu-item", menuPrompt, prompt -> new BootMenu(prompt, menuTimeout, items));
  }

  private static void menuFile(String place, String file, Map<Integer, Map<String, String>> files) {
    String[] parts = place.split("/", 2);
    if (parts.length < 2) {
      throw new IllegalArgumentException("--menu-file: not TYPE/CLASS: " + place);
    }
    int type = type("--menu-file", parts[0]);
    BootFlags.checked("--menu-file", parts[1], file);
    files.computeIfAbsent(type, t -> new TreeMap<>()).put(parts[1], file);
  }

  private static int type(String flag, String text) {
    int type = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
    if (type < 0 || type > MAX_TYPE) {
      throw new IllegalArgumentException(flag + ": not a type from 0 to 65535: " + text);
    }
    return type;
  }
}
