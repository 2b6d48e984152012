package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import java.net.Inet4Address;
import java.util.List;
import java.util.OptionalInt;

/// What a program makes of the offers that came.
///
/// @param notes what of them is odd and stops nobody here
sealed interface Choice {
  List<Finding> notes();

  /// It goes on with none of them.
  record Nothing(Finding why, List<Finding> notes) implements Choice {}

  /// @param address whose address it takes
  record Taken(Offer address, Plan plan, List<Finding> notes) implements Choice {}

  /// Where it will learn what to boot, once it has its address.
  sealed interface Plan {
    /// From the ACK.
    record OfAck() implements Plan {}

    /// From an offer that it already has.
    record OfOffer(Offer offer) implements Plan {}

    /// From a boot server (PXE 2.1 §2.2.5), which is asked on port 4011.
    ///
    /// @param by whose offer led there
    /// @param item of a menu, which is named in the request
    /// @param orAck whether the ACK is good enough where nobody answers
    record OfBootServer(Offer by, Inet4Address server, OptionalInt item, boolean orAck)
        implements Plan {}

    /// The menu's first item is the machine's own disk.
    record OfDisk(String item) implements Plan {}
  }
}
