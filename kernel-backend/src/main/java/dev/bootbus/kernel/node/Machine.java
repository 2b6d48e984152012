package dev.bootbus.kernel.node;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
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

  /// The same with another kernel.
  public Machine booting(String other) {
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

  public static Machine of(MacAddress mac, @Nullable Declared declared, @Nullable Node node) {
    String hostname = declared == null ? "" : declared.hostname();
    String kernel = declared == null ? "" : declared.kernel();
    if (node != null) {
      hostname = hostname.isEmpty() ? node.hostname() : hostname;
      kernel = kernel.isEmpty() ? node.kernel() : kernel;
    }
    return new Machine(
        mac,
        hostname.isEmpty() ? HostNames.longOf(mac) : hostname,
        node == null ? Architecture.ANY : node.arch(),
        kernel,
        declared == null || declared.netboot(),
        declared == null ? null : declared.address());
  }
}
