package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.http.TrickleWatch.Pace;
import dev.bootbus.http.TrickleWatch.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrickleWatchTest {
  private static final long ENOUGH = 10_240;

  @ParameterizedTest(name = "{0}: {4}")
  @CsvSource({
    "nothing at all,                               0,         0, 0, SILENT",
    "a head of one byte now and then,              1,         0, 0, TRICKLE",
    "a client that takes its file by the spoonful, 0,       100, 0, TRICKLE",
    "a client that takes just enough,              0,     10240, 0, FINE",
    "small files one after the other,            400,      2000, 3, FINE",
    "a download,                                   0, 100000000, 0, FINE",
    "an upload,                            100000000,         0, 0, FINE",
  })
  void paces(String what, long received, long sent, long requests, Pace expected) {
    Traffic before = new Traffic(1000, 5000, 7);
    Traffic now = new Traffic(1000 + received, 5000 + sent, 7 + requests);

    assertThat(before.until(now, ENOUGH)).isEqualTo(expected);
  }

  @Test
  void theThirdTrickleWithoutAnythingBetterBetweenEndsAConnection() {
    Client slow = new Client();
    Client recovering = new Client();
    ManualScheduler scheduler = new ManualScheduler();
    new TrickleWatch(() -> Stream.of(slow, recovering), scheduler, Duration.ofSeconds(10)).start();
    scheduler.runNext();
    for (int i = 1; i <= 2; i++) {
      slow.received++;
      recovering.received++;
      scheduler.runNext();
      scheduler.runNext(); // silence changes nothing
    }
    assertThat(slow.ended).isEmpty();
    slow.received++;
    recovering.requests++;
    scheduler.runNext();
    recovering.received++;
    scheduler.runNext();

    assertThat(slow.ended).containsOnly("less than 1024 bytes/s");
    assertThat(recovering.ended).isEmpty();
  }

  private static final class Client implements TrickleWatch.Watched {
    private final List<String> ended = new ArrayList<>();
    private long received;
    private long requests;

    @Override
    public Traffic traffic() {
      return new Traffic(received, 0, requests);
    }

    @Override
    public void end(TrickleWatch.TooSlowException cause) {
      ended.add(cause.getMessage());
    }
  }

  private static final class ManualScheduler extends AbstractLifeCycle implements Scheduler {
    private Runnable next = () -> {};

    @Override
    public Task schedule(Runnable task, long delay, TimeUnit units) {
      next = task;
      return () -> false;
    }

    void runNext() {
      next.run();
    }
  }
}
