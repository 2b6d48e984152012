package dev.bootbus.kernel.boot;

import java.time.Duration;

/// What a machine would be given to read, or why nothing.
public sealed interface Rendered {
  /// Secrets are `***` in it where it is for other eyes than the machine's.
  record Text(String mediaType, String text) implements Rendered {}

  /// There is no such node, kernel or file.
  record Unknown(Kind what, String name) implements Rendered {}

  /// It cannot be written without a value that nobody has given.
  ///
  /// @param value its name, such as `options.installDisk` or `modloop`
  /// @param sentence says where to give it
  record Missing(String value, String sentence) implements Rendered {}

  /// It is not to be had: the loader cannot do it, the machine may not, a template is broken.
  record Refused(String sentence) implements Rendered {}

  /// Not yet, as where a control node has no address.
  record NotReady(String sentence, Duration retryAfter) implements Rendered {}

  enum Kind {
    NODE,
    KERNEL,
    FILE
  }
}
