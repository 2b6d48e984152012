package dev.bootbus.schema.testing.lab;

import java.io.IOException;

/// An Ethernet segment of a lab.
public record Link(Lab lab, String bridge) {

  /// A program on the switch, which sees all that passes.
  ///
  /// @param command with the segment's interface for each `%s`
  public Program tap(String command) throws IOException {
    return lab.theSwitch().start(command.formatted(bridge).split(" "));
  }
}
