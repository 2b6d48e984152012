package dev.bootbus.runtime.testing;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `/metrics` said, in text 0.0.4.
///
/// @param families by name
/// @param series each with its labels as they were written, without buckets
public record Scraped(Map<String, Family> families, Map<String, Double> series) {
  /// @param labels names of them, without `le`
  public record Family(String type, String help, Set<String> labels) {}

  private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern COUNT =
      Pattern.compile("bootbus_(?!.*_(?:bytes|seconds)_total).*(?:_total|_count)(?:\\{.*)?");

  public static Scraped of(String text) {
    Map<String, Family> families = new TreeMap<>();
    Map<String, Double> series = new TreeMap<>();
    Map<String, String> helps = new TreeMap<>();
    text.lines()
        .forEach(
            line -> {
              if (line.startsWith("# HELP ")) {
                String[] words = line.split(" ", 4);
                helps.put(words[2], words.length > 3 ? words[3] : "");
              } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                String help = helps.getOrDefault(words[2], "");
                families.put(words[2], new Family(words[3], help, new TreeSet<>()));
              } else {
                sample(line, families, series);
              }
            });
    return new Scraped(families, series);
  }

  private static void sample(
      String line, Map<String, Family> families, Map<String, Double> series) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no sample: " + line);
    }
    String name = sample.group(1);
    String labels = sample.group(2) == null ? "" : sample.group(2);
    String family =
        families.containsKey(name) ? name : name.replaceFirst("_(bucket|count|sum)$", "");
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      if (!label.group(1).equals("le")) {
        families.get(family).labels().add(label.group(1));
      }
    }
    if (!name.endsWith("_bucket")) {
      series.put(name + (labels.isEmpty() ? "" : "{" + labels + "}"), number(sample.group(3)));
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /// The counters that grew since then, and by how much: those that count something, and not time
  /// or bytes.
  public Map<String, Double> since(Scraped before) {
    Map<String, Double> moved = new TreeMap<>();
    series.forEach(
        (name, value) -> {
          double grown = value - before.series.getOrDefault(name, 0.0);
          if (COUNT.matcher(name).matches() && grown != 0) {
            moved.put(name, grown);
          }
        });
    return moved;
  }
}
