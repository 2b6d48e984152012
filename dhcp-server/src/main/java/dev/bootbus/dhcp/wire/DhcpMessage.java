package dev.bootbus.dhcp.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.bootbus.dhcp.wire.Options.Pieces;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/// A DHCP message; its components have the names of RFC 2131 §2.
///
/// @param xid 0 to 2^32-1
/// @param chaddr all 16 bytes of the field, of which the client says that `hlen` count
/// @param sname one character for each byte up to the first NUL, at most 64
/// @param file the same, at most 128
/// @param options what the `options` field holds, and the other two fields if it says so
public record DhcpMessage(
    int op,
    int htype,
    int hlen,
    int hops,
    long xid,
    int secs,
    int flags,
    Inet4Address ciaddr,
    Inet4Address yiaddr,
    Inet4Address siaddr,
    Inet4Address giaddr,
    Bytes chaddr,
    String sname,
    String file,
    Options options) {

  public static final int BOOTREQUEST = 1;
  public static final int BOOTREPLY = 2;

  /// The one bit of `flags` with a meaning; the others must be zero and are sometimes not.
  public static final int BROADCAST = 0x8000;

  public static final Inet4Address NO_ADDRESS = Inet4Address.ofLiteral("0.0.0.0");

  /// Up to where `options` begin, and with the magic cookie.
  public static final int HEADER_SIZE = 240;

  /// The BOOTP size (RFC 951 §3, RFC 1542 §2.1): relays and old ROMs drop what is shorter.
  public static final int MIN_SIZE = 300;

  /// More than any client sends; it bounds what one packet can make us hold.
  public static final int MAX_SIZE = 4096;

  public static final int CHADDR_SIZE = 16;
  public static final int FILE_SIZE = 128;
  public static final int SNAME_SIZE = 64;
  private static final int MAGIC_COOKIE = 0x63825363;
  private static final int FILE_HOLDS_OPTIONS = 1;
  private static final int SNAME_HOLDS_OPTIONS = 2;

  public DhcpMessage {
    if (chaddr.length() != CHADDR_SIZE) {
      throw new IllegalArgumentException("chaddr of " + chaddr.length() + " bytes");
    }
    if (sname.length() > SNAME_SIZE || file.length() > FILE_SIZE) {
      throw new IllegalArgumentException("sname or file too long for its field");
    }
    check(options, Options.Field.SNAME, sname, SNAME_SIZE);
    check(options, Options.Field.FILE, file, FILE_SIZE);
  }

  private static void check(Options options, Options.Field field, String text, int size) {
    if (options.isAnyIn(field) && (!text.isEmpty() || options.written(field).length() > size)) {
      throw new IllegalArgumentException(field + " has no room for its options");
    }
  }

  public boolean wantsBroadcast() {
    return (flags & BROADCAST) != 0;
  }

  /// Reads a datagram's payload. A missing END is accepted; what follows END is ignored.
  public static DhcpMessage decode(Bytes datagram) throws MalformedPacketException {
    if (datagram.length() < HEADER_SIZE) {
      throw new MalformedPacketException("too short: " + datagram.length() + " bytes");
    }
    if (datagram.length() > MAX_SIZE) {
      throw new MalformedPacketException("longer than " + MAX_SIZE + " bytes");
    }
    ByteBuffer in = datagram.reading();
    if (in.getInt(HEADER_SIZE - Integer.BYTES) != MAGIC_COOKIE) {
      throw new MalformedPacketException("no magic cookie");
    }
    int op = Byte.toUnsignedInt(in.get());
    int htype = Byte.toUnsignedInt(in.get());
    int hlen = Byte.toUnsignedInt(in.get());
    int hops = Byte.toUnsignedInt(in.get());
    long xid = Integer.toUnsignedLong(in.getInt());
    int secs = Short.toUnsignedInt(in.getShort());
    int flags = Short.toUnsignedInt(in.getShort());
    Inet4Address ciaddr = Addresses.read(in);
    Inet4Address yiaddr = Addresses.read(in);
    Inet4Address siaddr = Addresses.read(in);
    Inet4Address giaddr = Addresses.read(in);
    Bytes chaddr = Bytes.take(in, CHADDR_SIZE);
    Bytes sname = Bytes.take(in, SNAME_SIZE);
    Bytes file = Bytes.take(in, FILE_SIZE);
    in.position(HEADER_SIZE);
    Pieces pieces = new Pieces();
    Options.read(in, pieces);
    int overload = overload(pieces);
    // in this order (RFC 2131 §4.1); an overload said within these fields is not followed
    if ((overload & FILE_HOLDS_OPTIONS) != 0) {
      Options.read(file.reading(), pieces);
      file = Bytes.EMPTY;
    }
    if ((overload & SNAME_HOLDS_OPTIONS) != 0) {
      Options.read(sname.reading(), pieces);
      sname = Bytes.EMPTY;
    }
    pieces.remove(Option.OVERLOAD);
    return new DhcpMessage(
        op,
        htype,
        hlen,
        hops,
        xid,
        secs,
        flags,
        ciaddr,
        yiaddr,
        siaddr,
        giaddr,
        chaddr,
        text(sname),
        text(file),
        pieces.options());
  }

  private static int overload(Pieces pieces) throws MalformedPacketException {
    Bytes said = pieces.remove(Option.OVERLOAD);
    return said == null ? 0 : Option.OVERLOAD.shape().read(said);
  }

  private static String text(Bytes field) {
    int end = 0;
    while (end < field.length() && field.at(end) != 0) {
      end++;
    }
    return end == 0 ? "" : new String(field.toArray(), 0, end, ISO_8859_1);
  }

  /// The same message always gives the same bytes, at least [#MIN_SIZE] of them.
  public Bytes encode() {
    int size = HEADER_SIZE + options.size() + 1;
    ByteBuffer out = ByteBuffer.allocate(Math.max(size, MIN_SIZE)); // Option.PAD is 0
    out.put((byte) op).put((byte) htype).put((byte) hlen).put((byte) hops);
    out.putInt((int) xid).putShort((short) secs).putShort((short) flags);
    out.put(ciaddr.getAddress()).put(yiaddr.getAddress());
    out.put(siaddr.getAddress()).put(giaddr.getAddress());
    chaddr.put(0, CHADDR_SIZE, out);
    put(Options.Field.SNAME, sname, SNAME_SIZE, out);
    put(Options.Field.FILE, file, FILE_SIZE, out);
    out.putInt(MAGIC_COOKIE);
    options.write(out);
    out.put((byte) Option.END);
    // as there may be less in `options` than all options take
    return Bytes.drain(out.limit(Math.max(out.position(), MIN_SIZE)).rewind());
  }

  private void put(Options.Field field, String text, int size, ByteBuffer out) {
    int end = out.position() + size;
    if (options.isAnyIn(field)) {
      out.put(options.written(field).reading());
    } else {
      out.put(text.getBytes(ISO_8859_1));
    }
    out.position(end);
  }
}
