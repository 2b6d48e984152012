package dev.bootbus.dhcp;

import dev.bootbus.runtime.LogText;
import dev.bootbus.schema.MacAddress;
import java.util.Map;

/// What else the front end is told of booting: the exceptions from [BootSettings].
///
/// @param machines boot files of single machines; a backend's word wins
/// @param marker user class of an iPXE that is past the loader, whatever else it says or does not
/// @param loopLimit how often a machine may be given the same loader before it gets the script; 0:
///     for ever
/// @param exitScript script that ends iPXE, for machines that must not boot from the network and
///     whose firmware needs to be told; empty: they get nothing
/// @param unknownScript in proxy mode, script for machines that the backend does not know; empty:
///     they get nothing
/// @param freeBsdRoot root path for FreeBSD's loaders, `host:/path` for NFS; empty: they load over
///     TFTP
/// @param proxyStyles by class of firmware ([ClientClass#firmwareLabel]); the others have
///     [ProxyStyle#OFFER]
/// @param menu shown by PXE firmware for whose machine no boot file is named
public record BootPolicy(
    Map<MacAddress, String> machines,
    String marker,
    int loopLimit,
    String exitScript,
    String unknownScript,
    String freeBsdRoot,
    Map<String, ProxyStyle> proxyStyles,
    BootMenu menu) {

  public static final String DEFAULT_MARKER = "Bootbus";
  public static final int DEFAULT_LOOP_LIMIT = 3;

  public static final BootPolicy DEFAULT =
      new BootPolicy(
          Map.of(), DEFAULT_MARKER, DEFAULT_LOOP_LIMIT, "", "", "", Map.of(), BootMenu.NONE);

  public BootPolicy {
    machines = Map.copyOf(machines);
    proxyStyles = Map.copyOf(proxyStyles);
  }

  public BootPolicy withMachines(Map<MacAddress, String> files) {
    return new BootPolicy(
        files, marker, loopLimit, exitScript, unknownScript, freeBsdRoot, proxyStyles, menu);
  }

  public BootPolicy withMarker(String userClass) {
    return new BootPolicy(
        machines, userClass, loopLimit, exitScript, unknownScript, freeBsdRoot, proxyStyles, menu);
  }

  public BootPolicy withLoopLimit(int times) {
    return new BootPolicy(
        machines, marker, times, exitScript, unknownScript, freeBsdRoot, proxyStyles, menu);
  }

  public BootPolicy withExitScript(String url) {
    return new BootPolicy(
        machines, marker, loopLimit, url, unknownScript, freeBsdRoot, proxyStyles, menu);
  }

  public BootPolicy withUnknownScript(String url) {
    return new BootPolicy(
        machines, marker, loopLimit, exitScript, url, freeBsdRoot, proxyStyles, menu);
  }

  public BootPolicy withFreeBsdRoot(String path) {
    return new BootPolicy(
        machines, marker, loopLimit, exitScript, unknownScript, path, proxyStyles, menu);
  }

  public BootPolicy withProxyStyles(Map<String, ProxyStyle> styles) {
    return new BootPolicy(
        machines, marker, loopLimit, exitScript, unknownScript, freeBsdRoot, styles, menu);
  }

  public BootPolicy withMenu(BootMenu shown) {
    return new BootPolicy(
        machines, marker, loopLimit, exitScript, unknownScript, freeBsdRoot, proxyStyles, shown);
  }

  /// Whether it is an iPXE: by its own word, or by our mark, which also an iPXE keeps whose user
  /// class was set over.
  boolean isIpxe(ClientClass client) {
    return client.ipxe() || isMarked(client);
  }

  boolean isMarked(ClientClass client) {
    return !marker.isEmpty() && client.userClasses().contains(marker);
  }

  /// iPXE finds its script in the offer, and UEFI HTTP boot does not know port 4011.
  ProxyStyle style(ClientClass client) {
    return isIpxe(client) || client.firmware() != ClientClass.Firmware.PXE
        ? ProxyStyle.OFFER
        : proxyStyles.getOrDefault(client.firmwareLabel(), ProxyStyle.OFFER);
  }

  /// For the log.
  @Override
  public String toString() {
    return "machines=%d marker=%s loop-limit=%d exit-script=%s unknown-script=%s freebsd-root=%s"
            .formatted(
                machines.size(),
                LogText.of(marker),
                loopLimit,
                LogText.of(exitScript),
                LogText.of(unknownScript),
                LogText.of(freeBsdRoot))
        + " proxy-styles=%s menu-items=%d".formatted(proxyStyles, menu.items().size());
  }
}
