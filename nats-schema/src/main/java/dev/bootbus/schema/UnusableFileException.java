package dev.bootbus.schema;

/// A file with credentials or certificates that is missing, or is none. The message is one sentence
/// for the operator, and quotes nothing of the file.
final class UnusableFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnusableFileException(String message, Throwable cause) {
    super(message, cause);
  }

  UnusableFileException(String message) {
    super(message);
  }
}
