package dev.bootbus.dhcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// How the value of an option is laid out. A dozen shapes serve the whole registry.
public final class Shape<T> {
  public static final Shape<Bytes> BYTES = new Shape<>(value -> value, value -> value);

  public static final Shape<Integer> UINT8 =
      fixed(1, buffer -> Byte.toUnsignedInt(buffer.get()), (n, to) -> to.put(n.byteValue()));

  public static final Shape<Integer> UINT16 =
      fixed(
          2,
          buffer -> Short.toUnsignedInt(buffer.getShort()),
          (n, to) -> to.putShort(n.shortValue()));

  public static final Shape<Long> UINT32 =
      fixed(
          4, buffer -> Integer.toUnsignedLong(buffer.getInt()), (n, to) -> to.putInt(n.intValue()));

  public static final Shape<Inet4Address> ADDRESS =
      fixed(4, Addresses::read, (address, to) -> to.put(address.getAddress()));

  /// Ones before zeroes (RFC 950 §2.1 lets others be; no client can use them).
  public static final Shape<Inet4Address> MASK =
      new Shape<>(Shape::readMask, address -> Bytes.of(address.getAddress()));

  public static final Shape<List<Integer>> UINT8S = listOf(UINT8, 1);

  public static final Shape<List<Integer>> UINT16S = listOf(UINT16, 2);

  public static final Shape<List<Inet4Address>> ADDRESSES = listOf(ADDRESS, 4);

  /// Read without the NULs that some clients put at the end, although RFC 2132 §2 says not to.
  public static final Shape<String> TEXT =
      new Shape<>(Shape::readText, text -> Bytes.of(text.getBytes(UTF_8)));

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

  private Shape(Reader<T> reader, Function<T, Bytes> writer) {
    this.reader = reader;
    this.writer = writer;
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

  private static <T> Shape<T> fixed(int size, Function<ByteBuffer, T> get, Put<T> put) {
    return new Shape<>(
        value -> {
          if (value.length() != size) {
            throw new MalformedPacketException(value.length() + " bytes instead of " + size);
          }
          return get.apply(value.buffer());
        },
        value -> {
          ByteBuffer buffer = ByteBuffer.allocate(size);
          put.put(value, buffer);
          return Bytes.drain(buffer.flip());
        });
  }

  private static <T> Shape<List<T>> listOf(Shape<T> element, int size) {
    return new Shape<>(
        value -> {
          if (value.length() == 0 || value.length() % size != 0) {
            throw new MalformedPacketException(
                value.length() + " bytes instead of a multiple of " + size);
          }
          List<T> list = new ArrayList<>(value.length() / size);
          for (int i = 0; i < value.length(); i += size) {
            list.add(element.read(value.slice(i, size)));
          }
          return List.copyOf(list);
        },
        list -> Bytes.join(list.stream().map(element::write).toList()));
  }

  private static Inet4Address readMask(Bytes value) throws MalformedPacketException {
    Inet4Address mask = ADDRESS.read(value);
    int zeroes = ~value.buffer().getInt();
    if ((zeroes & zeroes + 1) != 0) {
      throw new MalformedPacketException("not a subnet mask: " + mask.getHostAddress());
    }
    return mask;
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
    ByteBuffer buffer = value.buffer().position(1);
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
