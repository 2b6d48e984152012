package dev.bootbus.probe.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.TftpPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a server that behaves as badly as servers, firewalls and networks can.
class TftpFetcherTest {
  private static final Fetcher.Limits LIMITS =
      new Fetcher.Limits(Duration.ofSeconds(20), 1 << 20, 64);

  /// For servers that stop answering.
  private static TftpFetcher.Settings hurried(TftpProfile profile) {
    return new TftpFetcher.Settings(profile, Duration.ofMillis(150), 3, 0, Optional.empty(), 1000);
  }

  private static Fetched hurriedly(LittleTftp server, TftpProfile profile) throws Exception {
    return new TftpFetcher(hurried(profile))
        .fetch(TftpFetcher.uri("127.0.0.1", server.port(), "file"), LIMITS, _ -> {});
  }

  private static Fetched fetch(LittleTftp server, TftpProfile profile) throws Exception {
    return fetch(server, profile, LIMITS, new ByteArrayOutputStream());
  }

  private static Fetched fetch(
      LittleTftp server, TftpProfile profile, Fetcher.Limits limits, ByteArrayOutputStream into)
      throws Exception {
    return new TftpFetcher(profile)
        .fetch(
            TftpFetcher.uri("127.0.0.1", server.port(), "file"),
            limits,
            piece -> {
              byte[] bytes = new byte[piece.remaining()];
              piece.get(bytes);
              into.writeBytes(bytes);
            });
  }

  private static void assertCause(Fetched fetched, Cause cause) {
    assertThat(fetched)
        .isInstanceOfSatisfying(
            Fetched.Broken.class,
            broken -> assertThat(broken.finding().cause()).as("%s", broken).isEqualTo(cause));
  }

  private static byte[] file(int size) {
    byte[] file = new byte[size];
    new Random(size).nextBytes(file);
    return file;
  }

  private static void serve(byte[] file, TftpPacket.ReadRequest request, LittleTftp.Peer peer)
      throws IOException {
    int blksize = Integer.parseInt(request.options().value("blksize").orElse("512"));
    if (request.options().isEmpty()) {
      peer.file(file, blksize, 0);
      return;
    }
    if (request.options().value("tsize").isPresent()) {
      peer.oack("tsize", "" + file.length, "blksize", "" + blksize);
    } else {
      peer.oack("blksize", "" + blksize);
    }
    if (peer.acknowledged(0)) {
      peer.file(file, blksize, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 1024, 1432, 1468, 2936, 100_000})
  void files_of_any_size_come_whole_to_every_client(int size) throws Exception {
    byte[] file = file(size);
    try (var server = new LittleTftp((request, peer) -> serve(file, request, peer))) {
      for (TftpProfile profile :
          List.of(
              TftpProfile.PLAIN,
              TftpProfile.EDK2,
              TftpProfile.IPXE,
              TftpProfile.PXELINUX,
              TftpProfile.GRUB,
              TftpProfile.SHIM)) {
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        Fetched fetched = fetch(server, profile, LIMITS, into);
        assertThat(fetched)
            .isInstanceOfSatisfying(
                Fetched.Whole.class,
                whole -> {
                  assertThat(whole.size()).isEqualTo(size);
                  assertThat(whole.head()).hasSize(Math.min(size, 64));
                  assertThat(whole.findings()).isEmpty();
                });
        assertThat(into.toByteArray()).isEqualTo(file);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_file_of_more_than_65535_blocks_comes_whole(int afterLast) throws Exception {
    byte[] file = file(66_000 * 8);
    TftpProfile small =
        new TftpProfile(Optional.of(8), Optional.empty(), Optional.empty(), false, false);
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              peer.oack("blksize", "8");
              if (peer.acknowledged(0)) {
                peer.file(file, 8, afterLast);
              }
            })) {
      ByteArrayOutputStream into = new ByteArrayOutputStream();
      Fetched fetched = fetch(server, small, LIMITS, into);
      assertThat(fetched).isInstanceOf(Fetched.Whole.class);
      assertThat(((Fetched.Whole) fetched).how().contains("rollover=1")).isEqualTo(afterLast == 1);
      assertThat(into.toByteArray()).isEqualTo(file);
    }
  }

  @Test
  void lost_packets_are_sent_again() throws Exception {
    byte[] file = file(30_000);
    var settings =
        new TftpFetcher.Settings(
            TftpProfile.PLAIN, Duration.ofMillis(20), 20, 15, Optional.empty(), 1);
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              // repeats a block when an older ACK comes, as the client asks for
              int block = 1;
              while ((block - 1) * 512 <= file.length) {
                int from = (block - 1) * 512;
                byte[] payload = Arrays.copyOfRange(file, from, Math.min(file.length, from + 512));
                peer.data(block, payload);
                Optional<TftpPacket> answer = peer.next();
                if (answer.isEmpty()) {
                  return;
                }
                if (answer.get() instanceof TftpPacket.Ack(var n)) {
                  block = n + 1;
                }
              }
            })) {
      Fetched fetched =
          new TftpFetcher(settings)
              .fetch(TftpFetcher.uri("127.0.0.1", server.port(), "x"), LIMITS, _ -> {});
      assertThat(fetched)
          .isInstanceOfSatisfying(
              Fetched.Whole.class, whole -> assertThat(whole.size()).isEqualTo(file.length));
    }
  }

  @Test
  void RFC1350_section4_a_stranger_on_the_port_gets_ERROR_5_and_changes_nothing() throws Exception {
    AtomicReference<Optional<TftpPacket>> told = new AtomicReference<>(Optional.empty());
    byte[] file = file(1000);
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              peer.data(1, Arrays.copyOf(file, 512));
              peer.acknowledged(1);
              try (var stranger =
                  new LittleTftp.Peer(peer.client(), InetAddress.getLoopbackAddress())) {
                stranger.data(2, new byte[3]);
                told.set(stranger.next());
              }
              peer.data(2, Arrays.copyOfRange(file, 512, 1000));
            })) {
      assertThat(fetch(server, TftpProfile.PLAIN))
          .isInstanceOfSatisfying(
              Fetched.Whole.class, whole -> assertThat(whole.size()).isEqualTo(1000));
      assertThat(told.get())
          .hasValueSatisfying(
              packet ->
                  assertThat(((TftpPacket.Error) packet).code())
                      .isEqualTo(ErrorCode.UNKNOWN_TRANSFER_ID));
    }
  }

  @Test
  void a_size_that_is_not_true_is_found() throws Exception {
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              peer.oack("tsize", "900");
              peer.acknowledged(0);
              peer.file(new byte[1000], 512, 0);
            })) {
      assertCause(fetch(server, TftpProfile.IPXE), Cause.TFTP_SIZE_WRONG);
    }
  }

  @Test
  void an_endless_file_ends_at_the_limit_and_an_announced_one_before() throws Exception {
    try (var endless = new LittleTftp((_, peer) -> peer.file(new byte[8 << 20], 512, 0));
        var announced =
            new LittleTftp(
                (_, peer) -> {
                  peer.oack("tsize", "999999999999");
                  peer.acknowledged(0);
                })) {
      Fetched fetched = fetch(endless, TftpProfile.PLAIN);
      assertCause(fetched, Cause.FETCH_TOO_LARGE);
      assertThat(((Fetched.Broken) fetched).received()).isLessThanOrEqualTo(LIMITS.size());
      assertCause(fetch(announced, TftpProfile.IPXE), Cause.FETCH_TOO_LARGE);
    }
  }

  @Test
  void a_slow_file_ends_at_the_deadline() throws Exception {
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              for (int block = 1; ; block++) {
                peer.data(block, new byte[512]);
                if (!peer.acknowledged(block)) {
                  return;
                }
              }
            })) {
      var limits = new Fetcher.Limits(Duration.ofMillis(300), Long.MAX_VALUE, 0);
      Fetched fetched = fetch(server, TftpProfile.PLAIN, limits, new ByteArrayOutputStream());
      assertCause(fetched, Cause.FETCH_TIMED_OUT);
      assertThat(fetched.took()).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void a_closed_port_and_a_silent_one_are_told_apart() throws Exception {
    int closed;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Fetched fetched =
        new TftpFetcher(hurried(TftpProfile.IPXE))
            .fetch(TftpFetcher.uri("127.0.0.1", closed, "x"), LIMITS, _ -> {});
    assertCause(fetched, Cause.TFTP_PORT_CLOSED);
    try (var silent = new LittleTftp((_, _) -> {})) {
      fetched = hurriedly(silent, TftpProfile.EDK2);
      assertCause(fetched, Cause.TFTP_NO_ANSWER);
      assertThat(((Fetched.Broken) fetched).finding().detail()).contains("is not closed");
    }
  }

  @Test
  void an_answer_from_another_address_is_told_from_silence() throws Exception {
    try (var server =
        new LittleTftp(
            (_, peer) -> peer.data(1, new byte[3]), InetAddress.ofLiteral("127.0.0.2"))) {
      Fetched fetched = hurriedly(server, TftpProfile.PLAIN);
      assertCause(fetched, Cause.TFTP_OTHER_ADDRESS);
      assertThat(((Fetched.Broken) fetched).finding().detail()).contains("127.0.0.2 answers");
    }
  }

  @Test
  void where_our_ACKs_do_not_arrive_the_data_port_is_filtered() throws Exception {
    try (var optionless =
            new LittleTftp(
                (_, peer) -> {
                  for (int i = 0; i < 5; i++) {
                    peer.data(1, new byte[512]);
                    peer.next();
                  }
                });
        var withOptions =
            new LittleTftp(
                (request, peer) -> {
                  for (int i = 0; i < 5; i++) {
                    if (request.options().isEmpty()) {
                      peer.data(1, new byte[512]);
                    } else {
                      peer.oack("blksize", "1468");
                    }
                    peer.next();
                  }
                })) {
      assertCause(hurriedly(optionless, TftpProfile.PLAIN), Cause.TFTP_DATA_FILTERED);
      assertCause(hurriedly(withOptions, TftpProfile.EDK2.forFile()), Cause.TFTP_DATA_FILTERED);
    }
  }

  @Test
  void where_only_small_blocks_come_the_MTU_is_too_small() throws Exception {
    byte[] file = file(5000);
    try (var server =
        new LittleTftp(
            (request, peer) -> {
              if (request.options().isEmpty()) {
                peer.file(file, 512, 0);
              } else {
                peer.oack("blksize", "1468");
                peer.acknowledged(0); // and block 1 is lost, whenever it is sent
                peer.acknowledged(1);
              }
            })) {
      Fetched fetched = hurriedly(server, TftpProfile.EDK2.forFile());
      assertCause(fetched, Cause.MTU_TOO_SMALL);
      assertThat(((Fetched.Broken) fetched).finding().detail()).contains("1468");
    }
  }

  @Test
  void a_server_that_stops_says_where() throws Exception {
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              for (int block = 1; block <= 7; block++) {
                peer.data(block, new byte[512]);
                peer.acknowledged(block);
              }
            })) {
      Fetched fetched = hurriedly(server, TftpProfile.PLAIN);
      assertCause(fetched, Cause.TFTP_STALLED);
      assertThat(((Fetched.Broken) fetched).finding().detail()).contains("after block 7");
    }
  }

  @Test
  void an_ERROR_is_an_answer() throws Exception {
    try (var server =
        new LittleTftp(
            (_, peer) ->
                peer.send(new TftpPacket.Error(ErrorCode.FILE_NOT_FOUND, "File not found")))) {
      assertCause(fetch(server, TftpProfile.EDK2), Cause.TFTP_FILE_NOT_FOUND);
    }
  }

  @Test
  void what_is_not_TFTP_is_named_so() throws Exception {
    try (var server =
        new LittleTftp(
            (_, peer) ->
                peer.send(ByteBuffer.wrap("HTTP/1.0 400".getBytes(StandardCharsets.UTF_8))))) {
      assertCause(hurriedly(server, TftpProfile.IPXE), Cause.TFTP_PACKET_WRONG);
    }
  }

  @Test
  void an_unknown_host_is_named_so() throws Exception {
    assertCause(
        new TftpFetcher(TftpProfile.PLAIN)
            .fetch(TftpFetcher.uri("no-such-host.invalid", 69, "x"), LIMITS, _ -> {}),
        Cause.HOST_NOT_FOUND);
  }

  @Test
  void an_interrupt_ends_a_transfer() throws Exception {
    try (var silent = new LittleTftp((_, _) -> {})) {
      AtomicInteger interrupted = new AtomicInteger();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      new TftpFetcher(TftpProfile.PLAIN)
                          .fetch(TftpFetcher.uri("127.0.0.1", silent.port(), "x"), LIMITS, _ -> {});
                    } catch (InterruptedException _) {
                      interrupted.incrementAndGet();
                    }
                  });
      thread.interrupt();
      assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
      assertThat(interrupted).hasValue(1);
    }
  }

  @Test
  void hundreds_of_machines_fetch_at_once_with_few_sockets() throws Exception {
    byte[] file = file(20_000);
    var settings =
        new TftpFetcher.Settings(
            TftpProfile.IPXE, Duration.ofSeconds(5), 4, 0, Optional.empty(), 50);
    TftpFetcher fetcher = new TftpFetcher(settings);
    try (var server = new LittleTftp((request, peer) -> serve(file, request, peer));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Fetched>> machines = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        machines.add(
            () -> fetcher.fetch(TftpFetcher.uri("127.0.0.1", server.port(), "x"), LIMITS, _ -> {}));
      }
      for (Future<Fetched> fetched : threads.invokeAll(machines)) {
        assertThat(fetched.get()).isInstanceOf(Fetched.Whole.class);
      }
    }
  }

  @Test
  void a_name_goes_to_the_wire_as_it_is() throws Exception {
    try (var server = new LittleTftp((_, peer) -> peer.data(1, new byte[0]))) {
      for (String name : List.of("/grub/x y", "a%41?b#c", "efi64//vmlinuz", "::vmlinuz", "ü")) {
        new TftpFetcher(TftpProfile.PLAIN)
            .fetch(TftpFetcher.uri("127.0.0.1", server.port(), name), LIMITS, _ -> {});
        assertThat(server.requests.getLast().filename()).isEqualTo(name);
      }
    }
  }

  @Test
  void the_address_to_send_from_can_be_chosen() throws Exception {
    AtomicReference<InetSocketAddress> seen = new AtomicReference<>();
    try (var server =
        new LittleTftp(
            (_, peer) -> {
              seen.set((InetSocketAddress) peer.client());
              peer.data(1, new byte[0]);
            })) {
      new TftpFetcher(
              TftpFetcher.Settings.of(TftpProfile.PLAIN).from(InetAddress.ofLiteral("127.0.0.3")))
          .fetch(TftpFetcher.uri("127.0.0.1", server.port(), "x"), LIMITS, _ -> {});
      assertThat(seen.get().getAddress().getHostAddress()).isEqualTo("127.0.0.3");
    }
  }
}
