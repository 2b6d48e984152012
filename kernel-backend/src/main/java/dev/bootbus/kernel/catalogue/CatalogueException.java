package dev.bootbus.kernel.catalogue;

/// A catalogue that cannot be used. The message names file, line and field; there is no stack
/// trace, because the fault is the file's.
public final class CatalogueException extends Exception {
  private static final long serialVersionUID = 1;

  private final String field;
  private final String fault;

  CatalogueException(String message) {
    this(message, "", message);
  }

  private CatalogueException(String message, String field, String fault) {
    super(message, null, false, false);
    this.field = field;
    this.fault = fault;
  }

  static CatalogueException at(String file, int line, String message) {
    return new CatalogueException(file + ":" + line + ": " + message, "", message);
  }

  static CatalogueException at(String file, int line, String field, String fault) {
    return new CatalogueException(file + ":" + line + ": " + field + ": " + fault, field, fault);
  }

  /// Where in the document, as `config.user-data`; empty for the whole.
  String field() {
    return field;
  }

  /// The message without the place.
  String fault() {
    return fault;
  }
}
