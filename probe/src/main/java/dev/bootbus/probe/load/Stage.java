package dev.bootbus.probe.load;

/// The parts of a machine's way that are timed.
enum Stage {
  /// DISCOVER to ACK, of the firmware; the boot server's answer too, where it asks for that.
  ADDRESS("address"),
  LOADER("loader"),
  /// The same of the loader.
  LOADER_ADDRESS("loader-address"),
  SCRIPT("script"),
  KERNEL("kernel"),
  INITRD("initrd"),
  /// Any other, and those of `--files`.
  FILE("file"),
  /// All of it.
  BOOT("boot");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  /// In the table and in JSON.
  String word() {
    return word;
  }
}
