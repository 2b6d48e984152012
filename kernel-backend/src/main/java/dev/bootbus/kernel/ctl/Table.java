package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.runtime.terminal.Terminal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Rows below each other, as wide as the screen. The first rows decide how wide the columns are,
/// so that a hundred thousand rows need no memory.
final class Table {
  private static final String GAP = "  ";
  private static final String CUT = "…";
  private static final int LEAST_WIDTH = 5;
  private static final String RED = "31";
  private static final String GREEN = "32";
  private static final String YELLOW = "33";

  /// What catches the eye, by the text of the cell.
  private static final Map<String, String> COLOURS =
      Map.of(
          "failed", RED,
          "unreachable", RED,
          "declined", RED,
          "booting", YELLOW,
          "rebooting", YELLOW,
          "running", GREEN);

  private final List<Column> columns;
  private final Terminal terminal;
  private final Instant now;
  private final Consumer<String> line;
  private int[] widths = {};

  Table(List<Column> columns, Terminal terminal, Instant now, Consumer<String> line) {
    this.columns = List.copyOf(columns);
    this.terminal = terminal;
    this.now = now;
    this.line = line;
  }

  void print(Iterable<? extends JsonNode> rows) {
    List<List<String>> cells = new ArrayList<>();
    rows.forEach(row -> cells.add(cells(row)));
    if (cells.isEmpty()) {
      return;
    }
    if (widths.length == 0) {
      List<String> titles = columns.stream().map(Column::title).toList();
      cells.addFirst(titles);
      widths = widths(cells, terminal.columns());
    }
    cells.forEach(row -> line.accept(line(row)));
  }

  private List<String> cells(JsonNode row) {
    return columns.stream()
        .map(column -> Terminal.printable(column.text().apply(row, now)))
        .map(text -> text.isEmpty() ? "-" : text)
        .toList();
  }

  /// As wide as the widest cell; where that is more than there is room for, the widest columns
  /// give first.
  static int[] widths(List<List<String>> rows, int room) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    int over = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - room;
    for (; over > 0; over--) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] >= widths[widest] ? i : widest;
      }
      if (widths[widest] <= LEAST_WIDTH) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private String line(List<String> cells) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cut(cells.get(i), widths[i]);
      text.append(coloured(cell));
      if (i < widths.length - 1) {
        text.repeat(' ', Math.max(0, widths[i] - length(cell))).append(GAP);
      }
    }
    return text.toString();
  }

  private String cut(String cell, int width) {
    // where nobody has to read it on a screen, nothing is lost
    if (terminal.columns() == Integer.MAX_VALUE || length(cell) <= width) {
      return cell;
    }
    return cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + CUT;
  }

  private String coloured(String cell) {
    String colour = terminal.colour() ? COLOURS.get(cell) : null;
    return colour == null ? cell : "\u001b[" + colour + "m" + cell + "\u001b[0m";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
