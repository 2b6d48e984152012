package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SCRIPT;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.Destination.Broadcast;
import dev.bootbus.dhcp.Destination.LinkLayer;
import dev.bootbus.dhcp.Destination.Relay;
import dev.bootbus.dhcp.Destination.Unicast;
import dev.bootbus.dhcp.DhcpServer.Port;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.BackendUnavailableException.Reason;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Packets, and answers of backends, of every kind that chance comes upon go the whole way from
/// bytes to bytes, through the server of each mode. `-Dbootbus.hostile.packets=10000000` sends
/// more, `-Dbootbus.hostile.seed` the same again.
class HostilePacketsTest {
  private static final int PACKETS = Integer.getInteger("bootbus.hostile.packets", 200_000);
  private static final List<InetSocketAddress> SOURCES =
      List.of(source("0.0.0.0"), source("192.168.77.115"), source("10.0.0.1"));
  private static final int IP_AND_UDP = 28;

  /// At the most, in bytes sent for each byte received: a packet that says in 247 bytes that its
  /// sender takes 1,500. Without option 57 it is 2.3.
  private static final int MAX_AMPLIFICATION = 6;

  private final long seed = Long.getLong("bootbus.hostile.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final HostilePackets packets = new HostilePackets(random);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Outcomes outcomes = new Outcomes(HostilePacketsTest::check, meters, bugs());
  private int replies;

  /// Prints what would make a packet fail, and nothing else.
  private static Logger bugs() {
    Logger logger = (Logger) LoggerFactory.getLogger("hostile-packets");
    logger.setLevel(Level.ERROR);
    return logger;
  }

  private static InetSocketAddress source(String address) {
    return new InetSocketAddress(Inet4Address.ofLiteral(address), 68);
  }

  private static List<Responder> responders() {
    BootSettings plain = Machines.settings("", new TreeMap<>());
    TreeMap<Integer, Bytes> options = new TreeMap<>();
    options.put(43, Bytes.of(new byte[300]));
    options.put(54, Bytes.of(new byte[4]));
    options.put(224, Bytes.of(new byte[1200]));
    BootSettings crowded = Machines.settings(SCRIPT, options);
    List<Responder> responders = new ArrayList<>();
    for (BootSettings settings : List.of(SETTINGS, plain, crowded, Machines.withMenu())) {
      LoaderMemory memory = new LoaderMemory(LoaderMemory.DEFAULT_WINDOW);
      responders.add(new LoopBreaker(new FullDhcp(settings), memory));
      responders.add(new ProxyDhcp(settings));
      responders.add(new BootService(settings));
    }
    return responders;
  }

  private static void check(BootEvent event) {
    assertThat(event.transaction()).hasSize(8);
  }

  /// One port: gives its packets out one by one, and looks at what is sent for each.
  private final class Wire extends WireSocket {
    private final Delivery delivery;
    private int left;
    private Datagram asked = new Datagram(Bytes.EMPTY, SOURCES.getFirst(), false, "", 0);
    private boolean answered;

    Wire(Delivery delivery, int packets) {
      this.delivery = delivery;
      left = packets;
    }

    @Override
    public List<Datagram> receive() throws ClosedChannelException {
      if (left-- == 0) {
        throw new ClosedChannelException();
      }
      answered = false;
      InetSocketAddress source = SOURCES.get(random.nextInt(SOURCES.size()));
      asked = new Datagram(packets.next(), source, random.nextBoolean(), "eth0", System.nanoTime());
      return List.of(asked);
    }

    @Override
    public void send(Bytes payload, Destination destination) {
      try {
        assertThat(answered).as("one answer at most").isFalse();
        answered = true;
        replies++;
        DhcpMessage request = DhcpMessage.decode(asked.payload());
        assertReply(payload, request);
        assertNoThirdParty(destination, request);
      } catch (MalformedPacketException | AssertionError e) {
        throw new AssertionError(failure(asked) + " answered " + payload + " " + destination, e);
      }
    }

    private void assertReply(Bytes payload, DhcpMessage request) throws MalformedPacketException {
      int said = request.options().get(Option.MAX_MESSAGE_SIZE).orElse(576);
      assertThat(payload.length())
          .isGreaterThanOrEqualTo(DhcpMessage.MIN_SIZE)
          .isLessThanOrEqualTo(Math.clamp(said, 576, 1500) - IP_AND_UDP)
          .isLessThanOrEqualTo(MAX_AMPLIFICATION * asked.payload().length());
      DhcpMessage reply = DhcpMessage.decode(payload);
      assertThat(DhcpMessage.decode(reply.encode())).isEqualTo(reply);
      if (!isOverloaded(payload)) {
        assertThat(reply.encode()).isEqualTo(payload);
      }
      assertThat(reply.op()).isEqualTo(DhcpMessage.BOOTREPLY);
      assertThat(reply.xid()).isEqualTo(request.xid());
      assertThat(reply.chaddr()).isEqualTo(request.chaddr());
      assertThat(reply.giaddr()).isEqualTo(request.giaddr());
      assertThat(reply.options().has(Option.SERVER_ID)).isTrue();
    }

    /// What was spread over three fields is in one when it is read.
    private static boolean isOverloaded(Bytes payload) {
      String options = payload.toString().substring(2 * DhcpMessage.HEADER_SIZE);
      return options.contains("3401");
    }

    private void assertNoThirdParty(Destination destination, DhcpMessage request) {
      InetSocketAddress from = asked.source();
      if (delivery.rule() == Rule.SOURCE) {
        boolean nobody = from.getAddress().isAnyLocalAddress();
        assertThat(destination)
            .isEqualTo(
                nobody
                    ? new Broadcast(from.getPort())
                    : new Unicast((Inet4Address) from.getAddress(), from.getPort()));
        return;
      }
      switch (destination) {
        case Relay(Inet4Address address, int port) -> {
          assertThat(address).isEqualTo(request.giaddr());
          assertThat(port).isEqualTo(67);
        }
        case Unicast(Inet4Address address, int port) -> {
          assertThat(port).isEqualTo(68);
          if (!address.equals(from.getAddress())) {
            // only on the link, or as a relay passed it on
            assertThat(from.getAddress().isAnyLocalAddress() || isRelayed(request)).isTrue();
            assertThat(address).isEqualTo(request.ciaddr());
          }
        }
        case Broadcast(int port) -> assertThat(port).isEqualTo(68);
        case LinkLayer(Inet4Address _, var mac, int port) -> {
          assertThat(port).isEqualTo(68);
          assertThat(mac.bytes()).isEqualTo(Arrays.copyOf(request.chaddr().toArray(), 6));
        }
      }
    }

    private static boolean isRelayed(DhcpMessage request) {
      return !request.giaddr().equals(DhcpMessage.NO_ADDRESS);
    }
  }

  private String failure(Datagram asked) {
    return "-Dbootbus.hostile.seed=%d: %s from %s".formatted(seed, asked.payload(), asked.source());
  }

  private CompletableFuture<DhcpResponse> answer(DhcpRequest question) {
    assertThat(question.facts().xid()).isBetween(0L, 0xFFFF_FFFFL);
    return switch (random.nextInt(8)) {
      case 0 -> {
        Reason reason = Reason.values()[random.nextInt(Reason.values().length)];
        yield CompletableFuture.failedFuture(new BackendUnavailableException(reason, "?"));
      }
      case 1, 2 -> CompletableFuture.completedFuture(HostileAnswers.random(random));
      default -> CompletableFuture.completedFuture(ANSWER);
    };
  }

  @Test
  void every_packet_has_one_outcome_and_no_answer_is_too_large_or_goes_astray() {
    System.out.println("HostilePacketsTest seed " + seed);
    List<Responder> responders = responders();
    List<Rule> rules = List.of(Rule.DHCP, Rule.SOURCE);
    int each = Math.ceilDiv(PACKETS, responders.size() * rules.size());
    for (Responder responder : responders) {
      for (Rule rule : rules) {
        Delivery delivery = new Delivery(rule, 67, 68);
        Wire wire = new Wire(delivery, each);
        new DhcpServer(new Port(wire, responder, delivery), this::answer, outcomes).serve();
      }
    }
    Map<String, Long> counted = counted();
    System.out.println("HostilePacketsTest " + counted);
    assertThat(outcomes.count(DropReason.FAILED)).as("seed %d", seed).isZero();
    long all = (long) each * responders.size() * rules.size();
    assertThat(counted.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(all);
    assertThat(replies).as("%s", counted).isGreaterThan((int) (all / 20));
    assertThat(counted.keySet())
        .contains("offer none", "ack none", "nak other-address")
        .contains("silence malformed", "silence malformed-option", "silence bad-address")
        .contains("silence not-a-request", "silence no-identity", "silence foreign-ciaddr")
        .contains("silence backend-timeout", "silence no-address", "silence bad-boot-file");
  }

  private Map<String, Long> counted() {
    Map<String, Long> counted = new TreeMap<>();
    for (FunctionCounter counter : meters.get("bootbus.dhcp.packets").functionCounters()) {
      if (counter.count() > 0) {
        String name = counter.getId().getTag("outcome") + " " + counter.getId().getTag("reason");
        counted.put(name, (long) counter.count());
      }
    }
    return counted;
  }
}
