package dev.bootbus.tftp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.bootbus.runtime.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One epoll, and for each transfer a connected socket: the kernel knows its route, and hands it
/// the client's packets only. Whatever anyone else sends to its port reaches a second socket there.
final class LinuxNetwork implements Network {
  /// Room for the first requests of a rack that is switched on at once.
  private static final int RECEIVE_BUFFER = 1 << 20;

  private static final int EVENTS = 256;
  private static final int PACKED_EVENT_SIZE = 12;
  private static final int EVENT_SIZE = 16;

  /// The kernel packs `struct epoll_event` on x86-64 only.
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

  private static final long EVENT_STRIDE = PACKED ? PACKED_EVENT_SIZE : EVENT_SIZE;
  private static final long EVENT_DATA_AT = PACKED ? Integer.BYTES : Long.BYTES;

  /// What a socket in the epoll is for.
  private interface Watched {
    void ready(int events);
  }

  private final Arena memory = Arena.ofShared();
  private final SocketAddresses addresses;
  private final boolean singlePort;
  private final Datagrams datagrams;
  private final Engine engine;
  private final Burst burst = new Burst();
  private final Sending sending;
  private final int epoll;
  private final int wakeup;
  private final int requests;
  private final MemorySegment events = memory.allocate(EVENTS * EVENT_STRIDE, Long.BYTES);
  private final MemorySegment event = memory.allocate(EVENT_STRIDE, Long.BYTES);
  private final MemorySegment counter = memory.allocate(JAVA_LONG);
  private final MemorySegment one = memory.allocateFrom(JAVA_LONG, 1L);
  private final MemorySegment option = memory.allocate(JAVA_INT);
  private final MemorySegment optionSize = memory.allocate(JAVA_INT);
  private final MemorySegment name = memory.allocate(SocketAddresses.MAX_SIZE, Long.BYTES);
  private final List<@Nullable Watched> watched = new ArrayList<>();
  private boolean closed;

  static boolean isSupported() {
    return System.getProperty("os.name").equals("Linux")
        && List.of("amd64", "aarch64", "riscv64", "loongarch64")
            .contains(System.getProperty("os.arch"));
  }

  static LinuxNetwork open(Settings settings) throws IOException {
    return new LinuxNetwork(settings);
  }

  private LinuxNetwork(Settings settings) throws IOException {
    addresses = SocketAddresses.of(settings.local());
    singlePort = settings.singlePort();
    datagrams = new Datagrams(addresses, memory);
    List<Integer> opened = new ArrayList<>();
    try {
      epoll = added(opened, Libc.epollCreate());
      wakeup = added(opened, Libc.eventfd());
      watch(wakeup, Libc.EPOLLIN, Libc.EPOLL_CTL_ADD);
      requests = added(opened, socket());
      set(requests, Libc.SOL_SOCKET, Libc.SO_RCVBUF, RECEIVE_BUFFER);
      set(requests, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, RECEIVE_BUFFER);
      if (singlePort) {
        set(requests, Libc.SOL_SOCKET, Libc.SO_SNDBUF, RECEIVE_BUFFER);
        set(requests, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, RECEIVE_BUFFER);
      }
      bind(requests, settings.address());
      watch(requests, Libc.EPOLLIN, Libc.EPOLL_CTL_ADD);
      // 0 is what it is anyway; only a kernel that knows the option takes it
      boolean segments = set(requests, Libc.SOL_UDP, Libc.UDP_SEGMENT, 0) == 0;
      if (!segments && settings.engine() == Engine.GSO) {
        throw new IOException("the kernel has no UDP_SEGMENT; choose another --engine");
      }
      engine = segments && settings.engine() != Engine.MMSG ? Engine.GSO : Engine.MMSG;
      sending = new Sending(burst, memory);
    } catch (IOException e) {
      opened.forEach(Libc::close);
      throw e;
    }
  }

  private int socket() throws IOException {
    return Libc.socket(
        addresses.family(), Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
  }

  private static int added(List<Integer> opened, int fd) {
    opened.add(fd);
    return fd;
  }

  private int set(int fd, int level, int optionName, int value) {
    option.set(JAVA_INT, 0, value);
    return Libc.setsockopt(fd, level, optionName, option);
  }

  private void bind(int fd, InetSocketAddress to) throws IOException {
    // Linux sets DF unless told otherwise, and then full blocks vanish in a tunnel on the way
    set(fd, Libc.IPPROTO_IP, Libc.IP_MTU_DISCOVER, Libc.PMTUDISC_DONT);
    if (!addresses.isIpv4()) {
      set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MTU_DISCOVER, Libc.PMTUDISC_DONT);
      set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 0);
    }
    try (Arena once = Arena.ofConfined()) {
      Libc.bind(fd, addresses.encode(to, once));
    }
  }

  private void watch(int fd, int interest, int operation) throws IOException {
    event.set(JAVA_INT, 0, interest);
    event.set(JAVA_LONG_UNALIGNED, EVENT_DATA_AT, fd);
    Libc.epollCtl(epoll, operation, fd, event);
  }

  private InetSocketAddress nameOf(int fd) throws IOException {
    optionSize.set(JAVA_INT, 0, SocketAddresses.MAX_SIZE);
    Libc.getsockname(fd, name, optionSize);
    return addresses.decode(name);
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public int port() {
    try {
      return nameOf(requests).getPort();
    } catch (IOException e) {
      throw new AssertionError("a bound socket has a name", e);
    }
  }

  @Override
  public Burst burst() {
    return burst;
  }

  @Override
  public boolean poll(long nanos, Door door) throws IOException {
    int millis = (int) Math.min(Integer.MAX_VALUE, Duration.ofNanos(nanos + 999_999).toMillis());
    int count = Libc.epollWait(epoll, events, EVENTS, millis);
    if (count < 0 && count != -Libc.EINTR) {
      Libc.checked(count);
    }
    for (int i = 0; i < count; i++) {
      int fd = (int) events.get(JAVA_LONG_UNALIGNED, i * EVENT_STRIDE + EVENT_DATA_AT);
      int ready = events.get(JAVA_INT, i * EVENT_STRIDE);
      if (fd == requests) {
        datagrams.receive(requests, door);
      } else if (fd == wakeup) {
        Libc.read(wakeup, counter);
      } else if (fd < watched.size()) {
        Watched of = watched.get(fd);
        if (of != null) { // else closed while the others of these events were told
          of.ready(ready);
        }
      }
    }
    return count < EVENTS;
  }

  @Override
  public synchronized void wake() {
    if (!closed) {
      Libc.write(wakeup, one);
    }
  }

  @Override
  public Port connect(InetSocketAddress peer, Port.Listener listener) throws IOException {
    return singlePort ? new SharedPort(peer) : new OwnPort(peer, listener);
  }

  @Override
  public void answer(ByteBuffer packet, InetSocketAddress to) {
    datagrams.send(requests, packet, to);
  }

  /// Watches a socket from now on.
  private void register(int fd, Watched of) throws IOException {
    watch(fd, Libc.EPOLLIN, Libc.EPOLL_CTL_ADD);
    while (watched.size() <= fd) {
      watched.add(null);
    }
    watched.set(fd, of);
  }

  private void close(int fd) {
    if (fd < watched.size()) {
      watched.set(fd, null);
    }
    Libc.close(fd);
  }

  private int mtu(int connected, boolean ipv4) {
    optionSize.set(JAVA_INT, 0, Integer.BYTES);
    int result =
        ipv4
            ? Libc.getsockopt(connected, Libc.IPPROTO_IP, Libc.IP_MTU, option, optionSize)
            : Libc.getsockopt(connected, Libc.IPPROTO_IPV6, Libc.IPV6_MTU, option, optionSize);
    return result < 0 ? Integer.MAX_VALUE : option.get(JAVA_INT, 0);
  }

  private int wayTo(int connected, InetSocketAddress peer) {
    boolean ipv4 = peer.getAddress().getAddress().length == Integer.BYTES;
    final int ipv4AndUdp = 28;
    final int ipv6AndUdp = 48;
    return mtu(connected, ipv4) - (ipv4 ? ipv4AndUdp : ipv6AndUdp);
  }

  /// A port for one transfer alone.
  private final class OwnPort implements Port, Watched {
    private final Listener listener;
    private final int fd;
    private final int strangers;
    private final int largestPayload;
    private final Sending.Target target;

    OwnPort(InetSocketAddress peer, Listener listener) throws IOException {
      this.listener = listener;
      List<Integer> opened = new ArrayList<>();
      try (Arena once = Arena.ofConfined()) {
        InetSocketAddress local = nameOf(requests);
        fd = added(opened, socket());
        bind(fd, new InetSocketAddress(local.getAddress(), 0));
        // two sockets share a port if both say so when the second one comes
        set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
        strangers = added(opened, socket());
        set(strangers, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
        bind(strangers, nameOf(fd));
        set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 0);
        Libc.connect(fd, addresses.encode(peer, once));
        largestPayload = wayTo(fd, peer);
        register(fd, this);
        register(strangers, _ -> datagrams.receive(strangers, listener::stranger));
      } catch (IOException e) {
        opened.forEach(LinuxNetwork.this::close);
        throw e;
      }
      target = new Sending.Target(fd, MemorySegment.NULL, engine == Engine.GSO);
    }

    @Override
    public void ready(int events) {
      if ((events & Libc.EPOLLOUT) != 0) {
        interest(Libc.EPOLLIN);
        listener.writable();
      }
      if ((events & ~Libc.EPOLLOUT) != 0 && watched.get(fd) == this) {
        ByteBuffer packet = datagrams.receive(fd);
        if (packet != null) {
          listener.heard(packet);
        }
      }
    }

    private void interest(int interest) {
      try {
        watch(fd, interest, Libc.EPOLL_CTL_MOD);
      } catch (IOException e) {
        throw new IllegalStateException("epoll does not know its own socket", e);
      }
    }

    @Override
    public int largestPayload() {
      return largestPayload;
    }

    @Override
    public void send(ByteBuffer packet) {
      target.trouble(datagrams.send(fd, packet));
    }

    @Override
    public void answer(ByteBuffer packet, InetSocketAddress to) {
      datagrams.send(strangers, packet, to);
    }

    @Override
    public int send(Burst blocks) {
      int taken = sending.send(target);
      if (taken < blocks.count()) {
        interest(Libc.EPOLLIN | Libc.EPOLLOUT);
      }
      return taken;
    }

    @Override
    public String trouble() {
      return target.trouble();
    }

    @Override
    public void close() {
      LinuxNetwork.this.close(fd);
      LinuxNetwork.this.close(strangers);
    }
  }

  /// The port for requests, as one transfer sees it. Who hears what there is the server's business.
  private final class SharedPort implements Port {
    private final InetSocketAddress peer;
    private final int largestPayload;
    private final Arena own = Arena.ofAuto();
    private final Sending.Target target;

    SharedPort(InetSocketAddress peer) throws IOException {
      this.peer = peer;
      MemorySegment to = addresses.encode(peer, own);
      int probe = socket();
      try {
        Libc.connect(probe, to);
        largestPayload = wayTo(probe, peer);
      } finally {
        Libc.close(probe);
      }
      target = new Sending.Target(requests, to, engine == Engine.GSO);
    }

    @Override
    public int largestPayload() {
      return largestPayload;
    }

    @Override
    public void send(ByteBuffer packet) {
      target.trouble(datagrams.send(requests, packet, peer));
    }

    @Override
    public void answer(ByteBuffer packet, InetSocketAddress to) {
      datagrams.send(requests, packet, to);
    }

    /// What finds no room in the one socket of all is lost, and sent again in its time.
    @Override
    public int send(Burst blocks) {
      sending.send(target);
      return blocks.count();
    }

    @Override
    public String trouble() {
      return target.trouble();
    }

    @Override
    public void close() {}
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Libc.close(requests);
      Libc.close(wakeup);
      Libc.close(epoll);
      memory.close();
    }
  }
}
