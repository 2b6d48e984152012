package dev.bootbus.packaging.watched;

import dev.bootbus.packaging.watched.Chart.Area;
import dev.bootbus.packaging.watched.Chart.Named;
import dev.bootbus.packaging.watched.Dashboard.Panel;
import dev.bootbus.packaging.watched.Dashboard.Step;
import dev.bootbus.packaging.watched.Dashboard.Target;
import dev.bootbus.packaging.watched.Prometheus.Series;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Draws a dashboard as one SVG from what a Prometheus has scraped, where there is no Grafana.
public final class Picture {
  private static final int COLUMN = 58;
  private static final int ROW = 34;
  private static final int GAP = 8;
  private static final int HEAD = 44;
  private static final int COLUMNS = 24;
  private static final int STEPS = 120;

  /// Of Grafana: four times the scrape interval, which is 2 s where the picture is made.
  private static final String RATE_INTERVAL = "10s";

  private static final Map<String, String> COLORS =
      Map.of("green", "#4f9d4f", "orange", "#e0752d", "red", "#b8443c");

  private final Prometheus prometheus;
  private final Instant since;
  private final Instant until;
  private final Duration step;

  private Picture(Prometheus prometheus, Instant since, Instant until) {
    this.prometheus = prometheus;
    this.since = since;
    this.until = until;
    this.step = Duration.ofSeconds(Math.max(1, Duration.between(since, until).toSeconds() / STEPS));
  }

  /// `DASHBOARD.json PROMETHEUS-URL SINCE UNTIL PICTURE.svg`, times in seconds since 1970.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 5) {
      System.err.println("usage: Picture DASHBOARD.json PROMETHEUS-URL SINCE UNTIL PICTURE.svg");
      System.exit(2);
    }
    Dashboard dashboard = Dashboard.read(Path.of(arguments[0]));
    Instant since = Instant.ofEpochSecond(Long.parseLong(arguments[2]));
    Instant until = Instant.ofEpochSecond(Long.parseLong(arguments[3]));
    Files.writeString(
        Path.of(arguments[4]),
        of(dashboard, new Prometheus(URI.create(arguments[1])), since, until));
  }

  /// @return the SVG
  static String of(Dashboard dashboard, Prometheus prometheus, Instant since, Instant until)
      throws IOException, InterruptedException {
    Picture picture = new Picture(prometheus, since, until);
    int width = COLUMNS * COLUMN + GAP;
    int rows =
        dashboard.panels().stream().mapToInt(panel -> panel.y() + panel.height()).max().orElse(0);
    Svg svg = new Svg(width, HEAD + rows * ROW + GAP);
    svg.put("<rect width=\"100%%\" height=\"100%%\" fill=\"#f4f5f5\"/>\n");
    svg.text(GAP + 4, 28, 18, Svg.INK, "start", dashboard.title());
    svg.text(width - GAP - 4, 28, 13, Svg.FAINT, "end", since + " to " + until);
    for (Panel panel : dashboard.panels()) {
      picture.panel(svg, panel);
    }
    return svg.end();
  }

  private void panel(Svg svg, Panel panel) throws IOException, InterruptedException {
    double x = GAP + panel.x() * COLUMN;
    double y = HEAD + panel.y() * ROW;
    double width = panel.width() * COLUMN - GAP;
    double height = panel.height() * ROW - GAP;
    svg.box(x, y, width, height, "#ffffff", "#dcdfe3");
    svg.text(x + 12, y + 20, 13, Svg.INK, "start", panel.title());
    Area area = new Area(x + 10, y + 30, width - 20, height - 38);
    switch (panel.kind()) {
      case "stat" -> stat(svg, area, panel);
      case "bargauge" -> bars(svg, area, panel);
      case "timeseries" ->
          new Chart(svg, since, until, step.toSeconds())
              .draw(area, panel.unit(), panel.stacked(), over(panel));
      default -> throw new IOException(panel.title() + ": cannot draw " + panel.kind());
    }
  }

  private List<Named> now(Panel panel) throws IOException, InterruptedException {
    List<Named> named = new ArrayList<>();
    for (Target target : panel.targets()) {
      prometheus
          .query(filled(target), until)
          .forEach(series -> named.add(new Named(name(target, series), series)));
    }
    return named;
  }

  private List<Named> over(Panel panel) throws IOException, InterruptedException {
    List<Named> named = new ArrayList<>();
    for (Target target : panel.targets()) {
      prometheus.range(filled(target), since, until, step).stream()
          .filter(series -> !panel.stacked() || isMoved(series))
          .forEach(series -> named.add(new Named(name(target, series), series)));
    }
    return named;
  }

  /// A layer that is nowhere thicker than nothing only makes the legend longer.
  private static boolean isMoved(Series series) {
    return series.samples().stream().anyMatch(sample -> sample.value() != 0);
  }

  private String filled(Target target) {
    return target.filled(RATE_INTERVAL, Duration.between(since, until).toSeconds() + "s");
  }

  private static String name(Target target, Series series) {
    if (target.legend().isEmpty() || target.legend().equals("__auto")) {
      return series.labels().entrySet().stream()
          .map(label -> label.getKey() + "=" + label.getValue())
          .collect(Collectors.joining(" "));
    }
    String name = target.legend();
    for (Map.Entry<String, String> label : series.labels().entrySet()) {
      name = name.replace("{{" + label.getKey() + "}}", label.getValue());
    }
    return name;
  }

  private static String color(Panel panel, double value) {
    String color = "green";
    for (Step step : panel.steps()) {
      color = value >= step.from() ? step.color() : color;
    }
    return COLORS.getOrDefault(color, Svg.FAINT);
  }

  private void stat(Svg svg, Area area, Panel panel) throws IOException, InterruptedException {
    List<Named> named = now(panel);
    String text =
        named.isEmpty()
            ? "no data"
            : Units.text(rounded(panel, named.getFirst().series().last()), panel.unit());
    String color = named.isEmpty() ? Svg.FAINT : color(panel, named.getFirst().series().last());
    svg.text(
        area.x() + area.width() / 2, area.y() + area.height() / 2 + 18, 52, color, "middle", text);
  }

  /// Counts are whole; `increase` extrapolates.
  private static double rounded(Panel panel, double value) {
    return panel.unit().equals("short") ? Math.rint(value) : value;
  }

  private void bars(Svg svg, Area area, Panel panel) throws IOException, InterruptedException {
    List<Named> named = now(panel);
    double largest = named.stream().mapToDouble(one -> one.series().last()).max().orElse(1);
    double top = panel.max().orElse(Math.max(largest, 1));
    double label = named.stream().mapToDouble(one -> Svg.width(one.name(), 13)).max().orElse(0);
    double room = area.width() - label - 90;
    double height = Math.min(44, area.height() / Math.max(1, named.size()));
    for (int i = 0; i < named.size(); i++) {
      double value = rounded(panel, named.get(i).series().last());
      double y = area.y() + i * height;
      double middle = y + height / 2 + 4;
      double x = area.x() + label + 12;
      svg.text(area.x() + label + 4, middle, 13, Svg.INK, "end", named.get(i).name());
      svg.box(x, y + 3, room, height - 6, "#eef0f2", "none");
      svg.box(x, y + 3, room * Math.min(1, value / top), height - 6, color(panel, value), "none");
      svg.text(x + room + 8, middle, 14, Svg.INK, "start", Units.text(value, panel.unit()));
    }
  }
}
