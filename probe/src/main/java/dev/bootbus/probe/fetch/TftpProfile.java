package dev.bootbus.probe.fetch;

import dev.bootbus.tftp.wire.Options;
import dev.bootbus.tftp.wire.Options.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a TFTP client asks for beside the file (RFC 2347). The constants are as captured from the
/// programs they are named after.
///
/// @param blksize RFC 2348, bytes
/// @param windowsize RFC 7440, blocks
/// @param timeout RFC 2349, seconds
/// @param tsize RFC 2349, asks for the size with the file
/// @param sizeFirst asks for the size in a request of its own, which it aborts with ERROR 8
public record TftpProfile(
    Optional<Integer> blksize,
    Optional<Integer> windowsize,
    Optional<Integer> timeout,
    boolean tsize,
    boolean sizeFirst) {
  public static final int PLAIN_BLOCK = 512;

  public static final TftpProfile PLAIN = of(0, 0, false, false);

  /// UEFI firmware: the size, ERROR 8, then the file.
  public static final TftpProfile EDK2 = of(1468, 4, false, true);

  public static final TftpProfile IPXE = of(1432, 0, true, false);
  public static final TftpProfile PXELINUX = of(1408, 0, true, false);
  public static final TftpProfile GRUB = of(1024, 0, true, false);

  /// As shim fetches what it starts.
  public static final TftpProfile SHIM = of(512, 4, false, false);

  /// @throws IllegalArgumentException if a value is out of the range of its RFC
  public TftpProfile {
    check("blksize", blksize, 8, 65464);
    check("windowsize", windowsize, 1, 65535);
    check("timeout", timeout, 1, 255);
  }

  private static void check(String name, Optional<Integer> value, int least, int most) {
    if (value.filter(v -> v < least || v > most).isPresent()) {
      throw new IllegalArgumentException(
          name + " is " + value.get() + ", and can be " + least + " to " + most);
    }
  }

  /// @param blksize 0 for none, as is windowsize
  private static TftpProfile of(int blksize, int windowsize, boolean tsize, boolean sizeFirst) {
    return new TftpProfile(
        Optional.of(blksize).filter(v -> v > 0),
        Optional.of(windowsize).filter(v -> v > 0),
        Optional.empty(),
        tsize,
        sizeFirst);
  }

  /// What the request for the size alone asks for.
  TftpProfile forSize() {
    return new TftpProfile(blksize, windowsize, timeout, true, false);
  }

  /// What the request for the file itself asks for.
  TftpProfile forFile() {
    return new TftpProfile(blksize, windowsize, timeout, tsize, false);
  }

  /// The options in the order in which edk2 and iPXE send them.
  Options options() {
    List<Option> list = new ArrayList<>();
    if (tsize) {
      list.add(new Option("tsize", "0"));
    }
    blksize.ifPresent(v -> list.add(new Option("blksize", v.toString())));
    windowsize.ifPresent(v -> list.add(new Option("windowsize", v.toString())));
    timeout.ifPresent(v -> list.add(new Option("timeout", v.toString())));
    return new Options(list);
  }
}
