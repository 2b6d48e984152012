package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// iPXE's settings: what scripts set, and below that what DHCP, SMBIOS and iPXE itself know
/// (ipxe.org/cfg). `net0/`, `netX/` and `proxydhcp/` are all the one interface there is.
final class IpxeSettings {
  private static final int MAX_SET = 1_000;
  private static final int MAX_LINE = 1 << 16;

  /// Names of DHCP options with the type in which they are shown.
  private static final Map<String, Known> OPTIONS =
      Map.ofEntries(
          Map.entry("netmask", new Known(1, SettingType.IPV4)),
          Map.entry("gateway", new Known(3, SettingType.IPV4)),
          Map.entry("dns", new Known(6, SettingType.IPV4)),
          Map.entry("syslog", new Known(7, SettingType.IPV4)),
          Map.entry("hostname", new Known(12, SettingType.STRING)),
          Map.entry("domain", new Known(15, SettingType.STRING)),
          Map.entry("root-path", new Known(17, SettingType.STRING)),
          Map.entry("mtu", new Known(26, SettingType.UINT16)),
          Map.entry("ntp", new Known(42, SettingType.IPV4)),
          Map.entry("vendor-class", new Known(60, SettingType.STRING)),
          Map.entry("dhcp-server", new Known(54, SettingType.IPV4)));

  private record Known(int code, SettingType type) {}

  record Value(byte[] raw, SettingType type) {
    static Value text(String text) {
      return new Value(text.getBytes(StandardCharsets.ISO_8859_1), SettingType.STRING);
    }

    static Value number(int number) {
      return new Value(SettingType.bytes(number), SettingType.INT32);
    }
  }

  /// `[block/]name[:type]`. What is set of a second interface is apart from the first.
  record Name(String name, Optional<SettingType> type) {
    private static final Pattern OTHER_INTERFACE = Pattern.compile("net[1-9][0-9]*[./].*");

    static Name of(String text) {
      int colon = text.lastIndexOf(':');
      Optional<SettingType> type =
          colon < 0 ? Optional.empty() : SettingType.of(text.substring(colon + 1));
      String bare = type.isEmpty() ? text : text.substring(0, colon);
      boolean other = OTHER_INTERFACE.matcher(bare).matches();
      return new Name(other ? bare : bare.substring(bare.lastIndexOf('/') + 1), type);
    }
  }

  /// Different ones; a script can make up more by `exit`.
  private static final int MOST_FAILURES = 64;

  private final Run run;
  private final Map<String, Value> set = new HashMap<>();
  private int errno;
  private final Set<String> failures = new HashSet<>();
  private URI folder;

  IpxeSettings(Run run, URI folder) {
    this.run = run;
    this.folder = folder;
  }

  /// Relative names are relative to this: `${cwuri}`.
  URI folder() {
    return folder;
  }

  void folder(URI uri) {
    folder = uri;
  }

  /// What failed last, as `${errno}` has it.
  void failed(int code) {
    errno = code;
    if (failures.size() < MOST_FAILURES) {
      failures.add(errno());
    }
  }

  private String errno() {
    return String.format("0x%08x", errno);
  }

  /// Whether the number of something that failed is in there.
  boolean namesFailure(String text) {
    return failures.stream().anyMatch(text::contains);
  }

  /// @return false where the text is not of the type
  boolean set(String name, String text) {
    Name setting = Name.of(name);
    SettingType type =
        setting
            .type()
            .orElse(
                switch (setting.name()) {
                  case "ip", "netmask", "gateway", "dns", "next-server", "syslog" ->
                      SettingType.IPV4;
                  case "mac" -> SettingType.HEX;
                  default -> SettingType.STRING;
                });
    Optional<byte[]> raw = type.read(text);
    raw.ifPresent(bytes -> put(setting.name(), new Value(bytes, type)));
    return raw.isPresent();
  }

  void put(String name, Value value) {
    if (set.size() < MAX_SET || set.containsKey(name)) {
      set.put(name, value);
    }
  }

  void clear(String name) {
    set.remove(Name.of(name).name());
  }

  /// @return its text in the type asked for; none where it is not set
  Optional<String> get(String text) {
    Name name = Name.of(text);
    return value(name.name()).map(value -> name.type().orElse(value.type()).write(value.raw()));
  }

  private Optional<Value> value(String name) {
    Value own = set.get(name);
    return own != null ? Optional.of(own) : builtIn(name);
  }

  private Optional<Value> builtIn(String name) {
    Machine machine = run.machine;
    return switch (name) {
      case "mac" -> Optional.of(new Value(machine.mac().bytes(), SettingType.HEX));
      case "ip" -> Optional.of(new Value(machine.address().getAddress(), SettingType.IPV4));
      case "next-server" ->
          Optional.of(new Value(machine.nextServer().getAddress(), SettingType.IPV4));
      case "filename" ->
          Optional.of(machine.bootFile()).filter(file -> !file.isEmpty()).map(Value::text);
      case "uuid" -> machine.uuid().map(uuid -> new Value(bytes(uuid), SettingType.UUID));
      case "platform" ->
          Optional.of(
              Value.text(
                  switch (machine.target().firmware()) {
                    case BIOS -> "pcbios";
                    case EFI, U_BOOT, RASPBERRY_PI, OTHER -> "efi";
                  }));
      case "buildarch" -> Optional.of(Value.text(Ipxe.buildArchitecture(machine.target())));
      case "version" -> Optional.of(Value.text("1.21.1"));
      case "user-class" -> Optional.of(Value.text("iPXE"));
      case "errno" -> Optional.of(Value.text(errno()));
      case "cwuri" -> Optional.of(Value.text(folder.toString()));
      case "cwduri" -> Locations.resolve(folder, ".").map(URI::toString).map(Value::text);
      case "memsize" -> Optional.of(Value.number(4096));
      case "unixtime" -> Optional.of(Value.number(0));
      case "bustype" -> Optional.of(Value.text("PCI"));
      case "manufacturer", "product", "serial", "asset", "board-serial" ->
          Optional.ofNullable(machine.board().get(name)).map(Value::text);
      default -> option(name);
    };
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /// A DHCP option by its name or number: `${210:string}`.
  private Optional<Value> option(String name) {
    Known known = OPTIONS.get(name);
    if (known == null) {
      known =
          SettingType.integer(name)
              .filter(code -> code > 0 && code < 255)
              .map(code -> new Known(code.intValue(), SettingType.HEX))
              .orElse(null);
    }
    if (known == null) {
      return Optional.empty();
    }
    SettingType type = known.type();
    return run.machine
        .options()
        .raw(known.code())
        .map(Bytes::toArray)
        .map(raw -> new Value(raw, type));
  }

  /// Replaces the innermost `${…}` again and again, as `expand_settings` of iPXE does: a value may
  /// hold another.
  String expand(String text, String where) {
    String rest = text;
    while (true) {
      int end = -1;
      int start = -1;
      int first = rest.indexOf("${");
      if (first >= 0) {
        end = rest.indexOf('}', first);
        start = end < 0 ? -1 : rest.lastIndexOf("${", end);
      }
      if (start < 0) {
        return rest;
      }
      run.step(where);
      String value = get(rest.substring(start + 2, end)).orElse("");
      rest = rest.substring(0, start) + value + rest.substring(end + 1);
      run.expanded(rest.length(), where);
      if (rest.length() > MAX_LINE) {
        throw new Run.End(Cause.SCRIPT_ENDLESS, where + ": its variables grow without end");
      }
    }
  }
}
