package dev.bootbus.packaging.watched;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A dashboard of Grafana's, as far as ours go.
public record Dashboard(String title, List<Panel> panels) {
  /// @param kind `timeseries`, `stat`, `bargauge`, `heatmap` or `row`
  /// @param x of 24 columns
  /// @param y in rows, as [#width] and [#height] are in columns and rows
  /// @param max of the scale
  /// @param stacked whether series stand on one another
  /// @param steps by value, upwards
  public record Panel(
      String kind,
      String title,
      int x,
      int y,
      int width,
      int height,
      String unit,
      Optional<Double> max,
      boolean stacked,
      List<Step> steps,
      List<Target> targets) {}

  /// @param from the value at which this color begins
  public record Step(double from, String color) {}

  /// @param legend with `{{label}}`, empty or `__auto` for all labels
  public record Target(String query, String legend) {
    /// As Grafana fills it in.
    public String filled(String rateInterval, String range) {
      return query.replace("$__rate_interval", rateInterval).replace("$__range", range);
    }
  }

  public static Dashboard read(Path file) throws IOException {
    JsonNode tree = new ObjectMapper().readTree(file.toFile());
    return new Dashboard(
        tree.path("title").asText(),
        tree.path("panels").valueStream().map(Dashboard::panel).toList());
  }

  private static Panel panel(JsonNode panel) {
    JsonNode at = panel.path("gridPos");
    JsonNode defaults = panel.at("/fieldConfig/defaults");
    return new Panel(
        panel.path("type").asText(),
        panel.path("title").asText(),
        at.path("x").asInt(),
        at.path("y").asInt(),
        at.path("w").asInt(),
        at.path("h").asInt(),
        defaults.path("unit").asText("short"),
        defaults.has("max") ? Optional.of(defaults.path("max").asDouble()) : Optional.empty(),
        defaults.at("/custom/stacking/mode").asText().equals("normal"),
        defaults
            .at("/thresholds/steps")
            .valueStream()
            .map(
                step ->
                    new Step(
                        step.path("value").asDouble(Double.NEGATIVE_INFINITY),
                        step.path("color").asText()))
            .toList(),
        panel
            .path("targets")
            .valueStream()
            .map(
                target ->
                    new Target(target.path("expr").asText(), target.path("legendFormat").asText()))
            .toList());
  }
}
