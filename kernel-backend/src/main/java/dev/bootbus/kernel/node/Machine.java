package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A machine as it is served: what the operator says of it, else what has been learnt, else what
/// can be made up.
///
/// @param mac the first of its hardware addresses, which is its key
/// @param address fixed for this machine, or null for one from the pool
/// @param kernel name of the kernel it is to boot, or empty for the default
/// @param groups names, in the operator's order
/// @param controlNode whether it is the one that the others of its groups join
/// @param sshKeys its own lines of an `authorized_keys`
/// @param options free values for command lines and templates
public record Machine(
    MacAddress mac,
    String hostname,
    Architecture arch,
    String kernel,
    boolean netboot,
    @Nullable Inet4Address address,
    Stage stage,
    Status status,
    List<String> groups,
    boolean controlNode,
    List<String> sshKeys,
    Map<String, String> options,
    Sighting sighting) {

  public Machine {
    groups = List.copyOf(groups);
    sshKeys = List.copyOf(sshKeys);
    options = Map.copyOf(options);
  }

  public Machine(
      MacAddress mac,
      String hostname,
      Architecture arch,
      String kernel,
      boolean netboot,
      @Nullable Inet4Address address) {
    this(
        mac,
        hostname,
        arch,
        kernel,
        netboot,
        address,
        Stage.COMMISSIONING,
        Status.UNKNOWN,
        List.of(),
        false,
        List.of(),
        Map.of(),
        Sighting.NONE);
  }

  /// What YAML declares goes before what the API says, field by field; both lists of keys count.
  ///
  /// @param mac the first of its hardware addresses
  public static Machine of(MacAddress mac, @Nullable Declared declared, @Nullable Node node) {
    return declared == null && node != null
        ? of(mac, node.given(), node)
        : of(
            mac,
            declared == null
                ? Given.NONE
                : declared(declared, node == null ? Given.NONE : node.given()),
            node == null ? Node.stranger(mac) : node);
  }

  private static Machine of(MacAddress mac, Given given, Node node) {
    return new Machine(
        mac,
        given.hostname().isEmpty() ? HostNames.longOf(mac) : given.hostname(),
        node.arch(),
        given.kernel(),
        given.netboot(),
        given.address(),
        node.progress().stage(),
        node.progress().status(),
        given.groups(),
        given.controlNode(),
        given.sshKeys(),
        given.options(),
        node.sighting());
  }

  /// What holds of a node that is declared.
  static Given declared(Declared declared, Given given) {
    return new Given(
        both(declared.macs(), given.macs()),
        declared.hostname().isEmpty() ? given.hostname() : declared.hostname(),
        declared.address() == null ? given.address() : declared.address(),
        declared.kernel().isEmpty() ? given.kernel() : declared.kernel(),
        declared.netboot() == null ? given.netboot() : declared.netboot(),
        declared.groups().isEmpty() ? given.groups() : declared.groups(),
        declared.controlNode() == null ? given.controlNode() : declared.controlNode(),
        both(declared.provision().sshKeys(), given.sshKeys()),
        both(declared.options(), given.options()));
  }

  private static <T> List<T> both(List<T> first, List<T> then) {
    return first.isEmpty()
        ? then
        : then.isEmpty() ? first : Stream.concat(first.stream(), then.stream()).distinct().toList();
  }

  private static Map<String, String> both(Map<String, String> first, Map<String, String> then) {
    if (first.isEmpty() || then.isEmpty()) {
      return first.isEmpty() ? then : first;
    }
    Map<String, String> all = new HashMap<>(then);
    all.putAll(first);
    return all;
  }

  /// The same machine with another kernel to boot.
  public Machine withKernel(String other) {
    return new Machine(
        mac,
        hostname,
        arch,
        other,
        netboot,
        address,
        stage,
        status,
        groups,
        controlNode,
        sshKeys,
        options,
        sighting);
  }
}
