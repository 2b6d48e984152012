package dev.bootbus.probe.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Cause;
import dev.bootbus.tftp.wire.ErrorCode;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import dev.bootbus.tftp.wire.TftpPacket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceivingTest {
  private static final int HOSTILE = Integer.getInteger("bootbus.hostile.packets", 200_000);

  private static TftpProfile asking(int blksize, int windowsize) {
    return new TftpProfile(
        Optional.of(blksize), Optional.of(windowsize), Optional.empty(), false, false);
  }

  private static Receiving.Step data(Receiving receiving, int block, int size) {
    return receiving.packet(
        new TftpPacket.Data(block & 0xFFFF, ByteBuffer.allocate(size)).encode());
  }

  private static Receiving.Step oack(Receiving receiving, String... pairs) {
    List<Option> options = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      options.add(new Option(pairs[i], pairs[i + 1]));
    }
    return receiving.packet(new TftpPacket.OptionAck(new Options(options)).encode());
  }

  private static Optional<Integer> acknowledged(Receiving.Step step) {
    return switch (step) {
      case Receiving.Step.Reply(TftpPacket.Ack(var block)) -> Optional.of(block);
      case Receiving.Step.Take(_, Optional<TftpPacket> reply, _) ->
          reply.map(packet -> ((TftpPacket.Ack) packet).block());
      case Receiving.Step.Reply _,
          Receiving.Step.Ignore _,
          Receiving.Step.Sized _,
          Receiving.Step.Stop _ ->
          Optional.empty();
    };
  }

  @Test
  void RFC1350_section2_a_block_shorter_than_512_ends_the_file() {
    Receiving receiving = new Receiving("x", TftpProfile.PLAIN, false);
    assertThat(data(receiving, 1, 512)).matches(s -> !((Receiving.Step.Take) s).last());
    assertThat(data(receiving, 2, 0)).matches(s -> ((Receiving.Step.Take) s).last());
    assertThat(receiving.bytes()).isEqualTo(512);
  }

  @Test
  void RFC1123_4_2_3_1_a_repeated_block_is_acknowledged_once_until_the_next_timeout() {
    Receiving receiving = new Receiving("x", TftpProfile.PLAIN, false);
    assertThat(acknowledged(data(receiving, 1, 512))).contains(1);
    assertThat(acknowledged(data(receiving, 1, 512))).contains(1);
    assertThat(data(receiving, 1, 512)).isInstanceOf(Receiving.Step.Ignore.class);
    assertThat(receiving.again()).isEqualTo(new TftpPacket.Ack(1));
    assertThat(acknowledged(data(receiving, 1, 512))).contains(1);
    assertThat(receiving.blocks()).isEqualTo(1);
  }

  @Test
  void RFC7440_section4_one_ACK_for_a_window_and_one_at_a_gap() {
    Receiving receiving = new Receiving("x", asking(512, 3), false);
    assertThat(acknowledged(oack(receiving, "blksize", "512", "windowsize", "3"))).contains(0);
    assertThat(acknowledged(data(receiving, 1, 512))).isEmpty();
    assertThat(acknowledged(data(receiving, 2, 512))).isEmpty();
    assertThat(acknowledged(data(receiving, 3, 512))).contains(3);
    // 4 is lost
    assertThat(acknowledged(data(receiving, 5, 512))).contains(3);
    assertThat(data(receiving, 6, 512)).isInstanceOf(Receiving.Step.Ignore.class);
    assertThat(acknowledged(data(receiving, 4, 512))).isEmpty();
    assertThat(acknowledged(data(receiving, 5, 512))).isEmpty();
    assertThat(acknowledged(data(receiving, 6, 7))).contains(6);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void block_numbers_begin_anew_after_65535(int next, boolean toOne) {
    Receiving receiving = new Receiving("x", asking(8, 1), false);
    oack(receiving, "blksize", "8");
    for (int block = 1; block <= 0xFFFF; block++) {
      assertThat(acknowledged(data(receiving, block, 8))).contains(block);
    }
    assertThat(acknowledged(data(receiving, next, 8))).contains(next);
    assertThat(acknowledged(data(receiving, next + 1, 3))).contains(next + 1);
    assertThat(receiving.rolledToOne()).isEqualTo(toOne);
    assertThat(receiving.bytes()).isEqualTo(0x10000 * 8 + 3);
  }

  @Test
  void in_a_window_block_1_after_65535_counts_when_it_comes_again() {
    Receiving receiving = new Receiving("x", asking(8, 2), false);
    oack(receiving, "blksize", "8", "windowsize", "2");
    for (int block = 1; block <= 0xFFFF; block++) {
      data(receiving, block, 8);
    }
    assertThat(acknowledged(data(receiving, 1, 8))).contains(0xFFFF);
    assertThat(data(receiving, 1, 8)).isInstanceOf(Receiving.Step.Take.class);
    assertThat(receiving.rolledToOne()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // RFC 2348: less than or equal to what was asked
        "blksize=1468          | granted blksize=1468 windowsize=1 ",
        "blksize=1024          | granted blksize=1024 windowsize=1 ",
        "BLKSIZE=1024          | granted blksize=1024 windowsize=1 ",
        "blksize=2000          | tftp-options-wrong",
        "blksize=7             | tftp-options-wrong",
        "blksize=many          | tftp-options-wrong",
        "blksize=-1            | tftp-options-wrong",
        "blksize=99999999999999999999 | tftp-options-wrong",
        // RFC 7440 §3
        "windowsize=4          | granted blksize=512 windowsize=4 ",
        "windowsize=5          | tftp-options-wrong",
        "windowsize=0          | tftp-options-wrong",
        // RFC 2349: the same value, or none
        "timeout=3             | granted blksize=512 windowsize=1 timeout=3",
        "timeout=2             | tftp-options-wrong",
        "tsize=77              | granted blksize=512 windowsize=1 tsize=77",
        "tsize=                | tftp-options-wrong",
        // RFC 2347: not to be there, as nobody asked
        "multicast=            | granted blksize=512 windowsize=1 tftp-option-unasked",
      })
  void an_OACK_is_checked_against_what_was_asked(String option, String expected) {
    TftpProfile asked =
        new TftpProfile(Optional.of(1468), Optional.of(4), Optional.of(3), true, false);
    Receiving receiving = new Receiving("x", asked, false);
    int equals = option.indexOf('=');
    Receiving.Step step =
        oack(receiving, option.substring(0, equals), option.strip().substring(equals + 1));
    String got =
        switch (step) {
          case Receiving.Step.Stop(Optional<TftpPacket> reply, var finding) -> {
            assertThat(reply)
                .hasValueSatisfying(
                    e ->
                        assertThat(((TftpPacket.Error) e).code())
                            .isEqualTo(ErrorCode.OPTIONS_REFUSED));
            yield finding.cause().code();
          }
          case Receiving.Step.Reply _ -> {
            Agreed agreed = receiving.agreed().orElseThrow();
            yield "granted "
                + agreed
                + (agreed.findings().isEmpty()
                    ? ""
                    : " " + agreed.findings().getFirst().cause().code());
          }
          case Receiving.Step.Ignore _, Receiving.Step.Take _, Receiving.Step.Sized _ -> "?";
        };
    assertThat(got).isEqualTo(expected.strip());
  }

  @Test
  void edk2_asks_for_the_size_and_ends_with_ERROR_8() {
    Receiving receiving = new Receiving("x", TftpProfile.EDK2.forSize(), true);
    assertThat(receiving.again())
        .isEqualTo(
            new TftpPacket.ReadRequest(
                "x",
                "octet",
                new Options(
                    List.of(
                        new Option("tsize", "0"),
                        new Option("blksize", "1468"),
                        new Option("windowsize", "4")))));
    assertThat(oack(receiving, "tsize", "5"))
        .isEqualTo(
            new Receiving.Step.Sized(
                new TftpPacket.Error(ErrorCode.OPTIONS_REFUSED, "User aborted the transfer")));
  }

  @ParameterizedTest
  @CsvSource({
    "0, tftp-refused",
    "1, tftp-file-not-found",
    "2, tftp-access-denied",
    "3, tftp-refused",
    "8, tftp-options-refused",
    "999, tftp-refused"
  })
  void RFC1350_appendix_errors_have_causes(int code, String cause) {
    Receiving receiving = new Receiving("x", TftpProfile.IPXE, false);
    Receiving.Step step =
        receiving.packet(new TftpPacket.Error(new ErrorCode(code), "no\u001b[2J").encode());
    assertThat(step)
        .isInstanceOfSatisfying(
            Receiving.Step.Stop.class,
            stop -> {
              assertThat(stop.finding().cause().code()).isEqualTo(cause);
              assertThat(stop.finding().detail()).contains("no?[2J");
            });
  }

  @Test
  void more_bytes_than_agreed_end_the_transfer() {
    Receiving receiving = new Receiving("x", TftpProfile.PLAIN, false);
    assertThat(data(receiving, 1, 513))
        .isInstanceOfSatisfying(
            Receiving.Step.Stop.class,
            stop -> assertThat(stop.finding().cause()).isEqualTo(Cause.TFTP_PACKET_WRONG));
  }

  @Test
  void random_bytes_and_packets_never_throw_nor_make_bytes_of_nothing() {
    Random random = new Random(Long.getLong("bootbus.hostile.seed", 7L));
    Receiving receiving = new Receiving("x", TftpProfile.EDK2, false);
    long taken = 0;
    for (int i = 0; i < HOSTILE; i++) {
      if (i % 50 == 0) {
        receiving =
            new Receiving("x", i % 100 == 0 ? TftpProfile.EDK2 : TftpProfile.PLAIN, i % 7 == 0);
        taken = 0;
      }
      byte[] bytes = new byte[random.nextInt(1600)];
      random.nextBytes(bytes);
      if (bytes.length > 4 && random.nextInt(4) > 0) {
        bytes[0] = 0;
        bytes[1] = (byte) random.nextInt(8);
        bytes[2] = 0;
        bytes[3] = (byte) random.nextInt(8);
      }
      if (receiving.packet(ByteBuffer.wrap(bytes)) instanceof Receiving.Step.Take take) {
        taken += take.payload().remaining();
      }
      assertThat(receiving.bytes()).isEqualTo(taken);
      if (random.nextInt(9) == 0) {
        receiving.again().encode();
      }
    }
  }
}
