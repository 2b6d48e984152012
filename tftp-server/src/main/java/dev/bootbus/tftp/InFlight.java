package dev.bootbus.tftp;

import dev.bootbus.tftp.Outcome.Ending;
import dev.bootbus.tftp.wire.TftpPacket.ReadRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The transfers under way, and the decision whether one more may begin.
final class InFlight {
  private record Asked(InetSocketAddress peer, ReadRequest request) {
    static Asked by(Transfer transfer) {
      return new Asked(transfer.peer(), transfer.request());
    }
  }

  private final int max;
  private final int maxPerPeer;
  private final Set<Transfer> running = new HashSet<>();
  private final Map<Asked, Transfer> latest = new HashMap<>();
  private final Map<InetAddress, Integer> perPeer = new HashMap<>();

  InFlight(int max, int maxPerPeer) {
    this.max = max;
    this.maxPerPeer = maxPerPeer;
  }

  /// Takes the transfer in, or says why not.
  ///
  /// A client that repeats its request has the answer on its way. But one that fell silent, and
  /// then asks the same from the same port, was switched off and on: GRUB's first request always
  /// has port 25300. Then the new transfer takes the old one's place.
  synchronized Optional<DropReason> enter(Transfer transfer) {
    Transfer earlier = latest.get(Asked.by(transfer));
    if (earlier != null) {
      if (!earlier.isStalled()) {
        return Optional.of(DropReason.DUPLICATE_REQUEST);
      }
      earlier.cancel(Ending.SUPERSEDED, "the client began anew");
    }
    if (running.size() >= max) {
      return Optional.of(DropReason.BUSY);
    }
    InetAddress address = transfer.peer().getAddress();
    if (perPeer.getOrDefault(address, 0) >= maxPerPeer) {
      return Optional.of(DropReason.BUSY_PEER);
    }
    running.add(transfer);
    latest.put(Asked.by(transfer), transfer);
    perPeer.merge(address, 1, Integer::sum);
    return Optional.empty();
  }

  synchronized void leave(Transfer transfer) {
    if (running.remove(transfer)) {
      latest.remove(Asked.by(transfer), transfer);
      perPeer.computeIfPresent(
          transfer.peer().getAddress(), (_, count) -> count == 1 ? null : count - 1);
      notifyAll();
    }
  }

  synchronized int size() {
    return running.size();
  }

  /// Ends all of them, and waits until they are gone, but no longer than the time given.
  synchronized void cancelAll(Duration patience) {
    List.copyOf(running)
        .forEach(transfer -> transfer.cancel(Ending.STOPPED, "the server was stopped"));
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (!running.isEmpty() && System.nanoTime() < deadline) {
        wait(Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
