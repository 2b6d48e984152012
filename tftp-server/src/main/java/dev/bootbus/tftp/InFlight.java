package dev.bootbus.tftp;

import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The transfers under way, and the decision whether one more may begin.
final class InFlight {
  private record Asked(InetSocketAddress peer, ReadRequest request) {
    static Asked by(Transfer transfer) {
      return new Asked(transfer.peer(), transfer.request());
    }
  }

  private final int max;
  private final int maxPerPeer;
  private final boolean onePerPort;
  private final Set<Transfer> running = new HashSet<>();
  private final Map<Asked, Transfer> byRequest = new HashMap<>();
  private final Map<InetSocketAddress, Transfer> byPeer = new HashMap<>();
  private final Map<InetAddress, Integer> perPeer = new HashMap<>();
  private volatile int size;

  /// @param onePerPort whether the client's address and port are all that tells transfers apart
  InFlight(int max, int maxPerPeer, boolean onePerPort) {
    this.max = max;
    this.maxPerPeer = maxPerPeer;
    this.onePerPort = onePerPort;
  }

  /// Takes the transfer in, or says why not.
  ///
  /// A client that repeats its request has the answer on its way. But one that fell silent, and
  /// then asks the same from the same port, was switched off and on: GRUB's first request always
  /// has port 25300. Then the new transfer takes the old one's place.
  Optional<DropReason> enter(Transfer transfer) {
    Transfer same = byRequest.get(Asked.by(transfer));
    if (same != null && !same.isStalled()) {
      return Optional.of(DropReason.DUPLICATE_REQUEST);
    }
    Transfer earlier = onePerPort ? byPeer.get(transfer.peer()) : same;
    if (earlier != null) {
      earlier.end(Ending.SUPERSEDED, "the client began anew");
    }
    if (running.size() >= max) {
      return Optional.of(DropReason.BUSY);
    }
    InetAddress address = transfer.peer().getAddress();
    if (perPeer.getOrDefault(address, 0) >= maxPerPeer) {
      return Optional.of(DropReason.BUSY_PEER);
    }
    running.add(transfer);
    byRequest.put(Asked.by(transfer), transfer);
    byPeer.put(transfer.peer(), transfer);
    perPeer.merge(address, 1, Integer::sum);
    size = running.size();
    return Optional.empty();
  }

  void leave(Transfer transfer) {
    if (running.remove(transfer)) {
      byRequest.remove(Asked.by(transfer), transfer);
      byPeer.remove(transfer.peer(), transfer);
      perPeer.computeIfPresent(
          transfer.peer().getAddress(), (_, count) -> count == 1 ? null : count - 1);
      size = running.size();
    }
  }

  /// The latest transfer of that client.
  @Nullable Transfer of(InetSocketAddress peer) {
    return byPeer.get(peer);
  }

  /// For any thread.
  int size() {
    return size;
  }

  /// Ends all of them.
  void endAll(Ending ending, String detail) {
    List.copyOf(running).forEach(transfer -> transfer.end(ending, detail));
  }
}
