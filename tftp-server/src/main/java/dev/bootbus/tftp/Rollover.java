package dev.bootbus.tftp;

/// The numbers that blocks have on the wire, where 16 bits count them. The RFCs leave open what
/// comes after 65535.
enum Rollover {
  /// What nearly all clients expect.
  TO_0,
  /// 0 stands for the options only.
  TO_1;

  private static final int MASK = 0xFFFF;
  private static final int PERIOD_TO_1 = 65535;

  /// @param block counted from 1 without end; 0 is the OACK
  int onTheWire(long block) {
    return switch (this) {
      case TO_0 -> (int) (block & MASK);
      case TO_1 -> block == 0 ? 0 : (int) ((block - 1) % PERIOD_TO_1) + 1;
    };
  }

  /// The first block from the one given on that has this number; a number that no block has is
  /// taken for one far away.
  long fromTheWire(int number, long from) {
    return switch (this) {
      case TO_0 -> from + ((number - from) & MASK);
      case TO_1 ->
          number == 0
              ? (from == 0 ? 0 : Long.MAX_VALUE)
              : from == 0 ? number : from + Math.floorMod(number - onTheWire(from), PERIOD_TO_1);
    };
  }
}
