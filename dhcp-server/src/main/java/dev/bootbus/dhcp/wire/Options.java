package dev.bootbus.dhcp.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The options of a message: code to bytes, in the order of the codes. Unknown codes are kept, and
/// an option given in pieces is one option (RFC 3396 §5).
public final class Options {
  public static final Options EMPTY = new Options(new TreeMap<>());

  /// What one instance of an option can hold; more is split (RFC 3396 §6).
  private static final int MAX_INSTANCE = 255;

  private final SortedMap<Integer, Bytes> values;

  /// What has been read of them, by code, because each step on a packet's way asks for the same
  // few.
  /// Two threads may read the same one; all that a race can lose is what was read.
  private final @Nullable Read<?>[] read = new Read<?>[Option.END];

  private record Read<T>(Option<T> option, Optional<T> value) {}

  private Options(SortedMap<Integer, Bytes> values) {
    this.values = values;
  }

  /// The value, or empty if the option is absent or its bytes have not the option's shape;
  /// [#isMalformed] tells the two apart.
  public <T> Optional<T> get(Option<T> option) {
    Read<?> known = read[option.code()];
    if (known != null && known.option() == option) {
      @SuppressWarnings("unchecked") // the same option has the same type
      Optional<T> value = (Optional<T>) known.value();
      return value;
    }
    Optional<T> value = Optional.ofNullable(decoded(option));
    read[option.code()] = new Read<>(option, value);
    return value;
  }

  private <T> @Nullable T decoded(Option<T> option) {
    Bytes value = values.get(option.code());
    try {
      return value == null ? null : option.shape().read(value);
    } catch (MalformedPacketException e) {
      return null;
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
  static void read(ByteBuffer area, Map<Integer, Pieces> pieces) throws MalformedPacketException {
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
      Bytes piece = Bytes.take(area, length);
      Pieces earlier = pieces.putIfAbsent(code, new Pieces(piece));
      if (earlier != null) {
        earlier.add(piece);
      }
    }
  }

  static Options of(Map<Integer, Pieces> pieces) {
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    pieces.forEach((code, piece) -> values.put(code, piece.joined()));
    return new Options(values);
  }

  /// One option of a message, which is one piece but for long values and hostile packets.
  static final class Pieces {
    private final Bytes first;
    private @Nullable List<Bytes> all;

    Pieces(Bytes first) {
      this.first = first;
    }

    void add(Bytes piece) {
      if (all == null) {
        all = new ArrayList<>(List.of(first));
      }
      all.add(piece);
    }

    Bytes joined() {
      return all == null ? first : Bytes.join(all);
    }
  }

  static Options readEncapsulated(Bytes value) throws MalformedPacketException {
    Map<Integer, Pieces> pieces = new HashMap<>();
    read(value.buffer(), pieces);
    return of(pieces);
  }

  /// In ascending order, with an END, as the value of another option.
  Bytes encapsulated() {
    ByteBuffer out = ByteBuffer.allocate(size() + 1);
    values.forEach((code, value) -> write(code, value, out));
    return Bytes.drain(out.put((byte) Option.END).flip());
  }

  /// In ascending order, but the message type first, where every tool looks for it, and the relay's
  /// own option last (RFC 3046 §2.1); without an END.
  void write(ByteBuffer out) {
    int first = Option.MESSAGE_TYPE.code();
    int last = Option.RELAY_AGENT_INFO.code();
    raw(first).ifPresent(value -> write(first, value, out));
    values.forEach(
        (code, value) -> {
          if (code != first && code != last) {
            write(code, value, out);
          }
        });
    raw(last).ifPresent(value -> write(last, value, out));
  }

  /// How much room [#write] takes.
  int size() {
    int size = 0;
    for (Bytes value : values.values()) {
      size += encodedSize(value.length());
    }
    return size;
  }

  private static void write(int code, Bytes value, ByteBuffer out) {
    int at = 0;
    do {
      int length = Math.min(value.length() - at, MAX_INSTANCE);
      out.put((byte) code).put((byte) length);
      value.put(at, length, out);
      at += length;
    } while (at < value.length());
  }

  public static Builder builder() {
    return new Builder();
  }

  /// Collects options; a later value for a code replaces the earlier one.
  public static final class Builder {
    private final SortedMap<Integer, Bytes> values = new TreeMap<>();

    private Builder() {}

    public <T> Builder put(Option<T> option, T value) {
      return put(option.code(), option.shape().write(value));
    }

    /// @throws IllegalArgumentException for PAD and END, which cannot hold a value
    public Builder put(int code, Bytes value) {
      if (code <= Option.PAD || code >= Option.END) {
        throw new IllegalArgumentException("not an option code: " + code);
      }
      values.put(code, value);
      return this;
    }

    public Options build() {
      return new Options(new TreeMap<>(values));
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
