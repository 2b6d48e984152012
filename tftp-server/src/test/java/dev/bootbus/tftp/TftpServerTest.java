package dev.bootbus.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.TestClient.Heard;
import dev.bootbus.tftp.TestServer.Setup;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.TftpPacket;
import dev.bootbus.tftp.wire.TftpPacket.Ack;
import dev.bootbus.tftp.wire.TftpPacket.Data;
import dev.bootbus.tftp.wire.TftpPacket.OptionAck;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import dev.bootbus.tftp.wire.TftpPacket.WriteRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The server over real sockets, with clients that behave well and badly; each engine, with a port
/// for each transfer and with one for all, does the same.
@ParameterizedClass(name = "{0}, single port {1}")
@CsvSource({"GSO, false", "MMSG, false", "NIO, false", "GSO, true", "MMSG, true", "NIO, true"})
class TftpServerTest {
  private static final String ALL_FROM_ONE_PORT = "the client's port is all that tells transfers";
  private static final Duration BRIEF = Duration.ofMillis(60);
  private static final byte[] FILE = random(100_000);

  private final boolean singlePort;
  private final Setup setup;
  private TestServer server;
  private TestClient client;
  private int expectedBugs;

  TftpServerTest(Network.Engine engine, boolean singlePort) {
    this.singlePort = singlePort;
    Setup chosen = Setup.USUAL.with(engine);
    this.setup = singlePort ? chosen.onSinglePort() : chosen;
  }

  @BeforeEach
  void start() throws IOException {
    start(new TestServer(TestServer.files(Map.of("file", FILE, "dir/small", random(5))), setup));
  }

  private void start(TestServer started) throws IOException {
    server = started;
    client = server.client();
  }

  private void restart(TestServer started) throws IOException {
    stop();
    start(started);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
    assertThat(server.server.inFlight()).isZero();
    assertThat(server.journal.count(Ending.BUG)).isEqualTo(expectedBugs);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private void awaitCount(Ending ending, long count) {
    await().atMost(TestClient.LONG).until(() -> server.journal.count(ending) == count);
  }

  private void awaitCount(DropReason reason, long count) {
    await().atMost(TestClient.LONG).until(() -> server.journal.count(reason) == count);
  }

  private void assertError(Heard heard, ErrorCode code, String message) {
    assertThat(heard.packet()).isEqualTo(new TftpPacket.Error(code, message));
  }

  @Test
  void lockStep() throws IOException {
    assertThat(client.read("file")).isEqualTo(FILE);

    awaitCount(Ending.SENT, 1);
  }

  @Test
  void withOptions() throws IOException {
    client.ask("/file", "tsize", "0", "blksize", "1468", "windowsize", "4");
    Heard answer = client.hear();
    assertThat(answer.packet())
        .isEqualTo(
            new OptionAck(
                TestClient.options("tsize", "100000", "blksize", "1468", "windowsize", "4")));

    client.send(new Ack(0), answer.from());
    for (int block = 1; block <= 4; block++) {
      assertThat(client.hearBlock()).isEqualTo(block);
    }
    assertThat(client.hear(BRIEF)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 64})
  void windows(int windowsize) throws IOException {
    assertThat(client.read("file", "windowsize", "" + windowsize)).isEqualTo(FILE);
  }

  @Test
  void modesInAnyCase() throws IOException {
    client.toServer(new ReadRequest("dir\\small", "OcTeT", Options.NONE));

    assertThat(client.rest()).isEqualTo(random(5));
  }

  @Test
  void netasciiTranslatesAndDoesNotKnowTheSize() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("text", "a\nb\r".getBytes())), setup));

    client.toServer(new ReadRequest("text", "netascii", TestClient.options("tsize", "0")));
    assertThat(client.rest()).isEqualTo("a\r\nb\r\0".getBytes());
  }

  @Test
  void fiftyClientsAtOnce() throws Exception {
    List<Callable<byte[]>> reads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String windowsize = "" + (1 + i % 7);
      reads.add(
          () -> {
            try (TestClient one = server.client()) {
              return one.read("file", "windowsize", windowsize, "blksize", "1428");
            }
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<byte[]> read : threads.invokeAll(reads)) {
        assertThat(read.get()).isEqualTo(FILE);
      }
    }
    awaitCount(Ending.SENT, 50);
  }

  @Test
  void error1_missing() throws IOException {
    client.ask("/nope");

    assertError(client.hear(), ErrorCode.FILE_NOT_FOUND, "/nope is not here: no such file.");
    awaitCount(Ending.NOT_FOUND, 1);
  }

  @Test
  void errorTextsFitEveryClientAndItsConsole() throws IOException {
    String text = "no\nkernel \u001b[31m" + "x".repeat(100_000);
    restart(new TestServer((_, _) -> new ContentSource.Answer.Missing(text), setup));

    client.ask("file");

    TftpPacket.Error error = (TftpPacket.Error) client.hear().packet();
    assertThat(error.message()).hasSize(511).startsWith("no kernel  [31mxxx");
  }

  @Test
  void error2_namesThatLeadOut() throws IOException {
    client.ask("../../etc/passwd");

    assertError(client.hear(), ErrorCode.ACCESS_VIOLATION, "the path leads out of the root");
    awaitCount(Ending.DENIED, 1);
  }

  @Test
  void error2_writeRequests() throws IOException {
    client.toServer(new WriteRequest("file", "octet", Options.NONE));

    assertError(client.hear(), ErrorCode.ACCESS_VIOLATION, "this server is read only");
    awaitCount(DropReason.WRITE_REQUEST, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mail", "", "image", "octet\t"})
  void error4_otherModes(String mode) throws IOException {
    client.toServer(new ReadRequest("file", mode, Options.NONE));

    assertError(
        client.hear(), ErrorCode.ILLEGAL_OPERATION, "only the modes octet and netascii are served");
    awaitCount(DropReason.UNSUPPORTED_MODE, 1);
  }

  @Test
  void malformedAndMisplacedPacketsAreCountedAndNotAnswered() throws IOException {
    client.toServer(new byte[0]);
    client.toServer(new byte[] {0, 1, 'a'});
    client.toServer(new byte[] {0, 9, 0, 0});
    client.toServer(new byte[600]);
    awaitCount(DropReason.MALFORMED, 4);

    client.toServer(new Ack(1));
    client.toServer(new Data(1, ByteBuffer.allocate(0)));
    client.toServer(new OptionAck(Options.NONE));
    client.toServer(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "hello"));
    awaitCount(DropReason.OUT_OF_PLACE, 4);

    assertThat(client.hear(BRIEF)).isEmpty();
    assertThat(client.read("dir/small")).isEqualTo(random(5));
  }

  @Test
  void aFloodOfRubbishIsSurvived() throws IOException {
    long seed = new Random().nextLong();
    System.out.println("TftpServerTest seed " + seed);
    Random random = new Random(seed);
    try (TestClient hostile = server.client()) {
      for (int i = 0; i < 20_000; i++) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        if (bytes.length > 1 && random.nextBoolean()) {
          bytes[0] = 0;
          bytes[1] = (byte) random.nextInt(8);
        }
        hostile.toServer(bytes);
      }
    }
    await()
        .atMost(TestClient.LONG)
        .ignoreExceptions()
        .until(() -> client.read("file").length == FILE.length);
  }

  @Test
  void rfc1350_4_aStrangerGetsError5AndTheTransferGoesOn() throws IOException {
    assumeFalse(singlePort, ALL_FROM_ONE_PORT);
    client.ask("file", "timeout", "100");
    Heard answer = client.hear();
    try (TestClient stranger = server.client()) {
      stranger.send(new Ack(0), answer.from());
      assertError(stranger.hear(), ErrorCode.UNKNOWN_TRANSFER_ID, "unknown transfer id");
      stranger.send(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "die"), answer.from());
      assertThat(stranger.hear(BRIEF)).isEmpty();

      client.send(new Ack(0), answer.from());
      assertThat(client.hear().from()).isEqualTo(answer.from());
      for (int i = 0; i < 100; i++) {
        stranger.send(new Ack(1), answer.from());
      }
      client.send(new Ack(1), answer.from());
      assertThat(client.hearBlock()).isEqualTo(2);
    }
    client.send(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "enough"), answer.from());
    awaitCount(Ending.ABORTED_BY_CLIENT, 1);
  }

  @Test
  void aRepeatedRequestDoesNotBeginASecondTransfer() throws IOException {
    client.ask("file", "blksize", "1000");
    client.ask("file", "blksize", "1000");
    client.ask("file", "blksize", "1000");
    InetSocketAddress first = client.hear().from();

    awaitCount(DropReason.DUPLICATE_REQUEST, 2);
    assertThat(server.server.inFlight()).isEqualTo(1);
    assertThat(client.hear().from()).as("the OACK again").isEqualTo(first);
  }

  @Test
  void anotherRequestFromTheSamePortIsAnotherTransfer() throws IOException {
    assumeFalse(singlePort, ALL_FROM_ONE_PORT);
    client.ask("file", "tsize", "0", "blksize", "1000");
    InetSocketAddress probe = client.hear().from();
    client.ask("file", "blksize", "1000");
    InetSocketAddress read = client.hear().from();

    assertThat(read).isNotEqualTo(probe);
    assertThat(server.server.inFlight()).isEqualTo(2);
  }

  /// GRUB begins at port 25300 whenever it starts.
  @Test
  void aMachineThatWasSwitchedOffAndOnIsServedAtOnce() throws IOException {
    client.ask("file");
    Heard first = client.hear();
    client.send(new Ack(1), first.from());
    assertThat(client.hearBlock()).isEqualTo(2);
    assertThat(client.hearBlock()).as("sent again, as nobody answers").isEqualTo(2);

    client.ask("file");

    Heard second = client.hear();
    assertThat(second.packet()).isInstanceOf(Data.class);
    assertThat(second.from().equals(first.from())).isEqualTo(singlePort);
    assertThat(((Data) second.packet()).block()).isEqualTo(1);
    awaitCount(Ending.SUPERSEDED, 1);
  }

  @Test
  void edk2WantsTheSizeFirst() throws IOException {
    client.ask("file", "tsize", "0", "blksize", "1468", "windowsize", "4");
    Heard answer = client.hear();
    client.send(
        new TftpPacket.Error(ErrorCode.OPTIONS_REFUSED, "User aborted the transfer"),
        answer.from());
    awaitCount(Ending.ABORTED_BY_CLIENT, 1);

    assertThat(client.read("file", "blksize", "1468", "windowsize", "4")).isEqualTo(FILE);
  }

  @Test
  void nobodyIsSentMoreThanThreePacketsUnlessHeAnswers() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.impatient()));
    client.ask("file", "blksize", "1468", "timeout", "255");

    for (int i = 0; i < 3; i++) {
      assertThat(client.hear().packet()).isInstanceOf(OptionAck.class);
    }
    awaitCount(Ending.NO_ACK, 1);
    assertThat(client.hear(BRIEF)).isEmpty();
  }

  @Test
  void whoFallsSilentIsSentTheBlockFiveTimesMore() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.impatient()));
    client.ask("file");
    Heard first = client.hear();
    client.send(new Ack(1), first.from());

    for (int i = 0; i < 1 + TestServer.RETRIES; i++) {
      assertThat(client.hearBlock()).isEqualTo(2);
    }
    awaitCount(Ending.NO_ACK, 1);
    assertThat(client.hear(BRIEF)).isEmpty();
  }

  @Test
  void anAckThatComesLateIsAsGoodAsAny() throws IOException {
    client.ask("file");
    Heard first = client.hear();
    assertThat(client.hearBlock()).as("sent again").isEqualTo(1);

    client.send(new Ack(1), first.from());
    assertThat(client.hearBlock()).isEqualTo(2);
  }

  @Test
  void oldAndFutureAcksCauseNothing() throws IOException {
    client.ask("file", "timeout", "100");
    InetSocketAddress transfer = client.hear().from();
    for (int block = 0; block < 5; block++) {
      client.send(new Ack(block), transfer);
      assertThat(client.hearBlock()).isEqualTo(block + 1);
    }

    for (int i = 0; i < 100; i++) {
      for (int block : new int[] {0, 1, 4, 6, 7, 65535}) {
        client.send(new Ack(block), transfer);
      }
    }
    assertThat(client.hear(BRIEF)).isEmpty();

    client.send(new Ack(5), transfer);
    assertThat(client.hearBlock()).isEqualTo(6);
  }

  @Test
  void otherPacketsDuringATransferCauseNothing() throws IOException {
    client.ask("file", "timeout", "100");
    InetSocketAddress transfer = client.hear().from();
    client.send(new Ack(0), transfer);
    assertThat(client.hearBlock()).isEqualTo(1);
    client.send(new Data(1, ByteBuffer.allocate(2)), transfer);
    client.send(new OptionAck(Options.NONE), transfer);
    awaitCount(DropReason.OUT_OF_PLACE, 2);
    if (!singlePort) {
      client.send(new ReadRequest("file", "octet", Options.NONE), transfer);
      awaitCount(DropReason.OUT_OF_PLACE, 3);
    }

    client.send(new Ack(1), transfer);
    assertThat(client.hearBlock()).isEqualTo(2);
  }

  @Test
  void oneTooManyIsToldThatTheServerIsBusy() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.withMost(2, 100)));
    try (TestClient second = server.client();
        TestClient third = server.client()) {
      client.ask("file", "timeout", "9");
      second.ask("file", "timeout", "9");
      InetSocketAddress transfer = client.hear().from();
      second.hear();

      third.ask("file");
      assertError(third.hear(), ErrorCode.NOT_DEFINED, "server busy");
      awaitCount(DropReason.BUSY, 1);

      client.send(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "done"), transfer);
      awaitCount(Ending.ABORTED_BY_CLIENT, 1);
      await().atMost(TestClient.LONG).until(() -> server.server.inFlight() == 1);
      assertThat(third.read("file")).isEqualTo(FILE);
    }
  }

  @Test
  void oneAddressCannotTakeAllTransfers() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.withMost(100, 1)));
    try (TestClient second = server.client()) {
      client.ask("file", "timeout", "9");
      client.hear();

      second.ask("file");
      assertError(second.hear(), ErrorCode.NOT_DEFINED, "server busy");
      awaitCount(DropReason.BUSY_PEER, 1);
    }
  }

  @Test
  void contentThatBreaksOffIsNotTakenForAWholeFile() throws IOException {
    InputStream broken =
        new InputStream() {
          private int left = 700;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new IOException("bad sector");
            }
            return 'x';
          }
        };
    restart(
        new TestServer(
            (_, _) -> new ContentSource.Answer.Found(TestServer.streamed(5000, broken)), setup));

    client.ask("file");
    Heard first = client.hear();
    client.send(new Ack(1), first.from());
    assertError(client.hear(), ErrorCode.NOT_DEFINED, "cannot read on: bad sector");
    awaitCount(Ending.READ_FAILED, 1);
  }

  @Test
  void anErrorOfTheProgramCostsOneTransfer() throws IOException {
    Map<String, byte[]> files = Map.of("file", FILE);
    restart(
        new TestServer(
            (path, call) -> {
              if (path.toString().equals("bug")) {
                throw new IllegalStateException("on purpose");
              }
              return TestServer.files(files).open(path, call);
            },
            setup));

    client.ask("bug");
    awaitCount(Ending.BUG, 1);
    expectedBugs = 1;
    assertThat(client.read("file")).isEqualTo(FILE);
  }

  @Test
  void stoppingEndsWhatIsUnderWay() throws IOException {
    client.ask("file", "timeout", "200");
    client.send(new Ack(0), client.hear().from());
    client.hearBlock();

    server.close();

    assertThat(server.journal.count(Ending.STOPPED)).isEqualTo(1);
    assertThat(server.journal.totals()).isEqualTo("stopped=1");
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 1023, 1024, 1025, 64 * 1024, 64 * 1024 + 1, 300_000})
  void everyLengthFromDiskFromMemoryAndFromAStream(int length, @TempDir Path root)
      throws IOException {
    byte[] bytes = random(length);
    Files.write(root.resolve("disk"), bytes);
    DiskRoot disk = DiskRoot.at(root);
    restart(
        new TestServer(
            (path, asker) ->
                switch (path.toString()) {
                  case "memory" ->
                      new ContentSource.Answer.Found(new Content.Written(bytes, Content.BYTES));
                  case "stream" ->
                      new ContentSource.Answer.Found(
                          TestServer.streamed(-1, new ByteArrayInputStream(bytes)));
                  default -> disk.open(path, asker);
                },
            setup));
    for (String source : List.of("disk", "memory", "stream")) {
      assertThat(client.read(source, "blksize", "1024")).as(source).isEqualTo(bytes);
      assertThat(client.read(source, "blksize", "1024", "windowsize", "64"))
          .as(source + " with windows")
          .isEqualTo(bytes);
    }
  }

  @Test
  void rfc2349_aStreamOfUnknownSizeHasNoTsize() throws IOException {
    restart(
        new TestServer(
            (_, _) ->
                new ContentSource.Answer.Found(
                    TestServer.streamed(-1, new ByteArrayInputStream(FILE))),
            setup));

    client.ask("file", "tsize", "0", "blksize", "1000");

    assertThat(client.hear().packet())
        .isEqualTo(new OptionAck(TestClient.options("blksize", "1000")));
  }

  @Test
  void rfc2347_whereNothingIsGrantedThereIsNoOack() throws IOException {
    client.ask("file", "blksize", "7", "windowsize", "0", "utimeout", "5");

    assertThat(client.hearBlock()).isEqualTo(1);
  }

  @Test
  void whoWaitsForASlowStreamIsNotTakenForSilent() throws Exception {
    PipedOutputStream upstream = new PipedOutputStream();
    PipedInputStream stream = new PipedInputStream(upstream, 4096);
    restart(
        new TestServer(
            (_, _) -> new ContentSource.Answer.Found(TestServer.streamed(-1, stream)),
            setup.with(Duration.ofMillis(5))));

    client.ask("file");
    assertThat(client.hear(Duration.ofMillis(300))).as("far beyond all patience").isEmpty();
    upstream.write(random(700));
    upstream.close();

    assertThat(client.rest()).isEqualTo(random(700));
  }

  @Test
  void whatIsNotReadySaysSo() throws IOException {
    restart(
        new TestServer(
            (_, _) ->
                new ContentSource.Answer.NotReady("It is being built.", Duration.ofMinutes(1)),
            setup));

    client.ask("file");

    assertError(client.hear(), ErrorCode.NOT_DEFINED, "It is being built.");
    awaitCount(Ending.UNAVAILABLE, 1);
  }

  @Test
  void rfc1783_binaryIsOctet() throws IOException {
    client.toServer(new ReadRequest("dir/small", "Binary", Options.NONE));

    assertThat(client.rest()).isEqualTo(random(5));
  }

  @ParameterizedTest
  @EnumSource
  void moreThan65535Blocks(Rollover rollover) throws IOException {
    byte[] bytes = random(8 * 140_000);
    restart(new TestServer(TestServer.files(Map.of("file", bytes)), setup.with(rollover)));

    client.ask("file", "blksize", "8", "windowsize", "64");

    assertThat(client.rest(rollover)).isEqualTo(bytes);
  }

  @Test
  void blocksAsLargeAsTheyGet() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.withMaxBlksize(65464)));

    assertThat(client.read("file", "blksize", "65464", "windowsize", "2")).isEqualTo(FILE);
  }

  @Test
  void aNewRequestGetsSmallerBlocksIfTheLargeOnesNeverArrived() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.impatient()));
    for (String size : List.of("1468", "1428", "1024", "512", "512")) {
      try (TestClient again = server.client()) {
        again.ask("file", "blksize", "1468", "windowsize", "4");
        Heard answer = again.hear();
        assertThat(answer.packet())
            .isEqualTo(new OptionAck(TestClient.options("blksize", size, "windowsize", "4")));
        again.send(new Ack(0), answer.from());
        for (int i = 0; i < 4 * (1 + BlockSizes.PROOF); i++) {
          again.hearBlock(); // as if it had not
        }
        again.send(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "reset"), answer.from());
      }
    }
    awaitCount(Ending.ABORTED_BY_CLIENT, 5);
  }

  @Test
  void whoWasNeverHeardWithoutOptionsGetsOneBlockThreeTimes() throws IOException {
    restart(new TestServer(TestServer.files(Map.of("file", FILE)), setup.impatient()));
    client.ask("file");

    for (int i = 0; i < 3; i++) {
      assertThat(client.hearBlock()).isEqualTo(1);
    }
    awaitCount(Ending.NO_ACK, 1);
    assertThat(client.hear(BRIEF)).isEmpty();
  }

  @Test
  void whoAsksTooFastIsNotAnswered() throws IOException {
    assumeFalse(singlePort, ALL_FROM_ONE_PORT);
    restart(new TestServer(TestServer.files(Map.of()), setup.withMaxRate(1)));
    for (int i = 0; i < 15; i++) {
      client.ask("nowhere" + i);
    }
    awaitCount(DropReason.TOO_MANY_REQUESTS, 5);
    awaitCount(Ending.NOT_FOUND, 10);
    for (int i = 0; i < 10; i++) {
      client.hear();
    }
    assertThat(client.hear(BRIEF)).isEmpty();
  }

  @Test
  void allComesFromThePortThatWasAskedOrAllFromAnother() throws IOException {
    client.ask("file", "blksize", "1000");
    Heard answer = client.hear();
    client.send(new Ack(0), answer.from());
    Heard first = client.hear();

    assertThat(first.from()).isEqualTo(answer.from());
    assertThat(answer.from().getPort() == server.server.port()).isEqualTo(singlePort);
    client.ask("nowhere");
    Heard refused = client.hear();
    assertThat(refused.packet()).isInstanceOf(TftpPacket.Error.class);
    assertThat(refused.from().getPort() == server.server.port()).isEqualTo(singlePort);
  }

  @Test
  void onASinglePortStrangersAreNoPartOfATransfer() throws IOException {
    assumeTrue(singlePort);
    client.ask("file", "timeout", "100");
    Heard answer = client.hear();
    try (TestClient stranger = server.client()) {
      stranger.send(new Ack(0), answer.from());
      stranger.send(new TftpPacket.Error(ErrorCode.NOT_DEFINED, "die"), answer.from());
      awaitCount(DropReason.OUT_OF_PLACE, 2);
      assertThat(stranger.hear(BRIEF)).isEmpty();
    }
    client.send(new Ack(0), answer.from());
    assertThat(client.hearBlock()).isEqualTo(1);
  }

  @Test
  void aFileThatShrinksOnTheWayIsNotTakenForAWholeOne(@TempDir Path root) throws IOException {
    Path file = Files.write(root.resolve("file"), random(200_000));
    restart(new TestServer(DiskRoot.at(root), setup));
    client.ask("file", "blksize", "1000", "windowsize", "4");
    Heard answer = client.hear();
    Files.write(file, random(10));
    client.send(new Ack(0), answer.from());

    assertError(
        client.hear(),
        ErrorCode.NOT_DEFINED,
        "cannot read on: it became shorter while it was sent");
    awaitCount(Ending.READ_FAILED, 1);
  }
}
