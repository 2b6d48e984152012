package dev.bootbus.schema.conformance;

import java.util.Locale;

/// What the simulated backend does, and so what a front end must bear.
public enum Behaviour {
  GOOD("answers as the contract says"),
  SLOW("the same, after 500 ms"),
  SILENT("does not answer"),
  WRONG_MAC("answers for another machine"),
  HUGE("answers with 900,000 bytes"),
  LATE("answers after 1500 ms, when a front end has given up"),
  DOUBLE("answers twice, as two replicas without a queue group do"),
  MALFORMED("answers with values that cannot be read"),
  NOT_JSON("answers with something else than JSON"),
  ERROR_404("knows no machine"),
  ERROR_NO_MESSAGE("the same, without saying so in words"),
  FLAT("answers in the flat shape of older Go peers"),
  GO("does as the Go library does: silent when asked wrongly, no trace"),
  MIXED("each of the above in turn, one for each request");

  private final String description;

  Behaviour(String description) {
    this.description = description;
  }

  public String description() {
    return description;
  }

  /// As on the command line: `wrong-mac`.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// @throws IllegalArgumentException for a word that is none
  public static Behaviour parse(String word) {
    for (Behaviour behaviour : values()) {
      if (behaviour.word().equals(word)) {
        return behaviour;
      }
    }
    throw new IllegalArgumentException("no behaviour is called " + word);
  }
}
