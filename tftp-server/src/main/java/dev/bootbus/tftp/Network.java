package dev.bootbus.tftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Locale;

/// The server's sockets, and the wait for what comes in. All of it but [#wake] belongs to one
/// thread. A packet that cannot be sent counts as lost on the way, as the reasons pass: a link that
/// is down, a full queue or connection table.
sealed interface Network extends AutoCloseable permits LinuxNetwork, NioNetwork {

  /// How packets reach the network.
  enum Engine {
    /// The best of the others that the system has.
    AUTO,
    /// epoll, and many blocks in one call that the kernel or the NIC cuts apart (UDP_SEGMENT).
    GSO,
    /// epoll, and many blocks in one call (sendmmsg).
    MMSG,
    /// What Java has everywhere; one call for each block.
    NIO;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Where a network is to be, and how.
  ///
  /// @param address where requests come in; port 0 takes any free port
  /// @param singlePort whether all is sent from that port, too, instead of one for each transfer
  record Settings(InetSocketAddress address, Engine engine, boolean singlePort) {
    InetAddress local() {
      return address.getAddress();
    }
  }

  /// The server's end of one transfer. Its port is the transfer identifier (RFC 1350 §4).
  interface Port {
    /// What happens there.
    interface Listener {
      /// A packet from the client. The bytes are only there during the call.
      void heard(ByteBuffer packet);

      /// A packet from anyone else.
      void stranger(ByteBuffer packet, InetSocketAddress from);

      /// There is room for what [Port#send(Burst)] did not take.
      void writable();
    }

    /// Bytes of UDP payload that reach the client in one piece, as far as the system knows.
    int largestPayload();

    void send(ByteBuffer packet);

    /// To anyone else than the client.
    void answer(ByteBuffer packet, InetSocketAddress to);

    /// How many blocks the system took; if it is not all of them, [Listener#writable] is called.
    int send(Burst burst);

    /// Why a packet could not be sent lately, or the empty string.
    String trouble();

    void close();
  }

  /// Hears what comes in where requests do. The bytes are only there during the call.
  @FunctionalInterface
  interface Door {
    void heard(ByteBuffer packet, InetSocketAddress from);
  }

  /// @throws IOException if the port cannot be had, or the system lacks the engine
  static Network open(Settings settings) throws IOException {
    return switch (settings.engine()) {
      case AUTO -> best(settings);
      case GSO, MMSG -> {
        if (!LinuxNetwork.isSupported()) {
          throw new IOException("the engine " + settings.engine().key() + " needs 64-bit Linux");
        }
        yield LinuxNetwork.open(settings);
      }
      case NIO -> NioNetwork.open(settings);
    };
  }

  private static Network best(Settings settings) throws IOException {
    if (!LinuxNetwork.isSupported()) {
      return NioNetwork.open(settings);
    }
    try {
      return LinuxNetwork.open(settings);
    } catch (LinkageError e) { // native access is denied, or the C library is another one
      return NioNetwork.open(settings);
    }
  }

  /// The one at work, never [Engine#AUTO].
  Engine engine();

  int port();

  /// The bytes of the blocks that a transfer is about to send; there is one for all.
  Burst burst();

  /// Waits until something comes in, somebody calls [#wake] or that time is over, and tells
  /// listeners.
  ///
  /// @return whether that was all for now
  /// @throws IOException if the system cannot say
  boolean poll(long nanos, Door door) throws IOException;

  /// Ends the wait, or the next one. For any thread.
  void wake();

  /// @throws IOException if there is no free port, or file descriptor
  Port connect(InetSocketAddress peer, Port.Listener listener) throws IOException;

  /// From the port for requests.
  void answer(ByteBuffer packet, InetSocketAddress to);

  @Override
  void close();
}
