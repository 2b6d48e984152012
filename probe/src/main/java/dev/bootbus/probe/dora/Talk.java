package dev.bootbus.probe.dora;

import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.Exchange;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Offers;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.schema.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a client said to the DHCP servers of a link, and they to it.
///
/// @param offers nothing but them if none was taken
/// @param taken the offer that was requested
/// @param steps what followed, in its order
/// @param conflict who else has the address that was given
/// @param overflowed replies dropped on the link because too many came at once
record Talk(
    Offers offers,
    Optional<Reply> taken,
    List<Step> steps,
    Optional<MacAddress> conflict,
    long overflowed) {

  /// What a client can say once it has offers.
  enum What {
    REQUEST,
    BOOT_SERVER,
    RENEW,
    REBIND,
    REBOOT,
    INFORM,
    DECLINE,
    RELEASE
  }

  sealed interface Step {
    What what();

    Exchange exchange();

    record Asked(What what, Answer answer) implements Step {
      @Override
      public Exchange exchange() {
        return answer.exchange();
      }
    }

    /// What has no answer.
    record Told(What what, Exchange exchange) implements Step {}
  }

  Talk {
    steps = List.copyOf(steps);
  }

  static Talk withoutRequest(Offers offers, Link.Traffic traffic) {
    return new Talk(offers, Optional.empty(), List.of(), Optional.empty(), traffic.overflowed());
  }

  /// What was acknowledged, if that was what.
  Optional<Answer.Acknowledged> acknowledged(What what) {
    return steps.stream()
        .filter(step -> step.what() == what)
        .flatMap(
            step ->
                step instanceof Step.Asked(var _, Answer.Acknowledged ack)
                    ? Stream.of(ack)
                    : Stream.empty())
        .findFirst();
  }
}
