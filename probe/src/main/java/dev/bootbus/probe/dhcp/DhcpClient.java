package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Conversation.Wanted;
import dev.bootbus.probe.dhcp.Link.Path;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/// A machine's DHCP client (RFC 2131 §4.4) and the PXE client's question to a boot server. It does
/// what it is told, step by step, and judges nothing: which offer to take, whether to ask a boot
/// server and what an answer is worth is for others.
///
/// For one thread; thousands of them can share a link. Each call ends by its [Patience].
public final class DhcpClient implements AutoCloseable {
  private static final Wanted OFFERS = new Wanted(EnumSet.of(MessageType.OFFER), true);
  private static final Wanted ONE_ANSWER =
      new Wanted(EnumSet.of(MessageType.ACK, MessageType.NAK), false);

  /// Transactions of one client; more are forgotten, and then their late answers are strange.
  private static final int MAX_EARLIER = 64;

  private static final Duration CONFLICT_WAIT = Duration.ofSeconds(1);

  private final Station station;
  private final Identity identity;
  private final Patience patience;
  private final long began = System.nanoTime();
  private final Set<Long> earlier = new HashSet<>();
  private long xid = -1;

  private DhcpClient(Station station, Identity identity, Patience patience) {
    this.station = station;
    this.identity = identity;
    this.patience = patience;
  }

  /// @throws IllegalStateException if the machine is on the link already
  public static DhcpClient join(Link link, Identity identity, Patience patience) {
    return new DhcpClient(link.join(identity.mac()), identity, patience);
  }

  /// Says DISCOVER, and collects all offers for a while.
  public Offers discover() throws InterruptedException {
    return discover(Options.EMPTY);
  }

  /// @param more such as option 50, the address that it would like
  public Offers discover(Options more) throws InterruptedException {
    begin(newXid());
    IntFunction<DhcpMessage> discover =
        secs -> message(MessageType.DISCOVER, secs, DhcpMessage.NO_ADDRESS, more);
    Conversation conversation = conversation();
    try {
      return new Offers(conversation.hold(discover, new Path.Servers(), OFFERS));
    } catch (IOException e) {
      return new Offers(conversation.exchange());
    }
  }

  /// SELECTING: takes an offer, by broadcast, so that the other servers know.
  public Answer request(Reply offer) throws InterruptedException {
    return request(offer, Options.EMPTY);
  }

  /// @param more replaces what the identity says
  public Answer request(Reply offer, Options more) throws InterruptedException {
    begin(offer.message().xid());
    Options.Builder chosen = Options.builder();
    chosen.put(Option.REQUESTED_ADDRESS, offer.message().yiaddr());
    offer.serverId().ifPresent(server -> chosen.put(Option.SERVER_ID, server));
    return request(
        DhcpMessage.NO_ADDRESS, ClientMessage.join(chosen.build(), more), new Path.Servers());
  }

  /// INIT-REBOOT: has had the address, and asks whether it still may.
  public Answer reboot(Inet4Address address) throws InterruptedException {
    begin(newXid());
    Options wish = Options.builder().put(Option.REQUESTED_ADDRESS, address).build();
    return request(DhcpMessage.NO_ADDRESS, wish, new Path.Servers());
  }

  /// RENEWING: asks the server that gave the address.
  public Answer renew(Lease lease) throws InterruptedException {
    begin(newXid());
    return request(lease.address(), Options.EMPTY, to(lease, lease.server()));
  }

  /// REBINDING: asks any server.
  public Answer rebind(Lease lease) throws InterruptedException {
    begin(newXid());
    return request(lease.address(), Options.EMPTY, new Path.Servers());
  }

  /// Asks a boot server, with the address that is leased.
  public Answer ask(BootRequest boot, Lease lease) throws InterruptedException {
    begin(newXid());
    int port = station.link().ports().bootServer();
    Path path = new Path.Server(boot.server(), port, boot.from(), lease.via(boot.server()));
    return request(station.link().reachableAt(lease.address()), boot.more(), path);
  }

  /// INFORM: has an address, and asks for the rest (RFC 2131 §4.4.3).
  ///
  /// @param lease of which only the addresses count
  public Answer inform(Lease lease) throws InterruptedException {
    begin(newXid());
    Inet4Address reachable = station.link().reachableAt(lease.address());
    Inet4Address ciaddr = Frame.isSet(reachable) ? reachable : lease.address();
    station.link().hold(identity.mac(), ciaddr);
    return answer(MessageType.INFORM, ciaddr, Options.EMPTY, to(lease, lease.server()));
  }

  /// Gives the address back; there is no answer.
  public Exchange release(Lease lease) throws IOException, InterruptedException {
    begin(newXid());
    Options server = Options.builder().put(Option.SERVER_ID, lease.server()).build();
    DhcpMessage release = message(MessageType.RELEASE, 0, lease.address(), server);
    Exchange exchange = conversation().say(release, to(lease, lease.server()));
    station.link().hold(identity.mac(), DhcpMessage.NO_ADDRESS);
    return exchange;
  }

  /// Says that somebody else has the address; there is no answer.
  public Exchange decline(Lease lease) throws IOException, InterruptedException {
    begin(newXid());
    station.link().hold(identity.mac(), DhcpMessage.NO_ADDRESS);
    Options which =
        Options.builder()
            .put(Option.REQUESTED_ADDRESS, lease.address())
            .put(Option.SERVER_ID, lease.server())
            .build();
    DhcpMessage decline = message(MessageType.DECLINE, 0, DhcpMessage.NO_ADDRESS, which);
    return conversation().say(decline, new Path.Servers());
  }

  /// Who else has the address already (RFC 2131 §4.4.1); nobody where the link cannot ask.
  public Optional<MacAddress> conflict(Lease lease) throws IOException, InterruptedException {
    return station
        .link()
        .whoHas(lease.address(), identity.mac(), DhcpMessage.NO_ADDRESS, CONFLICT_WAIT);
  }

  private Answer request(Inet4Address ciaddr, Options more, Path path) throws InterruptedException {
    return answer(MessageType.REQUEST, ciaddr, more, path);
  }

  private Answer answer(MessageType type, Inet4Address ciaddr, Options more, Path path)
      throws InterruptedException {
    Conversation conversation = conversation();
    try {
      Exchange exchange =
          conversation.hold(secs -> message(type, secs, ciaddr, more), path, ONE_ANSWER);
      return exchange.replies().isEmpty()
          ? new Answer.Silence(exchange)
          : answered(exchange.replies().getFirst(), exchange);
    } catch (IOException e) {
      return new Answer.Unsent(e.getMessage(), conversation.exchange());
    }
  }

  private Answer answered(Reply reply, Exchange exchange) {
    if (reply.type().equals(Optional.of(MessageType.NAK))) {
      return new Answer.Refused(reply, exchange);
    }
    if (reply.givesAddress()) {
      station.link().hold(identity.mac(), reply.message().yiaddr());
    }
    return new Answer.Acknowledged(reply, exchange);
  }

  private Path to(Lease lease, Inet4Address server) {
    Link.Ports ports = station.link().ports();
    return new Path.Server(server, ports.server(), ports.client(), lease.via(server));
  }

  private DhcpMessage message(MessageType type, int secs, Inet4Address ciaddr, Options more) {
    return ClientMessage.of(type, identity, xid, secs, ciaddr, more);
  }

  private Conversation conversation() {
    return new Conversation(station, patience, began, earlier);
  }

  private static long newXid() {
    return Integer.toUnsignedLong(ThreadLocalRandom.current().nextInt());
  }

  private void begin(long next) {
    if (earlier.size() < MAX_EARLIER) {
      earlier.add(xid);
    }
    xid = next;
    station.expect(next);
  }

  /// Leaves the link.
  @Override
  public void close() {
    station.close();
  }
}
