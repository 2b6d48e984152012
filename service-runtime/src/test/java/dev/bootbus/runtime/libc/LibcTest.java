package dev.bootbus.runtime.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LibcTest {
  private static final int UDP = Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC;
  private static final long SOCKADDR_IN = 16;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static MemorySegment sockaddr(Arena arena, int port) {
    MemorySegment address = arena.allocate(SOCKADDR_IN, Integer.BYTES);
    address.set(JAVA_SHORT, 0, (short) Libc.AF_INET);
    address.set(JAVA_SHORT.withOrder(BIG_ENDIAN), Short.BYTES, (short) port);
    MemorySegment.copy(LOOPBACK, 0, address, JAVA_BYTE, Integer.BYTES, LOOPBACK.length);
    return address;
  }

  @Test
  void a_call_for_each_packet_returns_what_came_or_the_errno_negated() throws Exception {
    int fd = Libc.socket(Libc.AF_INET, UDP, 0);
    try (Arena arena = Arena.ofConfined();
        DatagramSocket peer = new DatagramSocket(0, InetAddress.getByAddress(LOOPBACK))) {
      MemorySegment buffer = arena.allocate(8);
      assertThat(Libc.recv(fd, buffer, Libc.MSG_DONTWAIT)).isEqualTo(-Libc.EAGAIN);
      assertThat(ErrnoException.isTransient(Libc.EAGAIN)).isTrue();

      Libc.connect(fd, sockaddr(arena, peer.getLocalPort()));
      assertThat(Libc.send(fd, buffer, 3)).isEqualTo(3);
      DatagramPacket packet = new DatagramPacket(new byte[8], 8);
      peer.receive(packet);
      assertThat(packet.getLength()).isEqualTo(3);
      packet.setLength(5);
      peer.send(packet);
      assertThat(Libc.recv(fd, buffer, 0)).isEqualTo(5);
    } finally {
      Libc.close(fd);
    }
  }

  @Test
  void a_call_that_is_made_once_throws_in_the_systems_words() throws Exception {
    int fd = Libc.socket(Libc.AF_INET, UDP, 0);
    try (Arena arena = Arena.ofConfined();
        DatagramSocket peer = new DatagramSocket(0, InetAddress.getByAddress(LOOPBACK))) {
      MemorySegment taken = sockaddr(arena, peer.getLocalPort());
      assertThatThrownBy(() -> Libc.bind(fd, taken))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.isAddressInUse()).isTrue())
          .hasMessage("Address already in use");
      assertThatThrownBy(() -> Libc.checked(-Libc.EPERM))
          .isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.isForbidden()).isTrue());
    } finally {
      Libc.close(fd);
    }
  }
}
