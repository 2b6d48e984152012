package dev.bootbus.dhcp;

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
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
final class Libc {
  static final int AF_INET = 2;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_BROADCAST = 6;
  static final int SO_RCVBUF = 8;
  static final int SO_RCVTIMEO = 20;
  static final int SO_BINDTODEVICE = 25;
  static final int SO_RCVBUFFORCE = 33;
  static final int SO_RXQ_OVFL = 40;
  static final int IPPROTO_IP = 0;
  static final int IP_PKTINFO = 8;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_WAITFORONE = 0x10000;

  /// A call that failed, with the system's own words for it.
  static final class ErrnoException extends IOException {
    private static final int EPERM = 1;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EADDRINUSE = 98;
    private static final long serialVersionUID = 1;
    private final int errno;

    private ErrnoException(int errno) {
      super(strerror(errno));
      this.errno = errno;
    }

    /// Whether the same call may well succeed the next time.
    boolean isTransient() {
      return errno == EINTR || errno == EAGAIN;
    }

    /// Whether the process lacks a capability.
    boolean isForbidden() {
      return errno == EPERM;
    }

    boolean isAddressInUse() {
      return errno == EADDRINUSE;
    }
  }

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
  private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECVMMSG =
      call("recvmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle RECV =
      call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SENDMSG =
      call("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
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

  static int socket(int domain, int type, int protocol) throws ErrnoException {
    return (int) check(errno -> (int) SOCKET.invokeExact(errno, domain, type, protocol));
  }

  static void setsockopt(int fd, int level, int name, MemorySegment value) throws ErrnoException {
    int size = (int) value.byteSize();
    check(errno -> (int) SETSOCKOPT.invokeExact(errno, fd, level, name, value, size));
  }

  static void bind(int fd, MemorySegment address) throws ErrnoException {
    int size = (int) address.byteSize();
    check(errno -> (int) BIND.invokeExact(errno, fd, address, size));
  }

  /// Waits for a datagram, and takes what others are there.
  ///
  /// @param mmsghdrs as many `struct mmsghdr` as may be taken
  /// @return how many were
  static int recvmmsg(int fd, MemorySegment mmsghdrs, int count) throws ErrnoException {
    MemorySegment noTimeout = MemorySegment.NULL;
    return (int)
        check(
            errno ->
                (int) RECVMMSG.invokeExact(errno, fd, mmsghdrs, count, MSG_WAITFORONE, noTimeout));
  }

  /// Waits for a datagram, of which what does not fit is lost.
  ///
  /// @return how much of the buffer it fills
  static int recv(int fd, MemorySegment buffer) throws ErrnoException {
    long size = buffer.byteSize();
    return (int) check(errno -> (long) RECV.invokeExact(errno, fd, buffer, size, 0));
  }

  static void sendmsg(int fd, MemorySegment msghdr, int flags) throws ErrnoException {
    check(errno -> (long) SENDMSG.invokeExact(errno, fd, msghdr, flags));
  }

  static void close(int fd) throws ErrnoException {
    check(errno -> (int) CLOSE.invokeExact(errno, fd));
  }

  private interface Call {
    long invoke(MemorySegment errno) throws Throwable;
  }

  private static long check(Call call) throws ErrnoException {
    try {
      MemorySegment errno = ERRNO_OF_THREAD.get();
      long result = call.invoke(errno);
      if (result < 0) {
        throw new ErrnoException((int) ERRNO.get(errno, 0L));
      }
      return result;
    } catch (ErrnoException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library cannot throw", e);
    }
  }

  private static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library cannot throw", e);
    }
  }
}
