package dev.bootbus.probe.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.runtime.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a storm came to.
///
/// @param clients machines that were to boot
/// @param took from the first one's power switch to the last one's end
/// @param released addresses that were given back
/// @param silence whether not one of them was answered
record Summary(
    int clients,
    Tally.Count count,
    List<Tally.Times> times,
    List<Tally.Failed> failures,
    Duration took,
    int released,
    boolean silence) {
  private static final double MICROS = 1e6;
  private static final double MILLIS = 1e3;

  static Summary of(int clients, Tally tally, Duration took, int released) {
    return new Summary(
        clients,
        tally.count(),
        tally.times(),
        tally.failures(),
        took,
        released,
        tally.silent() == clients);
  }

  boolean allBooted() {
    return count.booted() == clients;
  }

  private double seconds() {
    return took.toNanos() / 1e9;
  }

  private double perSecond(long what) {
    return what / Math.max(1e-3, seconds());
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "%d of %d machines booted in %.1f s: %.1f machines/s, %.1f MB/s",
            count.booted(),
            clients,
            seconds(),
            perSecond(count.booted()),
            perSecond(count.bytes()) / 1e6));
    lines.add(line("%-16s %9s %9s %9s %9s %9s", "seconds", "machines", "p50", "p90", "p99", "max"));
    for (Tally.Times t : times) {
      lines.add(
          line(
              "%-16s %9d %9.3f %9.3f %9.3f %9.3f",
              t.stage().word(),
              t.machines(),
              t.p50() / MICROS,
              t.p90() / MICROS,
              t.p99() / MICROS,
              t.max() / MICROS));
    }
    for (Tally.Failed failed : failures) {
      lines.add(
          line(
              "%d failed: %s (%s)",
              failed.machines(), failed.cause().title(), failed.cause().code()));
      String example = failed.example().isEmpty() ? "" : ": " + printable(failed.example());
      lines.add("  the first at " + failed.stage().word() + example);
      lines.add("  do: " + failed.cause().remedy());
    }
    lines.add(line("%d addresses released", released));
    return lines;
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String printable(String text) {
    return Terminal.printable(text);
  }

  /// Times in milliseconds.
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("clients", clients)
        .put("booted", count.booted())
        .put("failed", count.failed())
        .put("released", released)
        .put("seconds", seconds())
        .put("machinesPerSecond", perSecond(count.booted()))
        .put("bytes", count.bytes())
        .put("bytesPerSecond", perSecond(count.bytes()));
    ObjectNode stages = json.putObject("stages");
    for (Tally.Times t : times) {
      stages
          .putObject(t.stage().word())
          .put("machines", t.machines())
          .put("p50", t.p50() / MILLIS)
          .put("p90", t.p90() / MILLIS)
          .put("p99", t.p99() / MILLIS)
          .put("max", t.max() / MILLIS);
    }
    ArrayNode failed = json.putArray("failures");
    for (Tally.Failed f : failures) {
      failed
          .addObject()
          .put("cause", f.cause().code())
          .put("title", f.cause().title())
          .put("remedy", f.cause().remedy())
          .put("stage", f.stage().word())
          .put("machines", f.machines())
          .put("example", f.example());
    }
    return json;
  }
}
