package dev.bootbus.kernel.lease;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Entry;
import dev.bootbus.kernel.store.Records;
import java.net.Inet4Address;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A lease as JSON for operators; times are ms since 1970.
final class LeaseView {
  private LeaseView() {}

  /// `{"id","address","mac","state","hostname","clientId","subnet","expires","updated"}`, and
  /// `deleted` where an operator has ended it. The state is `expired` where nobody has said so.
  ///
  /// @param network that the address is in now
  static ObjectNode of(Inet4Address address, Lease lease, @Nullable Network network, Instant now) {
    ObjectNode body =
        Records.object()
            .put("id", address.getHostAddress())
            .put("address", address.getHostAddress())
            .put("mac", lease.mac().toString())
            .put("state", state(lease, now))
            .put("hostname", lease.hostname())
            .put("clientId", lease.clientId());
    if (network != null && network.subnet() != null) {
      body.put("subnet", network.subnet().toString());
    }
    body.put("expires", lease.expires().toEpochMilli());
    body.put("updated", lease.updated().toEpochMilli());
    if (lease.state() == Lease.State.DELETED) {
      body.put("deleted", lease.updated().toEpochMilli());
    }
    return body;
  }

  private static String state(Lease lease, Instant now) {
    return lease.state() == Lease.State.BOUND && !lease.isLive(now)
        ? "expired"
        : LeaseFormat.text(lease.state());
  }

  /// The same as it was stored once, after its revision and time.
  static ObjectNode of(Inet4Address address, Bucket.Past<Lease> past, @Nullable Network network) {
    ObjectNode row =
        Records.object().put("revision", past.revision()).put("time", past.time().toEpochMilli());
    switch (past.entry()) {
      case null -> row.put("deleted", true);
      case Entry.Unreadable<Lease> _ -> row.put("state", "unreadable");
      case Entry.Readable<Lease>(Lease lease, _) ->
          row.setAll(of(address, lease, network, lease.updated()));
    }
    return row;
  }
}
