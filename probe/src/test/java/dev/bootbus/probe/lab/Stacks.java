package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Several stacks, each on a link of its own.
final class Stacks implements AutoCloseable {
  enum Kind {
    BOOTBUS,
    DNSMASQ,
    KEA
  }

  private final Lab lab;
  private final Map<Kind, Stack> stacks = new EnumMap<>(Kind.class);

  private Stacks(Lab lab) {
    this.lab = lab;
  }

  /// Skips the tests of the class where they cannot run.
  static void assumePossible() throws IOException {
    Lab.assumePossible(
        """
        dnsmasq dnsmasq-base
        kea-dhcp4 kea-dhcp4-server
        atftpd atftpd
        nginx nginx-light
        nft nftables""");
  }

  static Stacks start(Path logs, Kind... kinds) throws IOException {
    Stacks stacks = new Stacks(Lab.open(logs, Bootbus.SERVICES));
    try {
      for (Kind kind : kinds) {
        stacks.stacks.put(kind, stacks.start(kind));
      }
      return stacks;
    } catch (IOException | RuntimeException | AssertionError e) {
      stacks.close();
      throw e;
    }
  }

  private Stack start(Kind kind) throws IOException {
    int number = kind.ordinal() + 1;
    return switch (kind) {
      case BOOTBUS -> Bootbus.start(Place.of(lab, number, "bootbus"));
      case DNSMASQ -> Dnsmasq.start(Place.of(lab, number, "dnsmasq"));
      case KEA -> Kea.start(Place.of(lab, number, "kea"));
    };
  }

  Stack get(Kind kind) {
    return Objects.requireNonNull(stacks.get(kind));
  }

  /// What is done on one of them.
  interface Action<T> {
    T on(Stack stack) throws Exception;
  }

  /// Does it on all at once, as most of it is waiting.
  <T> Map<Kind, T> onAll(Action<T> action) throws Exception {
    Map<Kind, Future<T>> under = new EnumMap<>(Kind.class);
    try (ExecutorService threads = Executors.newFixedThreadPool(stacks.size())) {
      stacks.forEach((kind, stack) -> under.put(kind, threads.submit(() -> action.on(stack))));
    }
    Map<Kind, T> results = new EnumMap<>(Kind.class);
    for (Kind kind : under.keySet()) {
      results.put(kind, under.get(kind).get());
    }
    return results;
  }

  @Override
  public void close() {
    lab.close();
  }
}
