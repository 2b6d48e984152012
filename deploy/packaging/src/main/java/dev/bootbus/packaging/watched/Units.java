package dev.bootbus.packaging.watched;

import java.util.List;
import java.util.Locale;

/// A number as Grafana writes it for people.
final class Units {
  private static final List<String> SI = List.of("", " k", " M", " G", " T");

  private Units() {}

  /// @param unit as Grafana calls it
  static String text(double value, String unit) {
    return switch (unit) {
      case "percentunit" -> number(value * 100) + " %";
      case "s" -> seconds(value);
      case "Bps" -> scaled(value, 1000, "B/s");
      case "bytes" -> scaled(value, 1024, "B");
      case "pps" -> number(value) + " p/s";
      case "reqps" -> number(value) + " req/s";
      case "cps", "wps" -> number(value) + "/s";
      default -> number(value);
    };
  }

  private static String seconds(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0 s";
    }
    if (size < 1e-3) {
      return number(value * 1e6) + " µs";
    }
    if (size < 1) {
      return number(value * 1e3) + " ms";
    }
    return size < 172_800 ? number(value) + " s" : number(value / 86_400) + " d";
  }

  private static String scaled(double value, int base, String unit) {
    double left = value;
    int power = 0;
    while (Math.abs(left) >= base && power < SI.size() - 1) {
      left /= base;
      power++;
    }
    String prefix = SI.get(power);
    return number(left) + (prefix.isEmpty() ? " " + unit : prefix + unit);
  }

  /// Three digits that count, at most.
  private static String number(double value) {
    double size = Math.abs(value);
    int digits = size >= 100 || value == Math.rint(value) ? 0 : size >= 10 ? 1 : 2;
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
