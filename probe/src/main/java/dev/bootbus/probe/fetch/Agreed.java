package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// What a TFTP server granted of what it was asked for (RFC 2347).
///
/// @param blksize bytes
/// @param windowsize blocks
/// @param seconds until a packet is sent again, where the server agreed on it
/// @param oack whether it said so in an OACK, or began with the file
/// @param findings what it granted wrongly, but a client can live with
record Agreed(
    int blksize,
    int windowsize,
    OptionalLong tsize,
    Optional<Integer> seconds,
    boolean oack,
    List<Finding> findings) {
  /// RFC 1350: what holds without options.
  static final Agreed PLAIN =
      new Agreed(
          TftpProfile.PLAIN_BLOCK, 1, OptionalLong.empty(), Optional.empty(), false, List.of());

  /// An OACK that no client can go on with.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why, null, false, false);
    }
  }

  /// Checks an OACK against what was asked for.
  static Agreed of(TftpProfile asked, Options granted) throws Refused {
    int blksize = TftpProfile.PLAIN_BLOCK;
    int windowsize = 1;
    OptionalLong tsize = OptionalLong.empty();
    Optional<Integer> seconds = Optional.empty();
    List<Finding> findings = new ArrayList<>();
    for (Option option : granted.list()) {
      String name = option.name().toLowerCase(Locale.ROOT);
      switch (name) {
        case "blksize" -> blksize = (int) number(option, asked.blksize(), 8);
        case "windowsize" -> windowsize = (int) number(option, asked.windowsize(), 1);
        case "timeout" -> {
          int value = (int) number(option, asked.timeout(), 1);
          if (value != asked.timeout().orElseThrow()) {
            // RFC 2349: "the value ... must match the value specified by the client"
            throw new Refused("timeout=" + value + " granted, " + asked.timeout().get() + " asked");
          }
          seconds = Optional.of(value);
        }
        case "tsize" -> {
          if (asked.tsize()) {
            tsize = OptionalLong.of(size(option));
          } else {
            findings.add(unasked(option));
          }
        }
        default -> findings.add(unasked(option));
      }
    }
    return new Agreed(blksize, windowsize, tsize, seconds, true, List.copyOf(findings));
  }

  private static Finding unasked(Option option) {
    return new Finding(
        Cause.TFTP_OPTION_UNASKED,
        Words.printable(option.name()) + "=" + Words.printable(option.value()));
  }

  private static long number(Option option, Optional<Integer> asked, int least) throws Refused {
    if (asked.isEmpty()) {
      throw new Refused(
          "%s=%s granted, not asked for".formatted(option.name(), Words.printable(option.value())));
    }
    long value = size(option);
    if (value < least || value > asked.get()) {
      throw new Refused("%s=%d granted, %d asked".formatted(option.name(), value, asked.get()));
    }
    return value;
  }

  private static long size(Option option) throws Refused {
    String value = option.value().strip();
    if (!value.matches("[0-9]{1,18}")) {
      throw new Refused(option.name() + "=" + Words.printable(option.value()) + " is no number");
    }
    return Long.parseLong(value);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("blksize=").append(blksize).append(" windowsize=").append(windowsize);
    tsize.ifPresent(size -> text.append(" tsize=").append(size));
    seconds.ifPresent(s -> text.append(" timeout=").append(s));
    if (!oack) {
      text.append(" no-oack");
    }
    return text.toString();
  }
}
