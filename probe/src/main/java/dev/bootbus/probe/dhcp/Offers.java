package dev.bootbus.probe.dhcp;

import dev.bootbus.probe.Finding;
import java.util.List;
import java.util.Optional;

/// All that was offered in answer to a DISCOVER, in the order it came; by proxies too.
public record Offers(Exchange exchange) {

  public List<Reply> all() {
    return exchange.replies();
  }

  public List<Reply> withAddress() {
    return all().stream().filter(Reply::givesAddress).toList();
  }

  /// Of ProxyDHCP servers (PXE specification 2.1 §2.2.2).
  public List<Reply> proxies() {
    return all().stream().filter(offer -> !offer.givesAddress()).toList();
  }

  /// Whether the link let nothing through at first.
  public Optional<Finding> late() {
    return FirstAnswer.of(exchange).flatMap(FirstAnswer::finding);
  }

  /// What a client that does not compare takes.
  public Optional<Reply> first() {
    return withAddress().stream().findFirst();
  }
}
