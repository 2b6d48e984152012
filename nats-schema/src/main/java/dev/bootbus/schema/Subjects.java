package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

/// Where on the bus each request goes.
///
/// @param dhcp [DhcpRequest]; `tinkerbell.dhcp` or `dhcp` to meet an existing Go peer
/// @param file [FileRequest]
/// @param event what [BootEvent] subjects begin with, without the dot
/// @param api what subjects of questions in plain JSON begin with, without the dot
public record Subjects(String dhcp, String file, String event, String api) {
  private static final String API = "bootbus.v1";

  public static final Subjects DEFAULT =
      new Subjects("bootbus.v1.dhcp", "bootbus.v1.file", "bootbus.v1.event");

  public Subjects {
    requireNonNull(dhcp, "dhcp is null");
    requireNonNull(file, "file is null");
    requireNonNull(event, "event is null");
    requireNonNull(api, "api is null");
    check(dhcp);
    check(file);
    check(event);
    check(api);
  }

  public Subjects(String dhcp, String file, String event) {
    this(dhcp, file, event, API);
  }

  private static void check(String subject) {
    if (!subject.matches("[!-~&&[^.*>]]+(\\.[!-~&&[^.*>]]+)*")) {
      throw new IllegalArgumentException(
          "not a subject to ask on: '" + subject + "' (words joined by dots, without * and >)");
    }
  }

  public Subjects withDhcp(String subject) {
    return new Subjects(subject, file, event, api);
  }

  public Subjects withFile(String subject) {
    return new Subjects(dhcp, subject, event, api);
  }

  public Subjects withApi(String subject) {
    return new Subjects(dhcp, file, event, subject);
  }

  /// @param what such as `nodes.list`
  public String ofApi(String what) {
    return api + "." + what;
  }

  String of(EventKind kind) {
    return event + "." + kind.token();
  }
}
