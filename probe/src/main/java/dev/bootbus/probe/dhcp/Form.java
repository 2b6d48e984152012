package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.ClasslessRoute;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.Shape;
import dev.bootbus.runtime.terminal.Terminal;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How the value of an option is laid out, and how people read it.
enum Form {
  BYTES(raw -> new Read(raw.toString())),
  TEXT(raw -> new Read(text(Shape.TEXT.read(raw)))),
  /// What is text with some and bytes with others.
  ID(raw -> new Read(isPlain(raw) ? text(Shape.TEXT.read(raw)) : raw.toString())),
  UINT8(of(Shape.UINT8)),
  INT8(raw -> new Read(String.valueOf(Shape.UINT8.read(raw).byteValue()))),
  UINT16(of(Shape.UINT16)),
  UINT32(of(Shape.UINT32)),
  INT32(raw -> new Read(String.valueOf(Shape.UINT32.read(raw).intValue()))),
  SECONDS(raw -> new Read(Words.seconds(Shape.UINT32.read(raw)))),
  FLAG(raw -> new Read(Words.flag(Shape.UINT8.read(raw)))),
  UINT16S(list(Shape.UINT16S, String::valueOf)),
  ADDRESS(raw -> new Read(Shape.ADDRESS.read(raw).getHostAddress())),
  ADDRESSES(list(Shape.ADDRESSES, Inet4Address::getHostAddress)),
  /// Two addresses each.
  PAIRS(raw -> new Read(pairs(Shape.ADDRESSES.read(raw)))),
  DOMAINS(list(Shape.DOMAINS, Form::text)),
  ROUTES(list(Shape.ROUTES, Form::route)),
  MESSAGE_TYPE(raw -> new Read(Words.messageType(Shape.UINT8.read(raw)))),
  OVERLOAD(raw -> new Read(Words.overload(Shape.UINT8.read(raw)))),
  NODE_TYPE(raw -> new Read(Words.nodeType(Shape.UINT8.read(raw)))),
  ARCHITECTURES(list(Shape.UINT16S, Words::architecture)),
  /// Codes of other options, in the client's order.
  CODES(list(Shape.UINT8S, code -> code + " " + Registry.option(code).name())),
  NDI(raw -> new Read(ndi(raw))),
  UUID(raw -> new Read(Shape.MACHINE_UUID.read(raw).toString())),
  USER_CLASS(list(Shape.USER_CLASS, Form::text)),
  CLIENT_ID(raw -> new Read(clientId(raw))),
  FQDN(raw -> new Read(fqdn(raw))),
  SIP(raw -> new Read(sip(raw))),
  /// Suboptions without names.
  TAGGED(raw -> Tags.inOption(43_000, raw, true)),
  VENDOR(raw -> Tags.inOption(43, raw, true)),
  RELAY(raw -> Tags.inOption(82, raw, false)),
  IPXE(raw -> Tags.inOption(175, raw, true)),
  VENDORS(Tags::byVendor),
  VENDOR_CLASSES(Tags::classes),
  DISCOVERY_CONTROL(raw -> new Read(Words.discoveryControl(Shape.UINT8.read(raw)))),
  BOOT_SERVERS(raw -> new Read(PxeMenu.servers(raw))),
  BOOT_MENU(raw -> new Read(PxeMenu.menu(raw))),
  MENU_PROMPT(raw -> new Read(PxeMenu.prompt(raw))),
  BOOT_ITEM(raw -> new Read(PxeMenu.item(raw)));

  /// @param parts options in it
  record Read(String value, List<OptionText> parts) {
    Read(String value) {
      this(value, List.of());
    }
  }

  interface Reader {
    Read read(Bytes raw) throws MalformedPacketException;
  }

  private static final int ETHERNET = 1;
  private static final int ETHERNET_ID_SIZE = 7;
  private static final int NDI_SIZE = 3;
  private static final int FQDN_HEADER = 3;
  private static final int FQDN_CANONICAL = 4;

  private final Reader reader;

  Form(Reader reader) {
    this.reader = reader;
  }

  Read read(Bytes raw) throws MalformedPacketException {
    return reader.read(raw);
  }

  private static <T> Reader of(Shape<T> shape) {
    return raw -> new Read(String.valueOf(shape.read(raw)));
  }

  private static <T> Reader list(Shape<List<T>> shape, Function<T, String> words) {
    return raw -> new Read(shape.read(raw).stream().map(words).collect(Collectors.joining(", ")));
  }

  static String text(String foreign) {
    return Terminal.printable(foreign);
  }

  private static boolean isPlain(Bytes raw) {
    for (int i = 0; i < raw.length(); i++) {
      if (raw.at(i) < ' ' || raw.at(i) > '~') {
        return false;
      }
    }
    return raw.length() > 0;
  }

  private static String route(ClasslessRoute route) {
    return "%s/%d via %s"
        .formatted(
            route.destination().getHostAddress(), route.prefix(), route.router().getHostAddress());
  }

  private static String pairs(List<Inet4Address> addresses) throws MalformedPacketException {
    if (addresses.size() % 2 != 0) {
      throw new MalformedPacketException("an address too few");
    }
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i += 2) {
      pairs.add(addresses.get(i).getHostAddress() + " " + addresses.get(i + 1).getHostAddress());
    }
    return String.join(", ", pairs);
  }

  /// RFC 4578 §2.2
  private static String ndi(Bytes raw) throws MalformedPacketException {
    if (raw.length() != NDI_SIZE) {
      throw new MalformedPacketException(raw.length() + " bytes instead of " + NDI_SIZE);
    }
    return "%s %d.%d"
        .formatted(raw.at(0) == 1 ? "UNDI" : "type " + raw.at(0), raw.at(1), raw.at(2));
  }

  /// RFC 2132 §9.14
  private static String clientId(Bytes raw) throws MalformedPacketException {
    if (raw.length() < 2) {
      throw new MalformedPacketException(raw.length() + " bytes");
    }
    return raw.at(0) == ETHERNET && raw.length() == ETHERNET_ID_SIZE
        ? "Ethernet " + HexFormat.ofDelimiter(":").formatHex(raw.toArray(), 1, raw.length())
        : "type " + raw.at(0) + " " + raw.toString().substring(2);
  }

  /// RFC 4702 §2
  private static String fqdn(Bytes raw) throws MalformedPacketException {
    if (raw.length() < FQDN_HEADER) {
      throw new MalformedPacketException(raw.length() + " bytes");
    }
    byte[] bytes = raw.toArray();
    Bytes name = Bytes.drain(ByteBuffer.wrap(bytes, FQDN_HEADER, bytes.length - FQDN_HEADER));
    boolean canonical = (raw.at(0) & FQDN_CANONICAL) != 0;
    String said =
        canonical && name.length() > 0 && bytes[bytes.length - 1] == 0
            ? String.join(" ", Shape.DOMAINS.read(name))
            : new String(name.toArray(), StandardCharsets.US_ASCII);
    return "flags %d %s".formatted(raw.at(0), text(said));
  }

  /// RFC 3361 §3
  private static String sip(Bytes raw) throws MalformedPacketException {
    if (raw.length() < 2) {
      throw new MalformedPacketException(raw.length() + " bytes");
    }
    byte[] bytes = raw.toArray();
    Bytes rest = Bytes.drain(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
    return switch (raw.at(0)) {
      case 0 -> DOMAINS.read(rest).value();
      case 1 -> ADDRESSES.read(rest).value();
      default -> throw new MalformedPacketException("unknown encoding " + raw.at(0));
    };
  }
}
