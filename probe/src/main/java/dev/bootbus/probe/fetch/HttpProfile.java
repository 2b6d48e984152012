package dev.bootbus.probe.fetch;

import java.util.Optional;
import java.util.OptionalInt;

/// How a client asks over HTTP. The constants are habits of the programs they are named after.
///
/// @param userAgent header User-Agent
/// @param headFirst asks for the size with HEAD before GET
/// @param range asks for this part of the file only
/// @param pieces asks for the file in ranges of so many bytes, on one connection if it may
/// @param resume breaks the first answer off, fetches the rest by Range, and compares with a whole
///     one
public record HttpProfile(
    String userAgent,
    Connection connection,
    boolean headFirst,
    Optional<ByteRange> range,
    OptionalInt pieces,
    boolean resume) {

  /// What becomes of the connection after an answer.
  public enum Connection {
    KEEP_ALIVE,
    CLOSE,
    /// A request of HTTP/1.0, whose connection ends with the answer.
    HTTP_1_0
  }

  public static final HttpProfile PLAIN = of("bootbus-probe", Connection.KEEP_ALIVE, false);
  public static final HttpProfile UEFI = of("UefiHttpBoot/1.0", Connection.KEEP_ALIVE, true);
  public static final HttpProfile IPXE = of("iPXE/1.21.1", Connection.KEEP_ALIVE, false);
  public static final HttpProfile PXELINUX = of("Syslinux/6.04", Connection.HTTP_1_0, false);

  /// FreeBSD's loader.efi: each open a GET on a connection of its own.
  public static final HttpProfile FREEBSD = of("loader", Connection.CLOSE, false);

  /// FreeBSD's pxe_http: HEAD, then 8 KiB at a time.
  public static final HttpProfile FREEBSD_PXE =
      new HttpProfile(
          "pxe_http", Connection.KEEP_ALIVE, true, Optional.empty(), OptionalInt.of(8192), false);

  private static HttpProfile of(String userAgent, Connection connection, boolean headFirst) {
    return new HttpProfile(
        userAgent, connection, headFirst, Optional.empty(), OptionalInt.empty(), false);
  }

  public HttpProfile with(Connection other) {
    return new HttpProfile(userAgent, other, headFirst, range, pieces, resume);
  }

  public HttpProfile with(ByteRange part) {
    return new HttpProfile(userAgent, connection, headFirst, Optional.of(part), pieces, false);
  }

  public HttpProfile resuming() {
    return new HttpProfile(
        userAgent, connection, headFirst, Optional.empty(), OptionalInt.empty(), true);
  }
}
