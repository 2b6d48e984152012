package dev.bootbus.kernel.catalogue;

/// Where the text of a file comes from that is named under `config`.
interface Templates {
  /// So that the answer fits into one message.
  int MAX_SIZE = 256 << 10;

  /// The value is the text.
  Templates INLINE = Templates::inline;

  String text(Section config, String name) throws CatalogueException;

  static String inline(Section config, String name) throws CatalogueException {
    String text = config.raw(name);
    if (text.length() > MAX_SIZE) {
      throw config.complaint(name, "larger than " + MAX_SIZE + " characters");
    }
    return text;
  }
}
