package dev.bootbus.probe.explain;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.boot.Hardware;
import dev.bootbus.probe.boot.Program;
import dev.bootbus.probe.dhcp.ClientMessage;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/// The machine that somebody asks for, and where it would be.
///
/// @param relay that it would be behind; `giaddr`
/// @param relayAgentInfo that the relay would add (option 82)
/// @param network interface of the front end, or empty for all
record Machine(
    As as,
    Hardware hardware,
    Optional<Inet4Address> relay,
    Optional<Bytes> relayAgentInfo,
    String network) {
  private static final long XID = 0x0b007b05L;
  private static final Inet4Address NONE = DhcpMessage.NO_ADDRESS;

  int architecture() {
    return as.architecture(hardware.architecture());
  }

  /// Those of its programs that ask for an address, and that are known beforehand: where firmware
  /// loads whatever it is told, that is iPXE mostly.
  List<Program> programs() {
    return switch (as) {
      case BIOS, UEFI, UEFI_HTTP -> List.of(as.first(), Program.IPXE);
      case IPXE, RPI, FREEBSD, PXELINUX, GRUB -> List.of(as.first());
    };
  }

  DhcpMessage discover(Program program) {
    return message(program, MessageType.DISCOVER, NONE, Options.builder().build());
  }

  /// The one that follows an offer.
  DhcpMessage request(Program program, DhcpMessage offer) {
    Options.Builder chosen = Options.builder().put(Option.REQUESTED_ADDRESS, offer.yiaddr());
    offer.options().get(Option.SERVER_ID).ifPresent(id -> chosen.put(Option.SERVER_ID, id));
    return message(program, MessageType.REQUEST, NONE, chosen.build());
  }

  /// On port 4011 (PXE specification 2.1 §2.2.5); a relay is not asked.
  ///
  /// @param address the machine's own by then
  DhcpMessage bootRequest(Program program, Inet4Address address) {
    return unrelayed(program, MessageType.REQUEST, address, Options.builder().build());
  }

  private DhcpMessage message(
      Program program, MessageType type, Inet4Address ciaddr, Options more) {
    DhcpMessage said = unrelayed(program, type, ciaddr, more);
    if (relay.isEmpty()) {
      return said;
    }
    Options.Builder options = Options.builder();
    said.options()
        .codes()
        .forEach(code -> options.put(code, said.options().raw(code).orElseThrow()));
    relayAgentInfo.ifPresent(info -> options.put(Option.RELAY_AGENT_INFO, info));
    return new DhcpMessage(
        said.op(),
        said.htype(),
        said.hlen(),
        1,
        said.xid(),
        said.secs(),
        said.flags(),
        said.ciaddr(),
        said.yiaddr(),
        said.siaddr(),
        relay.get(),
        said.chaddr(),
        said.sname(),
        said.file(),
        options.build());
  }

  private DhcpMessage unrelayed(
      Program program, MessageType type, Inet4Address ciaddr, Options more) {
    return ClientMessage.of(type, program.identity(hardware, architecture()), XID, 0, ciaddr, more);
  }
}
