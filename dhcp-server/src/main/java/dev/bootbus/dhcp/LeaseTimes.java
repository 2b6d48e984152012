package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// When a client asks for more time: T1 of its own server, T2 of any (RFC 2131 §4.4.5).
///
/// @param renewal T1, seconds; 0 if the client is not told
/// @param rebinding T2, seconds; 0 if the client is not told
/// @param given whether they are as somebody gave them by code
/// @param remark what is wrong with the times that the backend has given, or empty
record LeaseTimes(long renewal, long rebinding, boolean given, String remark) {
  /// Where the times are among options; they mean nothing without a lease.
  static final Set<Integer> CODES =
      Set.of(Option.RENEWAL_TIME.code(), Option.REBINDING_TIME.code());

  private static final long INFINITE = 0xFFFF_FFFFL;

  /// The defaults of RFC 2131 §4.4.5, unless `further` has others that make sense. A lease for ever
  /// has no times, and one of a second or two no room for them.
  static LeaseTimes of(long lease, Map<Integer, Bytes> further) {
    if (lease == INFINITE) {
      return new LeaseTimes(0, 0, false, "");
    }
    long renewal = seconds(further, Option.RENEWAL_TIME).orElse(lease / 2);
    long rebinding = seconds(further, Option.REBINDING_TIME).orElse(lease * 7 / 8);
    if (areInOrder(renewal, rebinding, lease)) {
      return new LeaseTimes(renewal, rebinding, isGiven(further), "");
    }
    String remark = isGiven(further) ? "bad T1 or T2" : "";
    return areInOrder(lease / 2, lease * 7 / 8, lease)
        ? new LeaseTimes(lease / 2, lease * 7 / 8, false, remark)
        : new LeaseTimes(0, 0, false, remark);
  }

  private static boolean isGiven(Map<Integer, Bytes> further) {
    return CODES.stream().anyMatch(further::containsKey);
  }

  private static boolean areInOrder(long renewal, long rebinding, long lease) {
    return 0 < renewal && renewal < rebinding && rebinding < lease;
  }

  private static Optional<Long> seconds(Map<Integer, Bytes> further, Option<Long> option) {
    Bytes value = further.get(option.code());
    return value != null && value.length() == Integer.BYTES
        ? Optional.of(Integer.toUnsignedLong(value.buffer().getInt()))
        : Optional.empty();
  }

  void addTo(Draft draft) {
    if (renewal > 0) {
      Origin origin = given ? Origin.BY_CODE : Origin.RULE;
      draft.add(origin, Option.RENEWAL_TIME, renewal).add(origin, Option.REBINDING_TIME, rebinding);
    }
    if (!remark.isEmpty()) {
      draft.remark(remark);
    }
  }
}
