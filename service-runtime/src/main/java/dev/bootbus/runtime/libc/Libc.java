package dev.bootbus.runtime.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The C library's socket calls, with the constants of 64-bit Linux. They are the same on x86-64,
/// ARM64, RISC-V and LoongArch, which all use the kernel's generic headers.
///
/// What is called for each packet, or may well fail, returns a negative errno, of which
/// [#checked] makes an exception; the rest throws.
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
public final class Libc {
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_PACKET = 17;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_REUSEADDR = 2;
  public static final int SO_BROADCAST = 6;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_RCVTIMEO = 20;
  public static final int SO_BINDTODEVICE = 25;
  public static final int SO_ATTACH_FILTER = 26;
  public static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  public static final int SO_RXQ_OVFL = 40;
  public static final int IPPROTO_IP = 0;
  public static final int IP_PKTINFO = 8;
  public static final int IP_MTU_DISCOVER = 10;
  public static final int IP_MTU = 14;
  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_MTU_DISCOVER = 23;
  public static final int IPV6_MTU = 24;
  public static final int IPV6_V6ONLY = 26;
  public static final int PMTUDISC_DONT = 0;
  public static final int SOL_UDP = 17;
  public static final int UDP_SEGMENT = 103;
  public static final int SOL_PACKET = 263;
  public static final int PACKET_ADD_MEMBERSHIP = 1;
  public static final int PACKET_MR_PROMISC = 1;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_WAITFORONE = 0x10000;
  public static final int EPOLLIN = 1;
  public static final int EPOLLOUT = 4;
  public static final int EPOLL_CTL_ADD = 1;
  public static final int EPOLL_CTL_MOD = 3;
  public static final int EPERM = 1;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int EAGAIN = 11;
  public static final int EFAULT = 14;
  public static final int EINVAL = 22;
  public static final int EMSGSIZE = 90;
  public static final int EOPNOTSUPP = 95;
  public static final int EADDRINUSE = 98;
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO_OPTION = Linker.Option.captureCallState("errno");
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

  /// Kept, as it is needed for each packet.
  private static final ThreadLocal<MemorySegment> ERRNO_OF_THREAD =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT =
      call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      call("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SEND =
      call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SENDTO =
      call("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDMSG =
      call("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDMMSG =
      call("sendmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECV =
      call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECVMMSG =
      call("recvmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", JAVA_INT, JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_WAIT =
      call("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle READ = call("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE = call("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Libc() {}

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        ERRNO_OPTION);
  }

  public static int socket(int domain, int type, int protocol) throws ErrnoException {
    return (int) checked(result(errno -> (int) SOCKET.invokeExact(errno, domain, type, protocol)));
  }

  /// @return 0, or the errno negated
  public static int setsockopt(int fd, int level, int name, MemorySegment value) {
    int size = (int) value.byteSize();
    return (int) result(errno -> (int) SETSOCKOPT.invokeExact(errno, fd, level, name, value, size));
  }

  /// @return 0, or the errno negated
  public static int getsockopt(
      int fd, int level, int name, MemorySegment value, MemorySegment size) {
    return (int) result(errno -> (int) GETSOCKOPT.invokeExact(errno, fd, level, name, value, size));
  }

  public static void bind(int fd, MemorySegment address) throws ErrnoException {
    int size = (int) address.byteSize();
    checked(result(errno -> (int) BIND.invokeExact(errno, fd, address, size)));
  }

  public static void connect(int fd, MemorySegment address) throws ErrnoException {
    int size = (int) address.byteSize();
    checked(result(errno -> (int) CONNECT.invokeExact(errno, fd, address, size)));
  }

  public static void getsockname(int fd, MemorySegment address, MemorySegment size)
      throws ErrnoException {
    checked(result(errno -> (int) GETSOCKNAME.invokeExact(errno, fd, address, size)));
  }

  public static int epollCreate() throws ErrnoException {
    return (int) checked(result(e -> (int) EPOLL_CREATE1.invokeExact(e, EPOLL_CLOEXEC)));
  }

  public static void epollCtl(int epoll, int operation, int fd, MemorySegment event)
      throws ErrnoException {
    checked(result(errno -> (int) EPOLL_CTL.invokeExact(errno, epoll, operation, fd, event)));
  }

  public static int eventfd() throws ErrnoException {
    int flags = EFD_NONBLOCK | EFD_CLOEXEC;
    return (int) checked(result(errno -> (int) EVENTFD.invokeExact(errno, 0, flags)));
  }

  public static int epollWait(int epoll, MemorySegment events, int count, int millis) {
    return (int) result(errno -> (int) EPOLL_WAIT.invokeExact(errno, epoll, events, count, millis));
  }

  /// Does not wait.
  public static long send(int fd, MemorySegment bytes, long length) {
    return result(errno -> (long) SEND.invokeExact(errno, fd, bytes, length, MSG_DONTWAIT));
  }

  /// Does not wait.
  public static long sendto(int fd, MemorySegment bytes, long length, MemorySegment to) {
    int size = (int) to.byteSize();
    return result(
        errno -> (long) SENDTO.invokeExact(errno, fd, bytes, length, MSG_DONTWAIT, to, size));
  }

  /// Does not wait.
  public static long sendmsg(int fd, MemorySegment msghdr) {
    return result(errno -> (long) SENDMSG.invokeExact(errno, fd, msghdr, MSG_DONTWAIT));
  }

  /// @return how many were sent
  public static int sendmmsg(int fd, MemorySegment mmsghdrs, int count) {
    return (int)
        result(errno -> (int) SENDMMSG.invokeExact(errno, fd, mmsghdrs, count, MSG_DONTWAIT));
  }

  /// What does not fit into the buffer is lost.
  ///
  /// @param flags 0 to wait for a datagram, or [#MSG_DONTWAIT]
  /// @return how much of the buffer it fills
  public static long recv(int fd, MemorySegment buffer, int flags) {
    long size = buffer.byteSize();
    return result(errno -> (long) RECV.invokeExact(errno, fd, buffer, size, flags));
  }

  /// @param mmsghdrs as many `struct mmsghdr` as may be taken
  /// @param flags [#MSG_WAITFORONE] to wait for a datagram, or [#MSG_DONTWAIT]
  /// @return how many were received
  public static int recvmmsg(int fd, MemorySegment mmsghdrs, int count, int flags) {
    MemorySegment none = MemorySegment.NULL;
    return (int)
        result(errno -> (int) RECVMMSG.invokeExact(errno, fd, mmsghdrs, count, flags, none));
  }

  public static long read(int fd, MemorySegment buffer) {
    long size = buffer.byteSize();
    return result(errno -> (long) READ.invokeExact(errno, fd, buffer, size));
  }

  public static long write(int fd, MemorySegment bytes) {
    long size = bytes.byteSize();
    return result(errno -> (long) WRITE.invokeExact(errno, fd, bytes, size));
  }

  public static void close(int fd) {
    result(errno -> (int) CLOSE.invokeExact(errno, fd));
  }

  private interface Call {
    long invoke(MemorySegment errno) throws Throwable;
  }

  private static long result(Call call) {
    try {
      MemorySegment errno = ERRNO_OF_THREAD.get();
      long result = call.invoke(errno);
      return result < 0 ? -(int) ERRNO.get(errno, 0L) : result;
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library cannot throw", e);
    }
  }

  /// What is not negative.
  public static long checked(long result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException((int) -result);
    }
    return result;
  }

  /// The system's own words.
  public static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library cannot throw", e);
    }
  }
}
