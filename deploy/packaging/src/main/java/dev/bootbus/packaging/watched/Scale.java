package dev.bootbus.packaging.watched;

import java.util.List;
import java.util.stream.IntStream;

/// The value axis of a panel, from 0 to a round number.
///
/// @param step between its lines, in the axis' own values
record Scale(double top, double step) {
  private static final int LINES = 4;
  private static final double[] ROUND = {1, 2, 2.5, 5, 10};

  static Scale upTo(double largest) {
    if (largest <= 0 || !Double.isFinite(largest)) {
      return new Scale(1, 0.5);
    }
    double rough = largest / LINES;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double round : ROUND) {
      if (round * power >= rough * 0.999) {
        double step = round * power;
        return new Scale(step * Math.ceil(largest / step * 0.999), step);
      }
    }
    return new Scale(rough * LINES, rough);
  }

  List<Double> lines() {
    return IntStream.rangeClosed(0, (int) Math.round(top / step)).mapToObj(i -> i * step).toList();
  }
}
