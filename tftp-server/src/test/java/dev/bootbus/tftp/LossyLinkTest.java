package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.tftp.Sender.Action;
import dev.bootbus.tftp.wire.MalformedPacketException;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Sender] and [BlockWindow] against a client behind a link that loses, repeats and reorders; in a
/// time of its own, so that a transfer with many time-outs takes no time.
class LossyLinkTest {
  private static final Patience PATIENCE = Patience.growing(Duration.ofSeconds(1));
  private static final int MANY_RETRIES = 60;

  /// All in percent of packets. The late ones are overtaken by others.
  private record Link(int lost, int repeated, int late) {
    static final Link PERFECT = new Link(0, 0, 0);
    static final int MAX_DELAY = 50;
  }

  /// What clients do differently.
  private enum Client {
    /// One ACK for the first of many blocks out of sequence.
    QUIET,
    /// One for each of them, as EDK2 does.
    EDK2,
    /// That, and the latest ACK again after each second without a packet.
    IMPATIENT
  }

  private record Arrival(long time, long order, boolean atClient, ByteBuffer bytes) {}

  /// One transfer, simulated.
  private static final class Simulation {
    private final Random random;
    private final Link link;
    private final Client client;
    private final PriorityQueue<Arrival> underWay =
        new PriorityQueue<>(Comparator.comparing(Arrival::time).thenComparing(Arrival::order));
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Negotiation agreed;
    private final BlockWindow window;
    private final Sender sender;

    private long now;
    private long order;
    private long blocksSent;
    private long highest;
    private long expected = 1;
    private int inWindow;
    private boolean complaint;
    private boolean complete;
    private long clientDeadline;
    private int lastAck = -1;

    Simulation(long seed, Link link, Client client, int blksize, int windowsize, byte[] file) {
      this.random = new Random(seed);
      this.link = link;
      this.client = client;
      Options accepted =
          windowsize == 1 && random.nextBoolean()
              ? Options.NONE
              : new Options(List.of(new Option("windowsize", "" + windowsize)));
      this.agreed = new Negotiation(blksize, windowsize, PATIENCE, accepted);
      this.window =
          new BlockWindow(
              OptionalLong.of(file.length), new ByteArrayInputStream(file), blksize, windowsize);
      this.sender = new Sender(agreed, PATIENCE, MANY_RETRIES);
    }

    /// How the sender ended.
    Action run() throws Exception {
      Action action = sender.start();
      long deadline = 0;
      while (true) {
        switch (action) {
          case Action.SendOptionAck() -> put(true, new OptionAck(agreed.accepted()).encode());
          case Action.Send(var first, var last) -> send(first, last);
          case Action.Wait() -> {}
          case Action.Done(), Action.GiveUp() -> {
            return action;
          }
        }
        if (!(action instanceof Action.Wait)) {
          deadline = now + sender.patience().toMillis();
        }
        action = next(deadline);
      }
    }

    private void send(long first, long last) throws BlockWindow.UnreadableException {
      for (long number = first; number <= last && window.has(number); number++) {
        put(true, window.packet(number));
        blocksSent++;
        highest = Math.max(highest, number);
      }
      if (window.hasEnded()) {
        sender.ended(window.blocks());
      }
    }

    /// Lets time pass until the sender hears something or has waited long enough.
    private Action next(long deadline) throws MalformedPacketException {
      while (true) {
        Arrival arrival = underWay.peek();
        long clientTime = lastAck >= 0 && !complete ? clientDeadline : Long.MAX_VALUE;
        if (arrival == null || arrival.time() > Math.min(deadline, clientTime)) {
          if (clientTime < deadline) {
            now = clientTime;
            repeatAck();
            continue;
          }
          now = deadline;
          return sender.silence();
        }
        underWay.remove();
        now = arrival.time();
        TftpPacket packet = TftpPacket.decode(arrival.bytes());
        if (!arrival.atClient()) {
          return sender.acknowledged(((Ack) packet).block());
        }
        atClient(packet);
      }
    }

    private void put(boolean atClient, ByteBuffer bytes) {
      int copies = (happens(link.lost()) ? 0 : 1) + (happens(link.repeated()) ? 1 : 0);
      for (int i = 0; i < copies; i++) {
        long delay = happens(link.late()) ? 1 + random.nextInt(Link.MAX_DELAY) : 1;
        underWay.add(new Arrival(now + delay, order++, atClient, bytes.duplicate()));
      }
    }

    private boolean happens(int percent) {
      return random.nextInt(100) < percent;
    }

    private void atClient(TftpPacket packet) {
      clientDeadline = now + 1000;
      if (packet instanceof OptionAck) {
        if (expected == 1) {
          ack(0);
        }
        return;
      }
      Data data = (Data) packet;
      if (data.block() != (expected & 0xFFFF)) {
        outOfSequence();
        return;
      }
      complaint = false;
      byte[] payload = new byte[data.payload().remaining()];
      data.payload().get(payload);
      received.writeBytes(payload);
      complete = payload.length < agreed.blksize();
      expected++;
      inWindow++;
      if (complete || inWindow == agreed.windowsize()) {
        ack(data.block());
      }
    }

    private void outOfSequence() {
      if (client != Client.QUIET || !complaint || complete) {
        complaint = true;
        ack((int) ((expected - 1) & 0xFFFF));
      }
    }

    private void ack(int block) {
      inWindow = 0;
      lastAck = block;
      put(false, new Ack(block).encode());
    }

    private void repeatAck() {
      clientDeadline = now + 1000;
      complaint = false;
      if (client == Client.IMPATIENT) {
        ack((int) ((expected - 1) & 0xFFFF));
      }
    }
  }

  @ParameterizedTest(name = "blksize {0}")
  @ValueSource(ints = {8, 511, 512, 1428, 1468, 65464})
  void everyLengthArrivesWithoutAnyResend(int blksize) throws Exception {
    for (int windowsize : List.of(1, 2, 4, 16, 64)) {
      int window = blksize * windowsize;
      for (int length :
          List.of(
              0,
              1,
              blksize - 1,
              blksize,
              blksize + 1,
              window - 1,
              window,
              window + 1,
              3 * window)) {
        byte[] file = file(new Random(length), length);
        Simulation simulation =
            new Simulation(0, Link.PERFECT, Client.EDK2, blksize, windowsize, file);

        assertThat(simulation.run()).isEqualTo(new Action.Done());

        assertThat(simulation.received.toByteArray()).isEqualTo(file);
        assertThat(simulation.blocksSent).isEqualTo(length / blksize + 1);
      }
    }
  }

  @Test
  void contentSurvivesLossRepetitionAndReordering() throws Exception {
    long first = new Random().nextLong();
    System.out.println("LossyLinkTest first seed " + first);
    int done = 0;
    int transfers = 4000;
    for (long seed = first; seed < first + transfers; seed++) {
      Random random = new Random(seed);
      Link link = new Link(random.nextInt(20), random.nextInt(20), random.nextInt(20));
      Client client = Client.values()[random.nextInt(3)];
      int windowsize = List.of(1, 2, 4, 16, 64).get(random.nextInt(5));
      byte[] file = file(random, random.nextInt(200 * 16));
      Simulation simulation = new Simulation(seed, link, client, 16, windowsize, file);

      Action end = simulation.run();

      if (!simulation.sender.isHeard()) {
        continue; // nothing came back from three packets; a real client asks again
      }
      done++;
      assertThat(end).as("seed %d", seed).isEqualTo(new Action.Done());
      assertThat(simulation.received.toByteArray()).as("seed %d", seed).isEqualTo(file);
    }
    assertThat(done).isGreaterThan(transfers * 9 / 10);
  }

  @ParameterizedTest(name = "windowsize {0}")
  @ValueSource(ints = {1, 4, 64})
  void fileOf150000BlocksRollsOverTwice(int windowsize) throws Exception {
    byte[] file = file(new Random(1), 150_000 * 8);
    Simulation simulation = new Simulation(1, new Link(1, 1, 2), Client.EDK2, 8, windowsize, file);

    assertThat(simulation.run()).isEqualTo(new Action.Done());

    assertThat(simulation.received.toByteArray()).isEqualTo(file);
    assertThat(simulation.highest).isEqualTo(150_001);
  }

  /// RFC 1123 §4.2.3.1: where nothing is lost, nothing is to be sent twice, however often packets
  /// arrive.
  @Test
  void noSorcerersApprenticeInLockStep() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      byte[] file = file(new Random(seed), 3000);
      Simulation simulation =
          new Simulation(seed, new Link(0, 50, 20), Client.IMPATIENT, 16, 1, file);

      assertThat(simulation.run()).isEqualTo(new Action.Done());

      assertThat(simulation.blocksSent).as("seed %d", seed).isEqualTo(3000 / 16 + 1);
    }
  }

  @ParameterizedTest(name = "windowsize {0}")
  @ValueSource(ints = {2, 4, 16, 64})
  void noSorcerersApprenticeWithWindows(int windowsize) throws Exception {
    long sent = 0;
    long blocks = 0;
    for (int seed = 0; seed < 100; seed++) {
      Simulation simulation = done(seed, new Link(0, 1, 0), Client.EDK2, windowsize);
      sent += simulation.blocksSent;
      blocks += simulation.highest;
    }

    assertThat((double) sent / blocks).isLessThan(1.5);
  }

  @ParameterizedTest(name = "windowsize {0}")
  @ValueSource(ints = {4, 16, 64})
  void withWindowsMostLossesAreMendedWithoutATimeOut(int windowsize) throws Exception {
    Link link = new Link(1, 0, 0);
    for (Client client : List.of(Client.QUIET, Client.EDK2)) {
      long lockStep = 0;
      long windowed = 0;
      for (int seed = 0; seed < 20; seed++) {
        lockStep += done(seed, link, client, 1).now;
        windowed += done(seed, link, client, windowsize).now;
      }
      assertThat(windowed).isLessThan(lockStep / (windowsize == 4 ? 3 : 10));
    }
  }

  private static Simulation done(int seed, Link link, Client client, int windowsize)
      throws Exception {
    byte[] file = file(new Random(seed), 3000 * 16);
    Simulation simulation = new Simulation(seed, link, client, 16, windowsize, file);
    assertThat(simulation.run()).as("seed %d", seed).isEqualTo(new Action.Done());
    assertThat(simulation.received.toByteArray()).as("seed %d", seed).isEqualTo(file);
    return simulation;
  }

  private static byte[] file(Random random, int length) {
    byte[] file = new byte[length];
    random.nextBytes(file);
    return file;
  }
}
