package dev.bootbus.probe.script;

/// A text that a regular expression may look at only so often: a hostile one backtracks for ever.
final class Impatient implements CharSequence {
  private static final int MAX_LOOKS = 1_000_000;

  private final String text;
  private int looks;

  Impatient(String text) {
    this.text = text;
  }

  static final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++looks > MAX_LOOKS) {
      throw new Spent();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
