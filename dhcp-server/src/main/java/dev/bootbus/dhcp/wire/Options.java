package dev.bootbus.dhcp.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
  public static final Options EMPTY = builder().build();

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

  private final int[] codes; // ascending
  private final Bytes[] values;

  /// What has been read of each, because all steps on a packet's way ask for the same few. Two
  /// threads may read the same one; all that a race can lose is what was read.
  private final @Nullable Read<?>[] read;

  /// Where those are that are not in the `options` field; no part of what the options say.
  private final Map<Integer, Field> elsewhere;

  private record Read<T>(Option<T> option, Optional<T> value) {}

  /// @param byCode one place for each code, null where there is no option
  private Options(@Nullable Bytes[] byCode, Map<Integer, Field> elsewhere) {
    int count = 0;
    for (Bytes value : byCode) {
      count += value == null ? 0 : 1;
    }
    this.codes = new int[count];
    this.values = new Bytes[count];
    this.read = new Read<?>[count];
    this.elsewhere = elsewhere;
    int at = 0;
    for (int code = 0; code < byCode.length; code++) {
      Bytes value = byCode[code];
      if (value != null) {
        codes[at] = code;
        values[at++] = value;
      }
    }
  }

  private int find(int code) {
    for (int at = 0; at < codes.length; at++) {
      if (codes[at] == code) {
        return at;
      }
    }
    return -1;
  }

  /// The value, or empty if the option is absent or its bytes have not the option's shape;
  /// [#isMalformed] tells the two apart.
  public <T> Optional<T> get(Option<T> option) {
    int at = find(option.code());
    if (at < 0) {
      return Optional.empty();
    }
    Read<?> known = read[at];
    if (known != null && known.option() == option) {
      @SuppressWarnings("unchecked") // the same option has the same type
      Optional<T> value = (Optional<T>) known.value();
      return value;
    }
    Optional<T> value = read(option, values[at]);
    read[at] = new Read<>(option, value);
    return value;
  }

  private static <T> Optional<T> read(Option<T> option, Bytes value) {
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
    return find(option.code()) >= 0;
  }

  public Optional<Bytes> raw(int code) {
    int at = find(code);
    return at < 0 ? Optional.empty() : Optional.of(values[at]);
  }

  /// All codes, in ascending order.
  public Set<Integer> codes() {
    return Collections.unmodifiableSet(byCode().keySet());
  }

  private SortedMap<Integer, Bytes> byCode() {
    SortedMap<Integer, Bytes> map = new TreeMap<>();
    for (int at = 0; at < codes.length; at++) {
      map.put(codes[at], values[at]);
    }
    return map;
  }

  /// How much room an option with a value of this length takes.
  public static int encodedSize(int length) {
    return length + 2 * Math.max(1, Math.ceilDiv(length, MAX_INSTANCE));
  }

  /// Adds what is in `area` to `pieces`, where pieces of an option come together; stops at END, or
  /// at the end of the area, because some ROMs forget the END.
  static void read(ByteBuffer area, Pieces pieces) throws MalformedPacketException {
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
      pieces.add(code, Bytes.take(area, length));
    }
  }

  /// The options of a message while it is read. Each is one piece but for long values and hostile
  /// packets.
  static final class Pieces {
    private final @Nullable Bytes[] first = new Bytes[Option.END];
    private final Map<Integer, List<Bytes>> more = new HashMap<>();

    void add(int code, Bytes piece) {
      if (first[code] == null) {
        first[code] = piece;
      } else {
        more.computeIfAbsent(code, _ -> new ArrayList<>()).add(piece);
      }
    }

    /// What an option said, which then is none any more.
    @Nullable Bytes remove(Option<?> option) {
      Bytes removed = joined(option.code());
      first[option.code()] = null;
      more.remove(option.code());
      return removed;
    }

    private @Nullable Bytes joined(int code) {
      Bytes begin = first[code];
      List<Bytes> rest = more.getOrDefault(code, List.of());
      return begin == null || rest.isEmpty() ? begin : Bytes.join(begin, rest);
    }

    Options options() {
      more.keySet().forEach(code -> first[code] = joined(code));
      return new Options(first, Map.of());
    }
  }

  static Options readEncapsulated(Bytes value) throws MalformedPacketException {
    Pieces pieces = new Pieces();
    read(value.reading(), pieces);
    return pieces.options();
  }

  /// In ascending order, with an END, as the value of another option.
  Bytes encapsulated() {
    ByteBuffer out = ByteBuffer.allocate(size() + 1);
    for (int at = 0; at < codes.length; at++) {
      write(codes[at], values[at], out);
    }
    return Bytes.drain(out.put((byte) Option.END).flip());
  }

  /// What is in the `options` field: in ascending order, but the message type first, where every
  /// tool looks for it, and the relay's own option last (RFC 3046 §2.2); without an END.
  void write(ByteBuffer out) {
    int first = Option.MESSAGE_TYPE.code();
    int last = Option.RELAY_AGENT_INFO.code();
    writeIfAny(first, out);
    if (!elsewhere.isEmpty()) {
      int fields = elsewhere.values().stream().distinct().mapToInt(Field::overload).sum();
      write(Option.OVERLOAD.code(), Option.OVERLOAD.shape().write(fields), out);
    }
    for (int at = 0; at < codes.length; at++) {
      int code = codes[at];
      if (code != first && code != last && !elsewhere.containsKey(code)) {
        write(code, values[at], out);
      }
    }
    writeIfAny(last, out);
  }

  private void writeIfAny(int code, ByteBuffer out) {
    int at = find(code);
    if (at >= 0) {
      write(code, values[at], out);
    }
  }

  /// As much room as all of them take at most, wherever they stand.
  int size() {
    int size = encodedSize(Byte.BYTES); // option 52
    for (Bytes value : values) {
      size += encodedSize(value.length());
    }
    return size;
  }

  boolean isAnyIn(Field field) {
    return elsewhere.containsValue(field);
  }

  /// What is in one of the other fields, in ascending order and with an END.
  Bytes written(Field field) {
    ByteBuffer out = ByteBuffer.allocate(size() + 1);
    for (int at = 0; at < codes.length; at++) {
      if (elsewhere.get(codes[at]) == field) {
        write(codes[at], values[at], out);
      }
    }
    return Bytes.drain(out.put((byte) Option.END).flip());
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
    private final @Nullable Bytes[] values = new Bytes[Option.END];
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
      values[code] = value;
      elsewhere.remove(code);
      if (field != Field.OPTIONS) {
        elsewhere.put(code, field);
      }
      return this;
    }

    public boolean has(int code) {
      return values[code] != null;
    }

    public Options build() {
      return new Options(values, Map.copyOf(elsewhere));
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Options that
        && Arrays.equals(codes, that.codes)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(codes) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return byCode().toString();
  }
}
