package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final Datagram DATAGRAM =
      new Datagram(Bytes.EMPTY, new InetSocketAddress(68), false, "", 0);

  @Test
  void no_more_are_taken_than_the_window_allows_until_one_has_ended() {
    List<Datagram> taken = new ArrayList<>();
    AtomicReference<Backlog> own = new AtomicReference<>();
    Backlog backlog =
        new Backlog(
            datagram -> {
              taken.add(datagram);
              own.get().begin();
            });
    own.set(backlog);
    for (int i = 0; i < Backlog.CAPACITY; i++) {
      assertThat(backlog.add(DATAGRAM)).isTrue();
    }
    assertThat(backlog.add(DATAGRAM)).as("one too many").isFalse();
    backlog.work();
    assertThat(taken).hasSize(Backlog.WINDOW);

    backlog.end();
    assertThat(taken).hasSize(Backlog.WINDOW + 1);
    assertThat(backlog.add(DATAGRAM)).isTrue();
  }

  /// Else a stack would have to be as deep as the backlog is long.
  @Test
  void what_ends_at_once_is_no_recursion() {
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger depth = new AtomicInteger();
    AtomicReference<Backlog> own = new AtomicReference<>();
    Backlog backlog =
        new Backlog(
            datagram -> {
              assertThat(depth.incrementAndGet()).isEqualTo(1);
              taken.incrementAndGet();
              own.get().begin();
              own.get().end();
              depth.decrementAndGet();
            });
    own.set(backlog);
    for (int i = 0; i < Backlog.CAPACITY; i++) {
      backlog.add(DATAGRAM);
    }
    backlog.work();

    assertThat(taken).hasValue(Backlog.CAPACITY);
  }

  /// Several threads end questions while one brings packets: none of them stays behind.
  @Test
  void whoever_ends_a_question_goes_on() throws Exception {
    int packets = 200_000;
    CountDownLatch taken = new CountDownLatch(packets);
    AtomicReference<Backlog> own = new AtomicReference<>();
    try (ExecutorService answers = Executors.newFixedThreadPool(3)) {
      Backlog backlog =
          new Backlog(
              datagram -> {
                own.get().begin();
                answers.execute(
                    () -> {
                      taken.countDown();
                      own.get().end();
                    });
              });
      own.set(backlog);
      for (int i = 0; i < packets; i++) {
        while (!backlog.add(DATAGRAM)) {
          Thread.onSpinWait();
        }
        backlog.work();
      }
      assertThat(taken.await(30, TimeUnit.SECONDS)).as("left: %s", taken.getCount()).isTrue();
    }
  }
}
