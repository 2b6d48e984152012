package dev.bootbus.kernel.catalogue;

/// A catalogue that cannot be used. The message names file, line and field; there is no stack
/// trace, because the fault is the file's.
public final class CatalogueException extends Exception {
  private static final long serialVersionUID = 1;

  CatalogueException(String message) {
    super(message, null, false, false);
  }

  static CatalogueException at(String file, int line, String message) {
    return new CatalogueException(file + ":" + line + ": " + message);
  }
}
