package dev.bootbus.schema.conformance;

import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.conformance.Report.Outcome;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A backend as the kit sees it, with as few requests as tell the same.
record Judged(Report report) {
  /// It has letters, so that upper case differs.
  static final MacAddress KNOWN = MacAddress.parse("52:54:00:ab:cd:10");

  static final String ADDRESS = "192.0.2.10";
  static final Simulator.Machines MACHINES =
      new Simulator.Machines(ADDRESS, "http://192.0.2.1/boot.ipxe?a=1&b=2", Set.of(KNOWN));
  static final int AT_ONCE = 60;

  /// Long enough for a busy machine, where only a backend's silence would make it long.
  static final Plan.Patience USUAL =
      new Plan.Patience(
          Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMillis(50), 10, AT_ONCE);

  static final Plan.Patience SHORT =
      new Plan.Patience(
          Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(50), 10, AT_ONCE);

  static Plan plan(Subjects subjects) {
    return Plan.of(subjects, USUAL.deadline()).withKnown(KNOWN, ADDRESS).withPatience(USUAL);
  }

  static Judged by(Connection connection, Plan plan) throws InterruptedException {
    return new Judged(Kit.run(connection, plan, new Silent()).orElseThrow());
  }

  List<String> names(Outcome outcome) {
    return report.lines().stream()
        .filter(line -> line.outcome() == outcome)
        .map(line -> line.check().name())
        .collect(Collectors.toList());
  }

  Report.Line line(String check) {
    return report.lines().stream()
        .filter(line -> line.check().name().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static final class Silent implements Kit.Watcher {
    @Override
    public void begins(int number, Check check) {}

    @Override
    public void ended(Report.Line line) {}
  }
}
