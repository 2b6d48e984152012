package dev.bootbus.schema;

/// A measure or a name that an event may carry: its JSON key, type and unit.
public enum EventFact {
  FILE("File", String.class, "name asked for, without a leading slash"),
  URL("Url", String.class, "script or file that iPXE or UEFI HTTP boot was told to load"),
  BYTES("Bytes", Long.class, "bytes of content sent, each counted once"),
  SECONDS("Seconds", Double.class, "from the request to its end, in seconds"),
  BLOCK_SIZE("BlockSize", Long.class, "agreed blksize, in bytes (RFC 2348)"),
  WINDOW_SIZE("WindowSize", Long.class, "agreed windowsize, in blocks (RFC 7440)"),
  RESENT("Resent", Long.class, "blocks sent again"),
  STATUS("Status", Long.class, "HTTP status code"),
  RANGE("Range", String.class, "bytes asked for, `0-1023` (RFC 9110 §14.1.2)"),
  MESSAGE_TYPE("MessageType", String.class, "type of the DHCP message: `DISCOVER`"),
  CLIENT_ARCH("ClientArch", Long.class, "first value of option 93 (RFC 4578 §2.1)"),
  CLIENT_CLASS(
      "ClientClass", String.class, "what kind of client it is: `bios`, `efi-x64-http`, `ipxe`"),
  BOOT_FILE("BootFile", String.class, "boot file name given (`file`, option 67)"),
  KERNEL("Kernel", String.class, "name of the kernel in the catalogue"),
  HOSTNAME("Hostname", String.class, "name of the node"),
  LEASE_SECONDS("LeaseSeconds", Long.class, "length of the lease, in seconds"),
  STAGE("Stage", String.class, "how far the node is on its way to its system: `provisioned`"),
  NODE_STATUS("NodeStatus", String.class, "what the node does: `booting`"),
  SETTING("Setting", String.class, "name of the setting");

  private final String key;
  private final Class<?> type;
  private final String meaning;

  EventFact(String key, Class<?> type, String meaning) {
    this.key = key;
    this.type = type;
    this.meaning = meaning;
  }

  /// In the JSON of the event's data.
  public String key() {
    return key;
  }

  /// [String], [Long] or [Double].
  public Class<?> type() {
    return type;
  }

  public String meaning() {
    return meaning;
  }

  static void check(EventFact fact, Object value) {
    if (!fact.type.isInstance(value)) {
      throw new IllegalArgumentException(
          fact.key + " is a " + fact.type.getSimpleName() + ", not " + value);
    }
  }
}
