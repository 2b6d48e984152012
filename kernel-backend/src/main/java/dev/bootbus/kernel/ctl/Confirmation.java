package dev.bootbus.kernel.ctl;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// Asks the one at the keyboard before something is lost.
///
/// @param given with `--yes`, and where nobody sits there
record Confirmation(boolean given, PrintWriter to) {

  /// @param question without its mark: `delete node storage-1`
  boolean of(String question) throws IOException {
    if (given) {
      return true;
    }
    to.print(Terminal.printable(question) + "? [y/N] ");
    to.flush();
    String line =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    return line != null && line.strip().matches("(?i)y(es)?");
  }
}
