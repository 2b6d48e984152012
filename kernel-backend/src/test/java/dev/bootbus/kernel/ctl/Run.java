package dev.bootbus.kernel.ctl;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;

/// What one call of bootctl came to.
public record Run(int code, String out, String err) {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  /// @param line the arguments, with spaces between them
  static Run of(CannedApi api, String line) {
    return of(Terminal.NONE, ("--api=" + api.url() + " " + line).split(" "));
  }

  static Run of(Terminal terminal, String... arguments) {
    return of(terminal, NOW, arguments);
  }

  /// Where nobody watches, at a time.
  public static Run at(Instant now, String... arguments) {
    return of(Terminal.NONE, now, arguments);
  }

  private static Run of(Terminal terminal, Instant now, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine(terminal, InstantSource.fixed(now))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }
}
