package dev.bootbus.dhcp.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The options of a message: code to bytes, in the order of the codes. Unknown codes are kept, and
/// an option given in pieces is one option (RFC 3396 §5).
public final class Options {
  public static final Options EMPTY = new Options(new TreeMap<>());

  /// What one instance of an option can hold; more is split (RFC 3396 §6).
  private static final int MAX_INSTANCE = 255;

  /// Where an option stands in a message: one of the fields that DHCP found in BOOTP (RFC 2131 §2),
  /// of which two hold options only if option 52 says so.
  public enum Field {
    OPTIONS,
    FILE,
    SNAME;

    /// What option 52 says of it (RFC 2132 §9.3).
    int overload() {
      return ordinal();
    }
  }

  private final SortedMap<Integer, Bytes> values;

  /// Where those are that are not in the `options` field; no part of what the options say.
  private final Map<Integer, Field> elsewhere;

  private Options(SortedMap<Integer, Bytes> values) {
    this(values, Map.of());
  }

  private Options(SortedMap<Integer, Bytes> values, Map<Integer, Field> elsewhere) {
    this.values = values;
    this.elsewhere = Map.copyOf(elsewhere);
  }

  /// The value, or empty if the option is absent or its bytes have not the option's shape;
  /// [#isMalformed] tells the two apart.
  public <T> Optional<T> get(Option<T> option) {
    Bytes value = values.get(option.code());
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(option.shape().read(value));
    } catch (MalformedPacketException e) {
      return Optional.empty();
    }
  }

  /// Whether the option is there, and its bytes have not the option's shape.
  public boolean isMalformed(Option<?> option) {
    return has(option) && get(option).isEmpty();
  }

  public boolean has(Option<?> option) {
    return values.containsKey(option.code());
  }

  public Optional<Bytes> raw(int code) {
    return Optional.ofNullable(values.get(code));
  }

  /// All codes, in ascending order.
  public Set<Integer> codes() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /// How much room an option with a value of this length takes.
  public static int encodedSize(int length) {
    return length + 2 * Math.max(1, Math.ceilDiv(length, MAX_INSTANCE));
  }

  /// Adds what is in `area` to `pieces`, where pieces of an option come together; stops at END, or
  /// at the end of the area, because some ROMs forget the END.
  static void read(ByteBuffer area, Map<Integer, ByteArrayOutputStream> pieces)
      throws MalformedPacketException {
    while (area.hasRemaining()) {
      int code = Byte.toUnsignedInt(area.get());
      if (code == Option.END) {
        return;
      }
      if (code == Option.PAD) {
        continue;
      }
      int length = area.hasRemaining() ? Byte.toUnsignedInt(area.get()) : MAX_INSTANCE + 1;
      if (length > area.remaining()) {
        throw new MalformedPacketException("option " + code + " runs past the end");
      }
      byte[] piece = new byte[length];
      area.get(piece);
      pieces.computeIfAbsent(code, c -> new ByteArrayOutputStream()).writeBytes(piece);
    }
  }

  static Options of(Map<Integer, ByteArrayOutputStream> pieces) {
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    pieces.forEach((code, piece) -> values.put(code, Bytes.of(piece.toByteArray())));
    return new Options(values);
  }

  static Options readEncapsulated(Bytes value) throws MalformedPacketException {
    Map<Integer, ByteArrayOutputStream> pieces = new TreeMap<>();
    read(value.buffer(), pieces);
    return of(pieces);
  }

  /// In ascending order, with an END, as the value of another option.
  Bytes encapsulated() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    values.forEach((code, value) -> write(code, value, out));
    out.write(Option.END);
    return Bytes.of(out.toByteArray());
  }

  /// What is in the `options` field: in ascending order, but the message type first, where every
  /// tool looks for it, and the relay's own option last (RFC 3046 §2.2); without an END.
  void write(ByteArrayOutputStream out) {
    int first = Option.MESSAGE_TYPE.code();
    int last = Option.RELAY_AGENT_INFO.code();
    raw(first).ifPresent(value -> write(first, value, out));
    if (!elsewhere.isEmpty()) {
      int fields = elsewhere.values().stream().distinct().mapToInt(Field::overload).sum();
      write(Option.OVERLOAD.code(), Option.OVERLOAD.shape().write(fields), out);
    }
    values.forEach(
        (code, value) -> {
          if (code != first && code != last && !elsewhere.containsKey(code)) {
            write(code, value, out);
          }
        });
    raw(last).ifPresent(value -> write(last, value, out));
  }

  boolean isAnyIn(Field field) {
    return elsewhere.containsValue(field);
  }

  /// What is in one of the other fields, in ascending order and with an END.
  Bytes written(Field field) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    values.forEach(
        (code, value) -> {
          if (elsewhere.get(code) == field) {
            write(code, value, out);
          }
        });
    out.write(Option.END);
    return Bytes.of(out.toByteArray());
  }

  private static void write(int code, Bytes value, ByteArrayOutputStream out) {
    int at = 0;
    do {
      int length = Math.min(value.length() - at, MAX_INSTANCE);
      out.write(code);
      out.write(length);
      out.writeBytes(value.slice(at, length).toArray());
      at += length;
    } while (at < value.length());
  }

  public static Builder builder() {
    return new Builder();
  }

  /// Collects options; a later value for a code replaces the earlier one.
  public static final class Builder {
    private final SortedMap<Integer, Bytes> values = new TreeMap<>();
    private final Map<Integer, Field> elsewhere = new HashMap<>();

    private Builder() {}

    public <T> Builder put(Option<T> option, T value) {
      return put(option.code(), option.shape().write(value));
    }

    /// @throws IllegalArgumentException for PAD and END, which cannot hold a value
    public Builder put(int code, Bytes value) {
      return put(code, value, Field.OPTIONS);
    }

    /// @param field where it is to stand; the message's own use of that field ends
    public Builder put(int code, Bytes value, Field field) {
      if (code <= Option.PAD || code >= Option.END) {
        throw new IllegalArgumentException("not an option code: " + code);
      }
      values.put(code, value);
      elsewhere.remove(code);
      if (field != Field.OPTIONS) {
        elsewhere.put(code, field);
      }
      return this;
    }

    public Options build() {
      return new Options(new TreeMap<>(values), elsewhere);
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Options that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
