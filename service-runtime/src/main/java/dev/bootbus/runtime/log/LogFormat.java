package dev.bootbus.runtime.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/// How lines are written to the console.
public enum LogFormat {
  /// as `logback.xml` says
  TEXT,
  /// one JSON object for each line
  JSON;

  /// @throws IllegalArgumentException with one sentence
  public static LogFormat parse(String text) {
    return switch (text) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default -> throw new IllegalArgumentException("say text or json, not " + text);
    };
  }

  /// From the next line on.
  public void use() {
    if (this == TEXT || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
    while (appenders.hasNext()) {
      if (appenders.next() instanceof ConsoleAppender<ILoggingEvent> console) {
        JsonLines encoder = new JsonLines();
        encoder.setContext(context);
        encoder.start();
        console.setEncoder(encoder);
      }
    }
  }
}
