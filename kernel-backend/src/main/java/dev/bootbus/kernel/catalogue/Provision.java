package dev.bootbus.kernel.catalogue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a machine is given to read beside kernel and initrd.
///
/// @param templates texts with [Values] in them
/// @param sshKeys lines of an `authorized_keys`
/// @param apkovl path below the root of the overlay for a machine that has stored none, or empty
public record Provision(Map<ConfigFile, String> templates, List<String> sshKeys, String apkovl) {
  public static final Provision NONE = new Provision(Map.of(), List.of(), "");

  private static final Pattern SSH_KEY = Pattern.compile("[!-~][ -~]*");

  public Provision {
    templates = Map.copyOf(templates);
    sshKeys = List.copyOf(sshKeys);
  }

  /// @throws IllegalArgumentException if it is more than one line, or not ASCII
  static String checkSshKey(String line) {
    if (!SSH_KEY.matcher(line).matches()) {
      throw new IllegalArgumentException("not one line of ASCII");
    }
    return line;
  }

  /// What is said here, and the other where nothing is; the keys of both.
  public Provision over(Provision other) {
    Map<ConfigFile, String> all = new EnumMap<>(ConfigFile.class);
    all.putAll(other.templates);
    all.putAll(templates);
    List<String> keys = new ArrayList<>(sshKeys);
    other.sshKeys.stream().filter(key -> !keys.contains(key)).forEach(keys::add);
    return new Provision(all, keys, apkovl.isEmpty() ? other.apkovl : apkovl);
  }

  /// The template of a file: the operator's, else what can be said without one.
  public Optional<String> template(ConfigFile file) {
    String given = templates.get(file);
    return given != null ? Optional.of(given) : preset(file);
  }

  private Optional<String> preset(ConfigFile file) {
    return switch (file) {
      // without it cloud-init takes the user-data for nobody's
      case META_DATA -> Optional.of("instance-id: ${mac-dashed}\nlocal-hostname: ${hostname}\n");
      case SSH_KEYS -> sshKeys.isEmpty() ? Optional.empty() : Optional.of(literal(lines(sshKeys)));
      case K3OS -> Optional.of("hostname: \"${hostname}\"\nssh_authorized_keys:" + yaml(sshKeys));
      case USER_DATA, VENDOR_DATA, NETWORK_CONFIG, IGNITION, PRESEED, KICKSTART, AUTOINSTALL, TALOS ->
          Optional.empty();
    };
  }

  private static String lines(List<String> keys) {
    return keys.stream().map(key -> key + "\n").collect(Collectors.joining());
  }

  private static String yaml(List<String> keys) {
    return keys.isEmpty()
        ? " []\n"
        : literal(
            keys.stream()
                .map(key -> key.replace("\\", "\\\\").replace("\"", "\\\""))
                .collect(Collectors.joining("\"\n  - \"", "\n  - \"", "\"\n")));
  }

  /// No [Values] in it.
  private static String literal(String text) {
    return text.replace("${", "$${");
  }
}
