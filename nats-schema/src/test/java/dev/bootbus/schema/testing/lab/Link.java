package dev.bootbus.schema.testing.lab;

import java.io.IOException;

/// An Ethernet segment of a lab.
public record Link(Lab lab, String bridge) {

  /// Has the switch look for loops (IEEE 802.1D): a port that comes up listens and learns for five
  /// seconds, before it lets anything through.
  public void spanningTree() throws IOException {
    lab.theSwitch()
        .run("ip link set %s type bridge forward_delay 250 stp_state 1".formatted(bridge));
  }

  /// A program on the switch, which sees all that passes.
  ///
  /// @param command with the segment's interface for each `%s`
  public Program tap(String command) throws IOException {
    return lab.theSwitch().start(command.formatted(bridge).split(" "));
  }
}
