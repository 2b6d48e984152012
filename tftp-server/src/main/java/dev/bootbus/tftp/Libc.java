package dev.bootbus.tftp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
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
/// What is called for each packet returns a negative errno; what is called once throws.
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
final class Libc {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int IPPROTO_IP = 0;
  static final int IP_MTU_DISCOVER = 10;
  static final int IP_MTU = 14;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_MTU_DISCOVER = 23;
  static final int IPV6_MTU = 24;
  static final int IPV6_V6ONLY = 26;
  static final int PMTUDISC_DONT = 0;
  static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;
  static final int MSG_DONTWAIT = 0x40;
  static final int EPOLLIN = 1;
  static final int EPOLLOUT = 4;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_MOD = 3;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EFAULT = 14;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int EOPNOTSUPP = 95;
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

  static int socket(int domain) throws IOException {
    int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    return (int) checked(result(errno -> (int) SOCKET.invokeExact(errno, domain, type, 0)));
  }

  /// @return 0, or the errno negated
  static int setsockopt(int fd, int level, int name, MemorySegment value) {
    int size = (int) value.byteSize();
    return (int) result(errno -> (int) SETSOCKOPT.invokeExact(errno, fd, level, name, value, size));
  }

  /// @return 0, or the errno negated
  static int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment size) {
    return (int) result(errno -> (int) GETSOCKOPT.invokeExact(errno, fd, level, name, value, size));
  }

  static void bind(int fd, MemorySegment address) throws IOException {
    int size = (int) address.byteSize();
    checked(result(errno -> (int) BIND.invokeExact(errno, fd, address, size)));
  }

  static void connect(int fd, MemorySegment address) throws IOException {
    int size = (int) address.byteSize();
    checked(result(errno -> (int) CONNECT.invokeExact(errno, fd, address, size)));
  }

  static void getsockname(int fd, MemorySegment address, MemorySegment size) throws IOException {
    checked(result(errno -> (int) GETSOCKNAME.invokeExact(errno, fd, address, size)));
  }

  static int epollCreate() throws IOException {
    return (int) checked(result(e -> (int) EPOLL_CREATE1.invokeExact(e, EPOLL_CLOEXEC)));
  }

  static void epollCtl(int epoll, int operation, int fd, MemorySegment event) throws IOException {
    checked(result(errno -> (int) EPOLL_CTL.invokeExact(errno, epoll, operation, fd, event)));
  }

  static int eventfd() throws IOException {
    int flags = EFD_NONBLOCK | EFD_CLOEXEC;
    return (int) checked(result(errno -> (int) EVENTFD.invokeExact(errno, 0, flags)));
  }

  static int epollWait(int epoll, MemorySegment events, int count, int millis) {
    return (int) result(errno -> (int) EPOLL_WAIT.invokeExact(errno, epoll, events, count, millis));
  }

  static long send(int fd, MemorySegment bytes, long length) {
    return result(errno -> (long) SEND.invokeExact(errno, fd, bytes, length, MSG_DONTWAIT));
  }

  static long sendto(int fd, MemorySegment bytes, long length, MemorySegment to) {
    int size = (int) to.byteSize();
    return result(
        errno -> (long) SENDTO.invokeExact(errno, fd, bytes, length, MSG_DONTWAIT, to, size));
  }

  static long sendmsg(int fd, MemorySegment msghdr) {
    return result(errno -> (long) SENDMSG.invokeExact(errno, fd, msghdr, MSG_DONTWAIT));
  }

  /// @return how many were sent
  static int sendmmsg(int fd, MemorySegment mmsghdrs, int count) {
    return (int)
        result(errno -> (int) SENDMMSG.invokeExact(errno, fd, mmsghdrs, count, MSG_DONTWAIT));
  }

  static long recv(int fd, MemorySegment buffer) {
    long size = buffer.byteSize();
    return result(errno -> (long) RECV.invokeExact(errno, fd, buffer, size, MSG_DONTWAIT));
  }

  /// @return how many were received
  static int recvmmsg(int fd, MemorySegment mmsghdrs, int count) {
    MemorySegment none = MemorySegment.NULL;
    return (int)
        result(errno -> (int) RECVMMSG.invokeExact(errno, fd, mmsghdrs, count, MSG_DONTWAIT, none));
  }

  static long read(int fd, MemorySegment buffer) {
    long size = buffer.byteSize();
    return result(errno -> (long) READ.invokeExact(errno, fd, buffer, size));
  }

  static long write(int fd, MemorySegment bytes) {
    long size = bytes.byteSize();
    return result(errno -> (long) WRITE.invokeExact(errno, fd, bytes, size));
  }

  static void close(int fd) {
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

  static long checked(long result) throws IOException {
    if (result < 0) {
      throw new IOException(strerror((int) -result));
    }
    return result;
  }

  /// The system's own words.
  static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library cannot throw", e);
    }
  }
}
