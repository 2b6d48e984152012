package dev.bootbus.schema;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A backend in a few lines: give it functions from request to answer, and it does the rest.
///
/// ```java
/// BackendResponder.named("my-backend")
///     .answerDhcp(request -> DhcpResponse.unknown("nobody knows " + request.mac()))
///     .serve();
/// ```
///
/// It connects in the background and reconnects for ever. Of all processes of one queue group, one
/// gets each request; each request runs in a virtual thread of its own and gets exactly one reply,
/// also a malformed one (400), one too many (429), one whose function throws (500) and one that
/// takes too long (503). `nats micro ls` shows it.
public final class BackendResponder implements AutoCloseable {
  private final Bus bus;
  private final ServiceTerms terms;
  private final CountDownLatch closed = new CountDownLatch(1);

  private BackendResponder(Bus bus, ServiceTerms terms) {
    this.bus = bus;
    this.terms = terms;
  }

  /// Takes its settings from the environment (`BOOTBUS_NATS_URL` and so on), logs through
  /// [System.Logger], and answers in the queue group of its own name.
  ///
  /// @throws IllegalArgumentException with one sentence that names the variable which is wrong
  public static BackendResponder named(String name) {
    Logger log = System.getLogger(name);
    BusSettings settings = BusSettings.from(name, System.getenv());
    return connect(
        settings,
        ServiceTerms.of(name),
        state -> log.log(state.isTrouble() ? Level.WARNING : Level.INFO, state.toString()));
  }

  /// @param onState told each change of the bus's state, from any thread
  /// @throws IllegalArgumentException if a server URL, or a file with credentials, cannot be read
  public static BackendResponder connect(
      BusSettings settings, ServiceTerms terms, Consumer<BusState> onState) {
    return new BackendResponder(Bus.connect(settings, onState), terms);
  }

  public BackendResponder answerDhcp(Bus.DhcpHandler handler) {
    bus.answerDhcp(terms, handler);
    return this;
  }

  /// With answers that may come later; see [Bus.AsyncDhcpHandler].
  public BackendResponder answerDhcpAsync(Bus.AsyncDhcpHandler handler) {
    bus.answerDhcpAsync(terms, handler);
    return this;
  }

  public BackendResponder answerFiles(Bus.FileHandler handler) {
    bus.answerFiles(terms, handler);
    return this;
  }

  /// Waits until the process is told to stop (SIGTERM, Ctrl-C) or [#close] is called; what is under
  /// way is answered first.
  public void serve() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "drain"));
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
  }

  /// Takes no more requests, answers those under way, and ends the connection.
  @Override
  public void close() {
    bus.close();
    closed.countDown();
  }
}
