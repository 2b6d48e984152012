package dev.bootbus.kernel.catalogue;

/// Where something of the catalogue comes from; the later of these go before the earlier.
public sealed interface Origin {

  /// It came with Bootbus.
  record Shipped() implements Origin {
    @Override
    public String toString() {
      return "shipped with Bootbus";
    }
  }

  /// It was made by API, and stands in the bucket.
  ///
  /// @param revision of its record
  record Stored(long revision) implements Origin {
    @Override
    public String toString() {
      return "there already";
    }
  }

  /// An operator's file says it, and nothing else can change it.
  record File(String file, int line) implements Origin {
    @Override
    public String toString() {
      return "declared in " + file + ", line " + line;
    }
  }
}
