package dev.bootbus.kernel.lease;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.bootbus.kernel.lease.Lease.State;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.time.Instant;

/// A lease in its bucket: `192-168-77-100` holds
/// `{"mac":"52:54:00:12:34:56","state":"bound","expires":1767225600000,…}`.
///
/// Read and written token by token, because a replica that starts reads every lease there is.
public final class LeaseFormat implements Bucket.Format<Inet4Address, Lease> {
  private static final int USUAL_SIZE = 192;
  private static final long NONE = Long.MIN_VALUE;

  @Override
  public String key(Inet4Address address) {
    return address.getHostAddress().replace('.', '-');
  }

  @Override
  public Inet4Address key(String text) {
    return Ipv4.parse(text, '-');
  }

  @Override
  public byte[] write(Lease lease) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(USUAL_SIZE);
        JsonGenerator json = Records.generator(bytes)) {
      json.writeStartObject();
      json.writeStringField("mac", lease.mac().toString());
      json.writeStringField("state", text(lease.state()));
      json.writeNumberField("expires", lease.expires().toEpochMilli());
      json.writeStringField("clientId", lease.clientId());
      json.writeStringField("hostname", lease.hostname());
      json.writeNumberField("updated", lease.updated().toEpochMilli());
      if (!lease.owner().isEmpty()) {
        json.writeStringField("owner", lease.owner());
      }
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(State state) {
    return switch (state) {
      case BOUND -> "bound";
      case RELEASED -> "released";
      case DECLINED -> "declined";
      case DELETED -> "deleted";
    };
  }

  @Override
  public Lease read(byte[] bytes) throws UnreadableRecordException {
    String mac = "";
    String state = "";
    String clientId = "";
    String hostname = "";
    String owner = "";
    long expires = NONE;
    long updated = NONE;
    try (JsonParser json = Records.parser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableRecordException("not a JSON object");
      }
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        json.nextToken();
        switch (field) {
          case "mac" -> mac = Records.text(json, field);
          case "state" -> state = Records.text(json, field);
          case "expires" -> expires = Records.millis(json, field);
          case "clientId" -> clientId = Records.text(json, field);
          case "hostname" -> hostname = Records.text(json, field);
          case "updated" -> updated = Records.millis(json, field);
          case "owner" -> owner = Records.text(json, field);
          default -> json.skipChildren();
        }
      }
      if (json.currentToken() != JsonToken.END_OBJECT) {
        throw new UnreadableRecordException("not JSON");
      }
    } catch (IOException e) {
      throw new UnreadableRecordException("not JSON");
    }
    return new Lease(
        Records.mac(mac),
        state(state),
        time(expires, "expires"),
        clientId,
        hostname,
        time(updated, "updated"),
        owner);
  }

  private static Instant time(long millis, String field) throws UnreadableRecordException {
    if (millis == NONE) {
      throw new UnreadableRecordException(field + " is not a time in milliseconds");
    }
    return Instant.ofEpochMilli(millis);
  }

  private static State state(String text) throws UnreadableRecordException {
    return switch (text) {
      case "bound" -> State.BOUND;
      case "released", "offered" -> State.RELEASED; // once, offers were stored
      case "declined" -> State.DECLINED;
      case "deleted" -> State.DELETED;
      default ->
          throw new UnreadableRecordException("state is not bound, released, declined or deleted");
    };
  }
}
