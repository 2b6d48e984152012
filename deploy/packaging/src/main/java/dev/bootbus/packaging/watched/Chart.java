package dev.bootbus.packaging.watched;

import dev.bootbus.packaging.watched.Prometheus.Sample;
import dev.bootbus.packaging.watched.Prometheus.Series;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Lines over time, or areas that stand on one another, with axes and a legend.
final class Chart {
  /// A series that has a name.
  record Named(String name, Series series) {}

  /// @param x of the upper left corner of what is inside of a panel
  record Area(double x, double y, double width, double height) {}

  private static final List<String> COLORS =
      List.of(
          "#3b78c2", "#e0752d", "#b8443c", "#4f9d4f", "#8a62b5", "#c2a12a", "#3a9d9d", "#a3527f",
          "#6b7280", "#2f5d8a");
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int TEXT = 11;
  private static final int LEGEND_LINE = 16;
  private static final int LEFT = 58;
  private static final int MINUTE = 60;

  private final Svg svg;
  private final Instant since;
  private final Instant until;
  private final double step;

  Chart(Svg svg, Instant since, Instant until, double step) {
    this.svg = svg;
    this.since = since;
    this.until = until;
    this.step = step;
  }

  void draw(Area area, String unit, boolean stacked, List<Named> named) {
    double legend = legend(area, named);
    Area plot =
        new Area(
            area.x + LEFT, area.y + 6, area.width - LEFT - 8, area.height - legend - TEXT - 16);
    List<List<Sample[]>> pieces = new ArrayList<>();
    Map<Double, Double> floor = new TreeMap<>();
    double largest = 0;
    for (Named one : named) {
      List<Sample[]> points = new ArrayList<>();
      for (Sample sample : one.series.samples()) {
        double below = stacked ? floor.getOrDefault(sample.at(), 0.0) : 0;
        double value = Double.isFinite(sample.value()) ? sample.value() : Double.NaN;
        points.add(
            new Sample[] {new Sample(sample.at(), below), new Sample(sample.at(), below + value)});
        if (stacked && !Double.isNaN(value)) {
          floor.put(sample.at(), below + value);
        }
        largest = Double.isNaN(value) ? largest : Math.max(largest, below + value);
      }
      pieces.add(points);
    }
    Scale scale = Scale.upTo(largest);
    axes(plot, unit, scale);
    for (int i = pieces.size() - 1; i >= 0; i--) { // the line of a layer of nothing goes below
      series(plot, scale, pieces.get(i), color(i), stacked);
    }
    if (named.isEmpty()) {
      svg.text(plot.x + plot.width / 2, plot.y + plot.height / 2, 13, Svg.FAINT, "middle", "none");
    }
  }

  private static String color(int index) {
    return COLORS.get(index % COLORS.size());
  }

  private void axes(Area plot, String unit, Scale scale) {
    for (double value : scale.lines()) {
      double y = y(plot, scale, value);
      svg.line(plot.x, y, plot.x + plot.width, y, value == 0 ? "#9ca3af" : "#e5e7eb");
      svg.text(plot.x - 6, y + 4, TEXT, Svg.FAINT, "end", Units.text(value, unit));
    }
    long first = (since.getEpochSecond() / MINUTE + 1) * MINUTE;
    for (long at = first; at <= until.getEpochSecond(); at += MINUTE) {
      double x = x(plot, at);
      svg.line(x, plot.y, x, plot.y + plot.height, "#f0f1f3");
      svg.text(
          x,
          plot.y + plot.height + TEXT + 4,
          TEXT,
          Svg.FAINT,
          "middle",
          CLOCK.format(Instant.ofEpochSecond(at)));
    }
  }

  private double x(Area plot, double at) {
    double begin = since.getEpochSecond();
    return plot.x + (at - begin) / (until.getEpochSecond() - begin) * plot.width;
  }

  private static double y(Area plot, Scale scale, double value) {
    return plot.y + plot.height - value / scale.top() * plot.height;
  }

  /// Broken where there are no samples.
  private void series(
      Area plot, Scale scale, List<Sample[]> points, String color, boolean stacked) {
    List<Sample[]> run = new ArrayList<>();
    for (Sample[] point : points) {
      boolean gap = !run.isEmpty() && point[1].at() - run.getLast()[1].at() > 1.5 * step;
      if (gap || Double.isNaN(point[1].value())) {
        run(plot, scale, run, color, stacked);
        run.clear();
      }
      if (!Double.isNaN(point[1].value())) {
        run.add(point);
      }
    }
    run(plot, scale, run, color, stacked);
  }

  private void run(Area plot, Scale scale, List<Sample[]> run, String color, boolean stacked) {
    if (run.isEmpty()) {
      return;
    }
    StringBuilder top = new StringBuilder();
    run.forEach(point -> append(top, plot, scale, point[1]));
    StringBuilder shape = new StringBuilder(top);
    if (run.size() == 1) {
      svg.put(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.5\" fill=\"%s\"/>\n",
          x(plot, run.getFirst()[1].at()), y(plot, scale, run.getFirst()[1].value()), color);
      return;
    }
    run.reversed().forEach(point -> append(shape, plot, scale, point[0]));
    svg.put(
        "<polygon points=\"%s\" fill=\"%s\" fill-opacity=\"%s\"/>\n",
        shape.toString().strip(), color, stacked ? "0.35" : "0.10");
    svg.put(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n",
        top.toString().strip(), color);
  }

  private void append(StringBuilder points, Area plot, Scale scale, Sample sample) {
    points.append(
        String.format(
            Locale.ROOT, "%.1f,%.1f ", x(plot, sample.at()), y(plot, scale, sample.value())));
  }

  /// @return its height
  private double legend(Area area, List<Named> named) {
    List<List<Integer>> lines = new ArrayList<>(List.of(new ArrayList<>()));
    double used = 0;
    for (int i = 0; i < named.size(); i++) {
      double width = 22 + Svg.width(named.get(i).name, TEXT);
      if (used + width > area.width && !lines.getLast().isEmpty()) {
        lines.add(new ArrayList<>());
        used = 0;
      }
      lines.getLast().add(i);
      used += width;
    }
    double height = lines.size() * LEGEND_LINE;
    for (int line = 0; line < lines.size(); line++) {
      double x = area.x + 4;
      double y = area.y + area.height - height + line * LEGEND_LINE + TEXT;
      for (int i : lines.get(line)) {
        svg.put(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"3\" fill=\"%s\"/>\n",
            x, y - 5, color(i));
        svg.text(x + 16, y, TEXT, Svg.INK, "start", named.get(i).name);
        x += 22 + Svg.width(named.get(i).name, TEXT);
      }
    }
    return height;
  }
}
