package dev.bootbus.runtime.tracing;

import dev.bootbus.runtime.LogText;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/// What the SDK has to say, as lines of our own log; it holds back what it says too often.
final class SdkLog extends Handler {
  /// Held, or it would be collected and forget what it was told.
  private static final Logger THEIRS = Logger.getLogger("io.opentelemetry");

  private static final org.slf4j.Logger OURS = LoggerFactory.getLogger("tracing");
  private static final SimpleFormatter TEXT = new SimpleFormatter();

  private SdkLog() {}

  static synchronized void use() {
    if (THEIRS.getUseParentHandlers()) {
      THEIRS.setUseParentHandlers(false);
      THEIRS.addHandler(new SdkLog());
    }
  }

  @Override
  public void publish(LogRecord said) {
    if (said.getLevel().intValue() >= Level.WARNING.intValue()) {
      OURS.warn("trouble detail={}", LogText.of(TEXT.formatMessage(said)));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
