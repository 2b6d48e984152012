package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Many things, printed as they come.
final class Listing implements AutoCloseable {
  private final Output output;
  private final Table table;
  private @Nullable JsonGenerator json;

  Listing(Output output, List<Column> columns) {
    this.output = output;
    this.table =
        new Table(columns, output.terminal(), output.clock().instant(), output.out()::println);
  }

  /// @param columns for one that is asked for as `table`
  static Listing of(Output output, Kind kind) {
    return new Listing(output, kind.columns(output.format() == Format.wide));
  }

  void add(Iterable<? extends JsonNode> rows) {
    switch (output.format()) {
      case table, wide -> table.print(rows);
      case json, yaml -> write(rows);
      case name -> rows.forEach(row -> output.say(row.path("id").asText()));
    }
  }

  private void write(Iterable<? extends JsonNode> rows) {
    try {
      JsonGenerator to = json == null ? output.list() : json;
      json = to;
      for (JsonNode row : rows) {
        Api.JSON.writeTree(to, row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (json != null) {
        json.writeEndArray();
        json.flush();
        output.out().println();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    output.out().flush();
  }
}
