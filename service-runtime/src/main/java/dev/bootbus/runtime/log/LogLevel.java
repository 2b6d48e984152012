package dev.bootbus.runtime.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// How much is logged; ours is one logger for each process, and libraries have their own limits in
/// `logback.xml`.
public enum LogLevel {
  OFF,
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE;

  /// Nothing where there is no such level.
  public static Optional<LogLevel> parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    for (LogLevel level : values()) {
      if (level.name().equals(name)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  public static LogLevel now() {
    return parse(root().getEffectiveLevel().toString()).orElse(INFO);
  }

  /// From the next line on.
  public void use() {
    root().setLevel(Level.valueOf(name()));
  }

  private static Logger root() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
