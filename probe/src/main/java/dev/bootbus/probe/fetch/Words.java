package dev.bootbus.probe.fetch;

import dev.bootbus.runtime.terminal.Terminal;

/// Foreign text, made fit for a terminal and short enough for a line.
final class Words {
  private static final int MOST = 200;

  private Words() {}

  static String printable(String foreign) {
    return Terminal.printable(
        foreign.length() > MOST ? foreign.substring(0, MOST) + "..." : foreign);
  }
}
