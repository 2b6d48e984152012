package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.Machines.ANSWER;
import static dev.bootbus.dhcp.Machines.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.Intent.Asked;
import dev.bootbus.dhcp.Intent.Ignore;
import dev.bootbus.dhcp.Reply.Noted;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.Reply.Silence;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Real packets, damaged in every way that chance comes upon, go the whole way from bytes to bytes.
class HostilePacketsTest {
  private static final int PACKETS = 400_000;
  private static final int ANSWERS = 50_000;
  private static final int MAX_REPLY = 1500 - 28;
  private static final InetSocketAddress SOURCE =
      new InetSocketAddress(Inet4Address.ofLiteral("192.168.77.115"), 68);
  private static final List<Responder> RESPONDERS =
      List.of(new FullDhcp(SETTINGS), new ProxyDhcp(SETTINGS), new BootService(SETTINGS));
  private static final Delivery DELIVERY = new Delivery(Rule.DHCP, 67, 68);

  private static final BootEvents EVENTS =
      new BootEvents(event -> assertThat(event.transaction()).hasSize(8));

  private final Map<DropReason, Integer> reasons = new EnumMap<>(DropReason.class);
  private int answered;

  @Test
  void only_one_exception_escapes_and_no_reply_is_too_large() {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    List<Bytes> corpus = Golden.all().stream().map(Golden.Packet::payload).toList();
    for (int i = 0; i < PACKETS; i++) {
      byte[] packet = mutated(corpus, random);
      try {
        go(Bytes.of(packet), RESPONDERS.get(i % RESPONDERS.size()), ANSWER);
      } catch (MalformedPacketException e) {
        count(DropReason.MALFORMED);
      } catch (RuntimeException e) {
        throw new AssertionError("-Dseed=" + seed + " packet " + Bytes.of(packet), e);
      }
    }
    assertThat(answered).as("some get through: %s", reasons).isGreaterThan(PACKETS / 20);
    assertThat(reasons)
        .containsKeys(
            DropReason.MALFORMED,
            DropReason.MALFORMED_OPTION,
            DropReason.BAD_ADDRESS,
            DropReason.NOT_A_REQUEST,
            DropReason.NO_IDENTITY);
  }

  /// A backend may be anybody's.
  @Test
  void no_answer_of_a_backend_makes_a_reply_that_is_wrong() throws Exception {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    List<Bytes> corpus = Golden.requests().stream().map(Golden.Packet::payload).toList();
    for (int i = 0; i < ANSWERS; i++) {
      DhcpResponse answer = HostileAnswers.random(random);
      try {
        Responder responder = RESPONDERS.get(i % RESPONDERS.size());
        go(corpus.get(random.nextInt(corpus.size())), responder, answer);
      } catch (RuntimeException e) {
        throw new AssertionError("-Dseed=" + seed + " answer " + answer, e);
      }
    }
    assertThat(answered).as("some are good: %s", reasons).isGreaterThan(ANSWERS / 20);
    assertThat(reasons).containsKeys(DropReason.NO_ADDRESS, DropReason.BAD_BOOT_FILE);
  }

  private void go(Bytes payload, Responder responder, DhcpResponse answer)
      throws MalformedPacketException {
    Packet packet = Packet.of(new Datagram(payload, SOURCE, false, "eth0", System.nanoTime()));
    switch (responder.intent(packet.client(), false)) {
      case Ignore(DropReason reason) -> silence(reason, packet, "");
      case Asked asked -> {
        DhcpRequest question = asked.client().question(responder.mode(), "eth0", packet.trace());
        assertThat(question.facts().xid()).isBetween(0L, 0xFFFF_FFFFL);
        EVENTS.asked(asked, packet);
        switch (responder.reply(asked, answer)) {
          case Silence(DropReason reason, String detail) -> silence(reason, packet, detail);
          case Noted noted -> EVENTS.noted(noted, packet);
          case Sent sent -> {
            EVENTS.sent(sent, packet, detail(answer));
            Bytes reply = sent.message().encode();
            assertThat(reply.length()).isBetween(DhcpMessage.MIN_SIZE, MAX_REPLY);
            assertThat(DhcpMessage.decode(reply)).isEqualTo(sent.message());
            assertThat(DELIVERY.of(sent.message(), SOURCE).port()).isIn(67, 68);
            answered++;
          }
        }
      }
    }
  }

  private static String detail(DhcpResponse response) {
    return response instanceof Answer answer ? answer.extensions().message() : "";
  }

  private void silence(DropReason reason, Packet packet, String detail) {
    EVENTS.silence(reason, packet, detail);
    count(reason);
  }

  private void count(DropReason reason) {
    reasons.merge(reason, 1, Integer::sum);
  }

  private static byte[] mutated(List<Bytes> corpus, Random random) {
    byte[] packet = corpus.get(random.nextInt(corpus.size())).toArray();
    for (int i = random.nextInt(6); i > 0; i--) {
      int at = random.nextInt(packet.length);
      switch (random.nextInt(6)) {
        case 0 -> packet[at] = (byte) random.nextInt();
        case 1 -> packet[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> packet = Arrays.copyOf(packet, Math.max(1, at));
        case 3 -> packet = spliced(packet, corpus.get(random.nextInt(corpus.size())), random);
        // most of what decides is in the options, and in the first bytes
        case 4 -> packet[Math.min(packet.length - 1, 240 + random.nextInt(100))] = -1;
        default ->
            packet[Math.min(packet.length - 1, random.nextInt(28))] = (byte) random.nextInt();
      }
    }
    return packet;
  }

  /// The head of one packet and the tail of another.
  private static byte[] spliced(byte[] head, Bytes other, Random random) {
    byte[] tail = other.toArray();
    int from = random.nextInt(tail.length);
    int keep = random.nextInt(head.length + 1);
    byte[] both = Arrays.copyOf(head, keep + tail.length - from);
    System.arraycopy(tail, from, both, keep, tail.length - from);
    return both.length == 0 ? head : both;
  }
}
