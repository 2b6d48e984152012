package dev.bootbus.probe.boot;

import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.runtime.terminal.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is odd about the offers of a network, whether this machine stumbles over it or not. Pure.
final class OddOffers {
  private OddOffers() {}

  static List<Finding> find(Program program, List<Offer> offers) {
    List<Finding> found = new ArrayList<>();
    disagreement(offers).ifPresent(found::add);
    offers.stream()
        .filter(offer -> offer.isProxy() && !offer.isOf(program.vendorClass()))
        .forEach(
            offer ->
                found.add(
                    new Finding(
                        Cause.PROXY_IGNORED,
                        "%s, option 60 is %s and not %s"
                            .formatted(
                                offer,
                                Terminal.printable(
                                    offer
                                        .message()
                                        .options()
                                        .get(Option.VENDOR_CLASS)
                                        .orElse("missing")),
                                program.vendorClass()))));
    return found;
  }

  /// What DHCP broke by, where it did: one of two servers that disagree is the cause of what the
  /// other one does.
  static Finding blame(Finding why, List<Offer> offers) {
    Optional<Finding> two = disagreement(offers);
    return switch (why.cause()) {
      case OFFER_NOT_KEPT, BOOT_FILE_NOT_GIVEN, NEXT_SERVER_MISSING, URL_NOT_GIVEN ->
          two.map(
                  race ->
                      new Finding(
                          race.cause(),
                          "%s: %s; %s".formatted(race.detail(), why.cause().title(), why.detail())))
              .orElse(why);
      default -> why;
    };
  }

  /// Two that say the same are a pair; two that do not are a race, which another machine loses.
  private static Optional<Finding> disagreement(List<Offer> offers) {
    Map<String, Offer> servers = new LinkedHashMap<>();
    offers.stream()
        .filter(offer -> !offer.isProxy())
        .forEach(offer -> servers.putIfAbsent(offer.server().getHostAddress(), offer));
    boolean race = servers.values().stream().map(OddOffers::says).distinct().count() > 1;
    return race
        ? Optional.of(new Finding(Cause.TWO_DHCP_SERVERS, each(servers)))
        : Optional.empty();
  }

  private static List<Object> says(Offer offer) {
    var options = offer.message().options();
    return List.of(offer.bootFile(), options.get(Option.SUBNET_MASK), options.get(Option.ROUTERS));
  }

  private static String each(Map<String, Offer> servers) {
    return servers.values().stream().map(Offer::toString).collect(Collectors.joining("; "));
  }
}
