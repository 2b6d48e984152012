package dev.bootbus.kernel.ctl;

import java.util.List;
import java.util.Map;

/// What can be listed and changed: how it is called in paths, what stands in its table, and what
/// its fields are made of.
enum Kind {
  NODES(
      "node",
      List.of(
          Column.of("ID", "id"),
          Column.of("HOSTNAME", "hostname"),
          Column.of("ADDRESS", "address"),
          Column.of("ARCH", "arch"),
          Column.of("KERNEL", "kernel"),
          Column.of("STAGE", "stage"),
          Column.of("STATUS", "status"),
          Column.age("SINCE", "since"),
          Column.of("REASON", "reason").onlyWide(),
          Column.of("ONCE", "bootOnce").onlyWide(),
          Column.of("GROUPS", "groups").onlyWide(),
          Column.of("UUID", "uuid").onlyWide(),
          Column.of("MACS", "macs").onlyWide(),
          Column.of("VENDOR", "vendorClass").onlyWide(),
          Column.of("LINK", "link").onlyWide(),
          Column.of("CIRCUIT", "circuit").onlyWide(),
          Column.age("SEEN", "firstSeen").onlyWide()),
      Map.of(
          "macs", Shape.LIST,
          "groups", Shape.LIST,
          "sshKeys", Shape.LIST,
          "netboot", Shape.BOOLEAN,
          "controlNode", Shape.BOOLEAN,
          "options", Shape.MAP)),
  KERNELS(
      "kernel",
      List.of(
          Column.of("NAME", "name"),
          Column.of("TYPE", "type"),
          Column.of("ARCH", "arch"),
          Column.of("VERSION", "version"),
          Column.of("SOURCE", "source"),
          Column.of("KERNEL", "kernel"),
          Column.of("INITRD", "initrd").onlyWide(),
          Column.of("ARCHIVE", "archive").onlyWide(),
          Column.of("CMDLINE", "cmdline").onlyWide()),
      Map.of(
          "initrd", Shape.LIST,
          "ssh-keys", Shape.LIST,
          "checksums", Shape.MAP,
          "options", Shape.MAP,
          "config", Shape.MAP,
          "installs", Shape.BOOLEAN)),
  LEASES(
      "lease",
      List.of(
          Column.of("ADDRESS", "address"),
          Column.of("MAC", "mac"),
          Column.of("HOSTNAME", "hostname"),
          Column.of("STATE", "state"),
          Column.age("EXPIRES", "expires"),
          Column.age("UPDATED", "updated").onlyWide(),
          Column.age("DELETED", "deleted").onlyWide(),
          Column.of("CLIENT-ID", "clientId").onlyWide()),
      Map.of("expires", Shape.NUMBER)),
  SETTINGS(
      "setting",
      List.of(
          Column.of("NAME", "name"),
          Column.of("VALUE", "value"),
          Column.of("UNIT", "unit"),
          Column.of("FROM", "from"),
          Column.of("FLAG", "flag").onlyWide(),
          Column.of("STORED", "stored").onlyWide(),
          Column.of("WHY", "why").onlyWide()),
      Map.of());

  /// What a field holds. A field that is not named here holds text.
  enum Shape {
    TEXT,
    BOOLEAN,
    NUMBER,
    LIST,
    MAP
  }

  private final String one;
  private final List<Column> columns;
  private final Map<String, Shape> shapes;

  Kind(String one, List<Column> columns, Map<String, Shape> shapes) {
    this.one = one;
    this.columns = columns;
    this.shapes = shapes;
  }

  /// In paths: `nodes`.
  String path() {
    return one + "s";
  }

  String one() {
    return one;
  }

  List<Column> columns(boolean wide) {
    return wide ? columns : columns.stream().filter(column -> !column.wide()).toList();
  }

  Map<String, Shape> shapes() {
    return shapes;
  }

  Shape shape(String field) {
    return shapes.getOrDefault(field, Shape.TEXT);
  }
}
