package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// A bus as its environment says, and all that it told.
final class Listener implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<BusState> told = new CopyOnWriteArrayList<>();
  private final Bus bus;

  Listener(Map<String, String> environment) {
    bus = Bus.connect(BusSettings.from("listener", environment), told::add);
  }

  Bus bus() {
    return bus;
  }

  List<BusState> told() {
    return told;
  }

  void awaitConnected() {
    await().atMost(SOON).until(() -> last() instanceof BusState.Connected);
  }

  /// Waits until this is said, and gives all of that line.
  String awaitTold(String part) {
    await("to be told: " + part)
        .atMost(SOON)
        .until(() -> told.stream().anyMatch(state -> state.toString().contains(part)));
    return told.stream()
        .map(BusState::toString)
        .filter(line -> line.contains(part))
        .findFirst()
        .orElseThrow();
  }

  /// Why asking fails now.
  BackendUnavailableException.Reason refusal() {
    return catchThrowableOfType(
            BackendUnavailableException.class,
            () ->
                bus.ask(
                    new DhcpRequest(
                        MacAddress.parse("52:54:00:77:00:10"), "", DhcpRequest.Facts.NONE)))
        .reason();
  }

  String all() {
    return told.stream().map(BusState::toString).collect(Collectors.joining("\n"));
  }

  private BusState last() {
    return told.isEmpty() ? null : told.getLast();
  }

  @Override
  public void close() {
    bus.close();
  }
}
