package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.MacAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.helpers.NOPLogger;

/// Takes made-up packets through everything between the two sockets, and sends nothing. Without it
/// the first OFFER after a start without an AOT cache took 54 to 69 ms, with it 33 to 39 ms (three
/// starts each).
///
/// A few rounds go before the start is complete, and the rest beside it: after 200 calls C1
/// compiles a method. The first thousand exchanges after a start cost dhcp-server, nats-server and
/// kernel-backend 640 to 710 microseconds of CPU each so, and 820 to 1,160 with the first rounds
/// alone; the rest costs a start some 150 ms of CPU.
final class Rehearsal {
  private static final int FIRST_ROUNDS = 20;
  private static final int ROUNDS = 150;
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:00");
  private static final Inet4Address ADDRESS = Inet4Address.ofLiteral("192.0.2.1");
  private static final InetSocketAddress SOURCE = new InetSocketAddress(ADDRESS, 68);
  private static final Inet4Address MASK = Inet4Address.ofLiteral("255.255.255.0");

  private Rehearsal() {}

  static void run(Responder responder) {
    run(responder, FIRST_ROUNDS);
    Thread.ofPlatform().daemon().name("rehearsal").start(() -> run(responder, ROUNDS));
  }

  private static void run(Responder responder, int rounds) {
    Outcomes outcomes = new Outcomes(event -> {}, new SimpleMeterRegistry(), NOPLogger.NOP_LOGGER);
    Port port = new Port(new Stage(rounds), responder, new Delivery(Rule.DHCP, 67, 68));
    new DhcpServer(port, request -> CompletableFuture.completedFuture(answer()), outcomes).serve();
  }

  /// Where the packets come from, and the answers end.
  private static final class Stage implements DhcpSocket {
    private int rounds;

    Stage(int rounds) {
      this.rounds = rounds;
    }

    @Override
    public List<Datagram> receive() throws ClosedChannelException {
      if (rounds-- == 0) {
        throw new ClosedChannelException();
      }
      List<Datagram> datagrams = new ArrayList<>();
      for (List<String> userClass : List.of(List.<String>of(), List.of("iPXE"))) {
        for (MessageType type : List.of(MessageType.DISCOVER, MessageType.REQUEST)) {
          Bytes payload = packet(type, userClass);
          datagrams.add(new Datagram(payload, SOURCE, false, "", System.nanoTime()));
        }
      }
      return datagrams;
    }

    @Override
    public void send(Bytes payload, Destination destination) {}

    @Override
    public void close() {}
  }

  private static DhcpResponse answer() {
    Dhcp dhcp =
        new Dhcp(
            MAC,
            ADDRESS,
            MASK,
            ADDRESS,
            List.of(ADDRESS),
            "host",
            "example",
            ADDRESS,
            List.of(),
            60,
            List.of("example"));
    return new DhcpResponse.Answer(
        dhcp, new Netboot(true, "http://192.0.2.1/boot.ipxe"), Extensions.NONE);
  }

  private static Bytes packet(MessageType type, List<String> userClass) {
    Options.Builder options =
        Options.builder()
            .put(Option.MESSAGE_TYPE, type.code())
            .put(Option.VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003000")
            .put(Option.CLIENT_ARCH, List.of(7))
            .put(Option.PARAMETER_LIST, List.of(1, 3, 6, 12, 15, 28, 43, 60, 66, 67, 97));
    if (!userClass.isEmpty()) {
      options.put(Option.USER_CLASS, userClass);
    }
    if (type == MessageType.REQUEST) {
      options.put(Option.REQUESTED_ADDRESS, ADDRESS);
    }
    Inet4Address none = DhcpMessage.NO_ADDRESS;
    Bytes chaddr = Bytes.of(Arrays.copyOf(MAC.bytes(), DhcpMessage.CHADDR_SIZE));
    return new DhcpMessage(
            DhcpMessage.BOOTREQUEST,
            1,
            MAC.bytes().length,
            0,
            0,
            0,
            0,
            none,
            none,
            none,
            none,
            chaddr,
            "",
            "",
            options.build())
        .encode();
  }
}
