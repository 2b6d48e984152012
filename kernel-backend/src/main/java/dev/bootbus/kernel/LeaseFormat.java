package dev.bootbus.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.Inet4Address;
import java.util.Locale;

/// A lease in its bucket: `192-168-77-100` holds
/// `{"mac":"52:54:00:12:34:56","state":"bound","expires":1767225600000,…}`.
final class LeaseFormat implements Bucket.Format<Inet4Address, Lease> {
  @Override
  public String key(Inet4Address address) {
    return address.getHostAddress().replace('.', '-');
  }

  @Override
  public Inet4Address key(String text) {
    return Ipv4.parse(text.replace('-', '.'));
  }

  @Override
  public byte[] write(Lease lease) {
    return Records.write(
        Records.object()
            .put("mac", lease.mac().toString())
            .put("state", lease.state().name().toLowerCase(Locale.ROOT))
            .put("expires", lease.expires().toEpochMilli())
            .put("clientId", lease.clientId())
            .put("hostname", lease.hostname())
            .put("updated", lease.updated().toEpochMilli()));
  }

  @Override
  public Lease read(byte[] bytes) throws UnreadableRecordException {
    ObjectNode record = Records.read(bytes);
    return new Lease(
        Records.mac(record),
        state(Records.text(record, "state")),
        Records.time(record, "expires"),
        Records.text(record, "clientId"),
        Records.text(record, "hostname"),
        Records.time(record, "updated"));
  }

  private static Lease.State state(String text) throws UnreadableRecordException {
    return switch (text) {
      case "offered" -> Lease.State.OFFERED;
      case "bound" -> Lease.State.BOUND;
      default -> throw new UnreadableRecordException("state is neither offered nor bound");
    };
  }
}
