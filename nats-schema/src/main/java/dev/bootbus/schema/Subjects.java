package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

/// Where on the bus each request goes.
///
/// @param dhcp [DhcpRequest]; `tinkerbell.dhcp` or `dhcp` to meet an existing Go peer
/// @param file [FileRequest]
/// @param event what [BootEvent] subjects begin with, without the dot
public record Subjects(String dhcp, String file, String event) {
  public static final Subjects DEFAULT =
      new Subjects("bootbus.v1.dhcp", "bootbus.v1.file", "bootbus.v1.event");

  public Subjects {
    requireNonNull(dhcp, "dhcp is null");
    requireNonNull(file, "file is null");
    requireNonNull(event, "event is null");
    check(dhcp);
    check(file);
    check(event);
  }

  private static void check(String subject) {
    if (!subject.matches("[!-~&&[^.*>]]+(\\.[!-~&&[^.*>]]+)*")) {
      throw new IllegalArgumentException(
          "not a subject to ask on: '" + subject + "' (words joined by dots, without * and >)");
    }
  }

  public Subjects withDhcp(String subject) {
    return new Subjects(subject, file, event);
  }

  public Subjects withFile(String subject) {
    return new Subjects(dhcp, subject, event);
  }

  String of(EventKind kind) {
    return event + "." + kind.token();
  }
}
