import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;

/// Turns a capture of one boot (Ethernet, as tcpdump writes it) into lines of a golden file: source
/// port, destination port and payload of each DHCP packet.
///
/// `java Recording.java boot.pcap >resources/golden/NAME.hex`
void main(String[] arguments) throws Exception {
  ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[0])));
  in.order(ByteOrder.LITTLE_ENDIAN).position(24);
  while (in.remaining() >= 16) {
    byte[] frame = new byte[in.getInt(in.position() + 8)];
    in.position(in.position() + 16);
    if (in.remaining() < frame.length) {
      return; // tcpdump was stopped within a packet
    }
    in.get(frame);
    ByteBuffer packet = ByteBuffer.wrap(frame);
    if (frame.length < 42 || packet.getShort(12) != 0x0800 || packet.get(23) != 17) {
      continue;
    }
    int udp = 14 + (packet.get(14) & 0x0F) * 4;
    int source = Short.toUnsignedInt(packet.getShort(udp));
    int target = Short.toUnsignedInt(packet.getShort(udp + 2));
    if (Set.of(67, 4011).contains(source) || Set.of(67, 4011).contains(target)) {
      int end = udp + Short.toUnsignedInt(packet.getShort(udp + 4));
      IO.println(source + " " + target + " " + HexFormat.of().formatHex(frame, udp + 8, end));
    }
  }
}
