package dev.bootbus.kernel.node;

import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What somebody has said of a node over the API; its host name may have been made up.
///
/// @param macs the other hardware addresses of the machine
/// @param address for this machine and no other, or null for one from a pool
/// @param kernel name of a kernel in the catalogue, or empty for the default
public record Given(
    List<MacAddress> macs,
    String hostname,
    @Nullable Inet4Address address,
    String kernel,
    boolean netboot,
    List<String> groups,
    boolean controlNode,
    List<String> sshKeys,
    Map<String, String> options) {
  public static final Given NONE = name("");

  public Given {
    macs = List.copyOf(macs);
    groups = List.copyOf(groups);
    sshKeys = List.copyOf(sshKeys);
    options = Map.copyOf(options);
  }

  /// Nothing but a name.
  public static Given name(String hostname) {
    return new Given(List.of(), hostname, null, "", true, List.of(), false, List.of(), Map.of());
  }

  public Given named(String other) {
    return new Given(macs, other, address, kernel, netboot, groups, controlNode, sshKeys, options);
  }

  public Given withKernel(String other) {
    return new Given(
        macs, hostname, address, other, netboot, groups, controlNode, sshKeys, options);
  }

  public Given withMacs(List<MacAddress> others) {
    return new Given(
        others, hostname, address, kernel, netboot, groups, controlNode, sshKeys, options);
  }

  public Given withAddress(@Nullable Inet4Address other) {
    return new Given(macs, hostname, other, kernel, netboot, groups, controlNode, sshKeys, options);
  }

  public Given withOptions(Map<String, String> others) {
    return new Given(
        macs, hostname, address, kernel, netboot, groups, controlNode, sshKeys, others);
  }
}
