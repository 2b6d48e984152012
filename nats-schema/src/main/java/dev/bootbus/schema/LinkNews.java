package dev.bootbus.schema;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// What becomes of the connection, told to the operator: each thing once until it is over.
final class LinkNews {
  private static final int MAX_TOLD = 64;

  /// Inboxes and consumers have a new name each time.
  private static final Pattern NEW_NAME =
      Pattern.compile("(?<=_INBOX\\.)[^\"]*|\\b[A-Za-z0-9]{22}\\b");

  /// nats-server says these, and keeps the connection.
  private static final Pattern REFUSAL =
      Pattern.compile("(?i)permissions violation|invalid .*subject|maximum subscriptions");

  private final BusSettings settings;
  private final Consumer<BusState> onState;
  private final String lost;
  private final Set<String> told = new HashSet<>(); // since the last loss
  private boolean connected;
  private boolean trouble;
  private boolean ended;

  LinkNews(BusSettings settings, Consumer<BusState> onState) {
    this.settings = settings;
    this.onState = onState;
    this.lost = "no connection to " + settings.shownServers();
  }

  synchronized void connected(String url) {
    if (!connected && !ended) {
      connected = true;
      onState.accept(new BusState.Connected(BusSettings.shown(url)));
    }
  }

  synchronized void lost() {
    isLost();
    unexplained();
  }

  /// What went wrong may be heard before the loss itself.
  private void isLost() {
    if (connected) {
      connected = false;
      trouble = false;
      told.clear();
    }
  }

  /// What nats-server says before it closes the connection, or instead of doing something.
  synchronized void error(String error) {
    if (!REFUSAL.matcher(error).find()) {
      disconnected(
          settings.shownServers()
              + " refuses: "
              + LinkTrouble.ofError(error, settings.access().login()));
    } else if (isNew(NEW_NAME.matcher(error).replaceAll("*"))) {
      onState.accept(new BusState.Refused(error));
    }
  }

  synchronized void failed(Exception e) {
    isLost();
    LinkTrouble.of(e).ifPresentOrElse(why -> disconnected(lost + ": " + why), this::unexplained);
  }

  private void unexplained() {
    if (!trouble) {
      disconnected(lost);
    }
  }

  private void disconnected(String reason) {
    trouble = true;
    if (isNew(reason)) {
      onState.accept(new BusState.Disconnected(reason));
    }
  }

  private boolean isNew(String news) {
    return !ended && told.size() < MAX_TOLD && told.add(news);
  }

  synchronized void end() {
    ended = true;
  }
}
