package dev.bootbus.kernel.catalogue;

import java.util.Arrays;
import java.util.Optional;

/// A file that an installer or the booted system reads, written for one machine and for no other's
/// eyes. The catalogue says from which template, under `config`.
public enum ConfigFile {
  USER_DATA("user-data", "text/plain"),
  META_DATA("meta-data", "text/plain"),
  VENDOR_DATA("vendor-data", "text/plain"),
  NETWORK_CONFIG("network-config", "text/plain"),
  IGNITION("ignition", "application/vnd.coreos.ignition+json"),
  PRESEED("preseed", "text/plain"),
  KICKSTART("kickstart", "text/plain"),
  AUTOINSTALL("autoinstall", "text/plain"),
  SSH_KEYS("ssh_keys", "text/plain"),
  K3OS("k3os/config", "text/plain"),
  TALOS("talos/config", "text/plain");

  private final String path;
  private final String mediaType;

  ConfigFile(String path, String mediaType) {
    this.path = path;
    this.mediaType = mediaType;
  }

  public String path() {
    return path;
  }

  public String mediaType() {
    return mediaType;
  }

  public static Optional<ConfigFile> of(String path) {
    return Arrays.stream(values()).filter(file -> file.path.equals(path)).findFirst();
  }
}
