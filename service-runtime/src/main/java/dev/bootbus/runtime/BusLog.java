package dev.bootbus.runtime;

import dev.bootbus.schema.BusState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// Logs what becomes of the bus, and knows on which subjects nobody answers now.
final class BusLog implements Consumer<BusState> {
  private final Logger log;
  private final Map<String, String> silent = new ConcurrentHashMap<>(); // by subject: two of them

  BusLog(Logger log) {
    this.log = log;
  }

  @Override
  public void accept(BusState state) {
    switch (state) {
      case BusState.BackendSilent(String subject, var reason, _) ->
          silent.put(subject, reason.key() + " on " + subject);
      case BusState.BackendAnswers(String subject) -> silent.remove(subject);
      case BusState.Connected _,
          BusState.Disconnected _,
          BusState.Answering _,
          BusState.Refused _,
          BusState.EventsDropped _,
          BusState.HandlerFailed _ -> {}
    }
    log.atLevel(state.isTrouble() ? Level.WARN : Level.INFO).log("{}", state);
  }

  Optional<String> silence() {
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of("silent: " + String.join(", ", silent.values()));
  }
}
