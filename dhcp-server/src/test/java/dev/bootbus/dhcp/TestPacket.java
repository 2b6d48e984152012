package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.net.Inet4Address;
import java.util.HexFormat;
import java.util.List;

/// A client's packet, put together field by field.
final class TestPacket {
  static final String MAC = "52:54:00:77:00:10";
  static final Bytes UUID = Bytes.ofHex("00414c4d56004277408000000000000010");

  private final Options.Builder options = Options.builder();
  private int op = DhcpMessage.BOOTREQUEST;
  private int htype = 1;
  private int hlen = 6;
  private int hops;
  private int flags;
  private long xid = 0x12345678L;
  private Inet4Address ciaddr = DhcpMessage.NO_ADDRESS;
  private Inet4Address yiaddr = DhcpMessage.NO_ADDRESS;
  private Inet4Address giaddr = DhcpMessage.NO_ADDRESS;
  private String mac = MAC;

  static TestPacket of(MessageType type) {
    return new TestPacket().with(Option.MESSAGE_TYPE, type.code());
  }

  static TestPacket bootp() {
    return new TestPacket();
  }

  /// With what PXE firmware of this architecture says.
  static TestPacket pxe(MessageType type, int architecture) {
    return of(type)
        .with(Option.VENDOR_CLASS, "PXEClient:Arch:%05d:UNDI:003000".formatted(architecture))
        .with(Option.CLIENT_ARCH, List.of(architecture))
        .with(Option.MAX_MESSAGE_SIZE, 1472)
        .with(97, UUID);
  }

  static TestPacket http(MessageType type, int architecture) {
    return pxe(type, architecture)
        .with(Option.VENDOR_CLASS, "HTTPClient:Arch:%05d:UNDI:003000".formatted(architecture));
  }

  /// With what iPXE says when it runs on firmware of this architecture.
  static TestPacket ipxe(MessageType type, int architecture) {
    return pxe(type, architecture).with(77, Bytes.ofHex("69505845"));
  }

  <T> TestPacket with(Option<T> option, T value) {
    options.put(option, value);
    return this;
  }

  TestPacket with(int code, Bytes value) {
    options.put(code, value);
    return this;
  }

  TestPacket op(int value) {
    op = value;
    return this;
  }

  TestPacket mac(String value) {
    mac = value;
    return this;
  }

  TestPacket htype(int value) {
    htype = value;
    return this;
  }

  TestPacket hops(int value) {
    hops = value;
    return this;
  }

  TestPacket hlen(int value) {
    hlen = value;
    return this;
  }

  TestPacket xid(long value) {
    xid = value;
    return this;
  }

  TestPacket flags(int value) {
    flags = value;
    return this;
  }

  TestPacket ciaddr(String value) {
    ciaddr = Inet4Address.ofLiteral(value);
    return this;
  }

  TestPacket yiaddr(String value) {
    yiaddr = Inet4Address.ofLiteral(value);
    return this;
  }

  TestPacket giaddr(String value) {
    giaddr = Inet4Address.ofLiteral(value);
    return this;
  }

  DhcpMessage message() {
    byte[] chaddr = new byte[DhcpMessage.CHADDR_SIZE];
    byte[] address = HexFormat.ofDelimiter(":").parseHex(mac);
    System.arraycopy(address, 0, chaddr, 0, address.length);
    return new DhcpMessage(
        op,
        htype,
        hlen,
        hops,
        xid,
        4,
        flags,
        ciaddr,
        yiaddr,
        DhcpMessage.NO_ADDRESS,
        giaddr,
        Bytes.of(chaddr),
        "",
        "",
        options.build());
  }

  Client client() {
    return Client.of(message());
  }
}
