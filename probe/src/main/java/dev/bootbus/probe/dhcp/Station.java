package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A machine's place on a [Link]: what it sends, and what came for it. For one thread.
public final class Station implements AutoCloseable {
  /// More than all servers of a link say at once; what comes beyond it is dropped and counted.
  private static final int INBOX = 64;

  private final Link link;
  private final Switchboard switchboard;
  private final MacAddress mac;
  private final BlockingQueue<Heard> inbox = new ArrayBlockingQueue<>(INBOX);
  private long xid = -1;

  Station(Link link, Switchboard switchboard, MacAddress mac) {
    this.link = link;
    this.switchboard = switchboard;
    this.mac = mac;
  }

  MacAddress mac() {
    return mac;
  }

  Link link() {
    return link;
  }

  /// From now on what has this `xid` is for this machine too, whatever its `chaddr`.
  void expect(long next) {
    switchboard.move(this, xid, next);
    xid = next;
  }

  void send(DhcpMessage message, Link.Path path) throws IOException, InterruptedException {
    link.send(mac, message, path);
  }

  /// @param deadline of [System#nanoTime]
  Optional<Heard> next(long deadline) throws InterruptedException {
    long wait = Math.max(0, deadline - System.nanoTime());
    return Optional.ofNullable(inbox.poll(wait, TimeUnit.NANOSECONDS));
  }

  /// @return whether there was room
  boolean deliver(Heard heard) {
    return inbox.offer(heard);
  }

  @Override
  public void close() {
    switchboard.leave(this, xid);
    link.hold(mac, DhcpMessage.NO_ADDRESS);
  }
}
