package dev.bootbus.dhcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/// How the value of an option is laid out. A dozen shapes serve the whole registry.
public final class Shape<T> {
  public static final Shape<Bytes> BYTES = new Shape<>(value -> value, value -> value, _ -> true);

  private static final Fixed<Integer> BYTE =
      new Fixed<>(1, in -> Byte.toUnsignedInt(in.get()), (n, out) -> out.put(n.byteValue()));

  private static final Fixed<Integer> SHORT =
      new Fixed<>(
          2, in -> Short.toUnsignedInt(in.getShort()), (n, out) -> out.putShort(n.shortValue()));

  private static final Fixed<Long> INT =
      new Fixed<>(
          4, in -> Integer.toUnsignedLong(in.getInt()), (n, out) -> out.putInt(n.intValue()));

  private static final Fixed<Inet4Address> IPV4 =
      new Fixed<>(4, Addresses::read, (address, out) -> out.put(address.getAddress()));

  public static final Shape<Integer> UINT8 = BYTE.one();

  public static final Shape<Integer> UINT16 = SHORT.one();

  public static final Shape<Long> UINT32 = INT.one();

  public static final Shape<Inet4Address> ADDRESS = IPV4.one();

  /// Ones before zeroes (RFC 950 §2.1 lets others be; no client can use them).
  public static final Shape<Inet4Address> MASK =
      new Shape<>(
          Shape::readMask,
          address -> Bytes.of(address.getAddress()),
          value -> value.length() == Integer.BYTES && isMask(value.reading().getInt()));

  public static final Shape<List<Integer>> UINT8S = BYTE.list();

  public static final Shape<List<Integer>> UINT16S = SHORT.list();

  public static final Shape<List<Inet4Address>> ADDRESSES = IPV4.list();

  /// Read without the NULs that some clients put at the end, although RFC 2132 §2 says not to.
  public static final Shape<String> TEXT =
      new Shape<>(
          Shape::readText,
          text -> Bytes.of(text.getBytes(UTF_8)),
          value -> isPlain(value) || readText(value).chars().noneMatch(Character::isISOControl));

  /// RFC 4578 §2.3: type 0, then a GUID as UEFI lays it out, the first three fields little-endian.
  public static final Shape<UUID> MACHINE_UUID = new Shape<>(Shape::readUuid, Shape::writeUuid);

  public static final Shape<List<String>> USER_CLASS =
      new Shape<>(UserClass::read, UserClass::write);

  public static final Shape<List<String>> DOMAINS =
      new Shape<>(DomainNames::read, DomainNames::write);

  public static final Shape<List<ClasslessRoute>> ROUTES =
      new Shape<>(ClasslessRoute::read, ClasslessRoute::write);

  /// Options within an option (RFC 2132 §8.4).
  public static final Shape<Options> OPTIONS =
      new Shape<>(Options::readEncapsulated, Options::encapsulated);

  private interface Reader<T> {
    T read(Bytes value) throws MalformedPacketException;
  }

  private final Reader<T> reader;
  private final Function<T, Bytes> writer;
  private final Predicate<Bytes> sound;

  private Shape(Reader<T> reader, Function<T, Bytes> writer) {
    this(reader, writer, value -> isReadable(reader, value));
  }

  /// @param sound what it would be to be readable, and for text without control characters
  private Shape(Reader<T> reader, Function<T, Bytes> writer, Predicate<Bytes> sound) {
    this.reader = reader;
    this.writer = writer;
    this.sound = sound;
  }

  private static boolean isReadable(Reader<?> reader, Bytes value) {
    try {
      reader.read(value);
      return true;
    } catch (MalformedPacketException e) {
      return false;
    }
  }

  /// Whether these bytes have this shape, and no control characters where it is text. A server asks
  /// it of all that it sends, and so it makes nothing of most of them.
  boolean isSound(Bytes value) {
    return sound.test(value);
  }

  public T read(Bytes value) throws MalformedPacketException {
    return reader.read(value);
  }

  public Bytes write(T value) {
    return writer.apply(value);
  }

  private interface Put<T> {
    void put(T value, ByteBuffer to);
  }

  /// A value of always the same size, in bytes, of which there may be several in a row.
  private record Fixed<T>(int size, Function<ByteBuffer, T> get, Put<T> put) {
    Shape<T> one() {
      return new Shape<>(
          this::read, value -> write(List.of(value)), value -> value.length() == size);
    }

    Shape<List<T>> list() {
      return new Shape<>(this::readAll, this::write, this::areSome);
    }

    private T read(Bytes value) throws MalformedPacketException {
      if (value.length() != size) {
        throw new MalformedPacketException(value.length() + " bytes instead of " + size);
      }
      return get.apply(value.reading());
    }

    private boolean areSome(Bytes value) {
      return value.length() > 0 && value.length() % size == 0;
    }

    private List<T> readAll(Bytes value) throws MalformedPacketException {
      if (!areSome(value)) {
        throw new MalformedPacketException(
            value.length() + " bytes instead of a multiple of " + size);
      }
      ByteBuffer in = value.reading();
      List<T> list = new ArrayList<>(value.length() / size);
      while (in.hasRemaining()) {
        list.add(get.apply(in));
      }
      return Collections.unmodifiableList(list);
    }

    private Bytes write(List<T> values) {
      ByteBuffer out = ByteBuffer.allocate(size * values.size());
      for (T value : values) {
        put.put(value, out);
      }
      return Bytes.written(out);
    }
  }

  private static Inet4Address readMask(Bytes value) throws MalformedPacketException {
    Inet4Address mask = ADDRESS.read(value);
    if (!isMask(value.reading().getInt())) {
      throw new MalformedPacketException("not a subnet mask: " + mask.getHostAddress());
    }
    return mask;
  }

  private static boolean isMask(int bits) {
    return (~bits & ~bits + 1) == 0;
  }

  /// Whether it is all printable ASCII.
  private static boolean isPlain(Bytes value) {
    for (int at = 0; at < value.length(); at++) {
      if (value.at(at) < ' ' || value.at(at) > '~') {
        return false;
      }
    }
    return true;
  }

  private static String readText(Bytes value) {
    int length = value.length();
    while (length > 0 && value.at(length - 1) == 0) {
      length--;
    }
    return new String(value.toArray(), 0, length, UTF_8);
  }

  private static final int UUID_SIZE = 17;

  private static UUID readUuid(Bytes value) throws MalformedPacketException {
    if (value.length() != UUID_SIZE || value.at(0) != 0) {
      throw new MalformedPacketException("not a machine UUID: " + value);
    }
    ByteBuffer buffer = value.reading().position(1);
    return new UUID(swapped(buffer.getLong()), buffer.getLong());
  }

  private static Bytes writeUuid(UUID uuid) {
    ByteBuffer buffer = ByteBuffer.allocate(UUID_SIZE).put((byte) 0);
    buffer.putLong(swapped(uuid.getMostSignificantBits()));
    buffer.putLong(uuid.getLeastSignificantBits());
    return Bytes.drain(buffer.flip());
  }

  /// The first three fields of a GUID, 4, 2 and 2 bytes, each in the other byte order.
  private static long swapped(long fields) {
    long first = Integer.toUnsignedLong(Integer.reverseBytes((int) (fields >>> 32)));
    long second = Short.toUnsignedLong(Short.reverseBytes((short) (fields >>> 16)));
    long third = Short.toUnsignedLong(Short.reverseBytes((short) fields));
    return first << 32 | second << 16 | third;
  }
}
