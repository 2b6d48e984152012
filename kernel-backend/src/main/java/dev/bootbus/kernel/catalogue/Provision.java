package dev.bootbus.kernel.catalogue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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
  public static String checkSshKey(String line) {
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

  /// The operator's text of a file.
  public Optional<String> template(ConfigFile file) {
    return Optional.ofNullable(templates.get(file));
  }
}
