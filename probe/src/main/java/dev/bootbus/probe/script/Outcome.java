package dev.bootbus.probe.script;

import dev.bootbus.probe.Finding;
import java.util.List;

/// What became of a script.
///
/// @param findings on the way, each with the line; that of [Reading.Broken] is not among them
/// @param menus that were passed, in their order
/// @param said what it printed, bounded
public record Outcome(
    Reading reading, List<Finding> findings, List<Menu> menus, List<String> said) {
  public Outcome {
    findings = List.copyOf(findings);
    menus = List.copyOf(menus);
    said = List.copyOf(said);
  }
}
