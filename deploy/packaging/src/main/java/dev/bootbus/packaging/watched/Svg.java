package dev.bootbus.packaging.watched;

import java.util.Locale;

/// Writes SVG; lengths are pixels.
final class Svg {
  static final String INK = "#24292e";
  static final String FAINT = "#6b7280";
  private static final double WIDE_GLYPH = 0.58;

  private final StringBuilder out = new StringBuilder();

  Svg(int width, int height) {
    put(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"Inter, 'DejaVu Sans', Helvetica, Arial, sans-serif\">\n",
        width, height, width, height);
  }

  void put(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  void box(double x, double y, double width, double height, String fill, String stroke) {
    put(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\" fill=\"%s\""
            + " stroke=\"%s\"/>\n",
        x, y, Math.max(0, width), height, fill, stroke);
  }

  void line(double x1, double y1, double x2, double y2, String stroke) {
    put(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
        x1, y1, x2, y2, stroke);
  }

  /// @param anchor `start`, `middle` or `end`
  void text(double x, double y, double size, String color, String anchor, String text) {
    put(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" fill=\"%s\" text-anchor=\"%s\">%s</text>\n",
        x,
        y,
        size,
        color,
        anchor,
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  /// About as wide as it will be.
  static double width(String text, double size) {
    return text.length() * size * WIDE_GLYPH;
  }

  String end() {
    return out.append("</svg>\n").toString();
  }
}
