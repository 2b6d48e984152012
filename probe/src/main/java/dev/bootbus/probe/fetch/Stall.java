package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Where a TFTP transfer stands when nothing comes any more, and what that means.
///
/// @param agreed none if no answer came at all
/// @param blocks that came in order
/// @param repeats how often the server sent again what was acknowledged
/// @param unreadable packets that are none of TFTP
/// @param stranger who answered in place of the server
record Stall(
    Optional<Agreed> agreed,
    long blocks,
    int repeats,
    int unreadable,
    Optional<InetAddress> stranger) {

  /// What port 69 said to a request that was sent to find out why it is silent.
  enum Port {
    /// ICMP port unreachable.
    CLOSED,
    /// ICMP host or network unreachable, or prohibited.
    UNREACHABLE,
    /// Nothing, though another port of the same host says that it is closed.
    SILENT,
    /// Nothing, like any other port of this host.
    UNKNOWN
  }

  /// What the same file did in blocks of 512 bytes, without options.
  sealed interface SmallBlocks {
    /// Not tried, as the first attempt was so already.
    record Untried() implements SmallBlocks {}

    /// At least two blocks came, or the whole file.
    record Come() implements SmallBlocks {}

    record Stop(long blocks, int repeats) implements SmallBlocks {}
  }

  /// No answer came to the request.
  Finding silent(InetSocketAddress server, Port port) {
    String who = "%s port %d".formatted(server.getAddress().getHostAddress(), server.getPort());
    if (stranger.isPresent()) {
      return new Finding(
          Cause.TFTP_OTHER_ADDRESS,
          "asked %s, %s answers".formatted(who, stranger.get().getHostAddress()));
    }
    if (unreadable > 0) {
      return new Finding(
          Cause.TFTP_PACKET_WRONG, "%s sent %d packets, none of TFTP".formatted(who, unreadable));
    }
    return switch (port) {
      case CLOSED -> new Finding(Cause.TFTP_PORT_CLOSED, who);
      case UNREACHABLE -> new Finding(Cause.HOST_UNREACHABLE, who);
      case SILENT ->
          new Finding(
              Cause.TFTP_NO_ANSWER,
              who
                  + " is not closed, but no answer comes: a firewall drops the request, or the answer,"
                  + " which comes from another port");
      case UNKNOWN ->
          new Finding(
              Cause.TFTP_NO_ANSWER, who + ": neither an answer nor word that the port is closed");
    };
  }

  /// The server answered, and then the transfer stopped.
  Finding stopped(InetSocketAddress server, SmallBlocks small) {
    Agreed with = agreed.orElseThrow();
    String host = server.getAddress().getHostAddress();
    return switch (small) {
      case SmallBlocks.Come _ when blocks == 0 ->
          new Finding(
              Cause.MTU_TOO_SMALL,
              "blocks of %d bytes from %s never come, those of 512 do"
                  .formatted(with.blksize(), host));
      case SmallBlocks.Stop(var came, var again) when came == 1 && blocks == 0 ->
          filtered(host, "block 1 came " + (again + 1) + " times, block 2 never");
      case SmallBlocks.Untried _ when blocks <= 1 && repeats > 0 ->
          filtered(host, "block %d came %d times, the next never".formatted(blocks, repeats + 1));
      case SmallBlocks.Stop _ when repeats > 0 && blocks == 0 ->
          filtered(host, "the OACK came %d times, block 1 never".formatted(repeats + 1));
      case SmallBlocks.Come _, SmallBlocks.Stop _, SmallBlocks.Untried _ ->
          new Finding(
              Cause.TFTP_STALLED,
              blocks == 0
                  ? "%s answers, but sends no data (%s)".formatted(host, with)
                  : "%s sends nothing after block %d (%s)".formatted(host, blocks, with));
    };
  }

  private static Finding filtered(String host, String seen) {
    return new Finding(Cause.TFTP_DATA_FILTERED, host + ": " + seen);
  }
}
