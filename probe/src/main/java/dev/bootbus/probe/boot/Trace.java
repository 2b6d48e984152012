package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.Step;
import dev.bootbus.probe.boot.Walk.What;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.runtime.terminal.Terminal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a walk has come by until now. For one thread.
final class Trace {
  /// More than any walk has that ends; what comes beyond it is not kept.
  private static final int MAX = 1000;

  private static final int MAX_TEXT = 500;

  private final long start = System.nanoTime();
  private final long deadline;
  private final Watcher watcher;
  private final List<Step> steps = new ArrayList<>();
  private final List<Finding> notes = new ArrayList<>();
  private String stage = "";

  /// @param watcher is told each step when it is over
  Trace(Duration deadline, Watcher watcher) {
    this.deadline = start + deadline.toNanos();
    this.watcher = watcher;
  }

  void enter(String next) {
    stage = next;
  }

  Duration now() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  boolean isOver() {
    return left().isZero();
  }

  void step(What what, String text, Duration begin, Mark mark) {
    String said = Terminal.printable(text);
    String cut = said.length() > MAX_TEXT ? said.substring(0, MAX_TEXT) + "…" : said;
    Step step = new Step(stage, what, cut, begin, now().minus(begin), mark);
    if (steps.size() < MAX) {
      steps.add(step);
      watcher.step(step);
    }
  }

  void leased(Lease lease) {
    watcher.leased(lease);
  }

  Optional<Finding> fetched(URI uri, byte[] sha256, long size) {
    return watcher.fetched(uri, sha256, size);
  }

  void note(Finding finding) {
    if (notes.size() < MAX && !notes.contains(finding)) {
      notes.add(finding);
    }
  }

  /// Of what each program on the way sees again.
  void noteOnce(Finding finding) {
    if (notes.stream().noneMatch(note -> note.cause() == finding.cause())) {
      note(finding);
    }
  }

  List<Step> steps() {
    return steps;
  }

  List<Finding> notes() {
    return notes;
  }
}
