package dev.bootbus.runtime.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.Map;

/// The lines as JSON, one object each: `ts`, `level`, `logger`, `msg`, the line's own fields, and
/// `stack` where there is one. All values are text.
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NONE = {};

  /// Lines of ours are shorter by far; those of a library may hold anything.
  private static final int MAX_TEXT = 16_384;

  /// What a field is called that others know by another name.
  private static final Map<String, String> NAMES = Map.of("trace", "trace_id");

  @Override
  public byte[] headerBytes() {
    return NONE;
  }

  @Override
  public byte[] footerBytes() {
    return NONE;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Line line = Line.of(String.valueOf(event.getFormattedMessage()));
    StringBuilder json = new StringBuilder(256).append('{');
    put(json, "ts", event.getInstant().toString());
    put(json, "level", event.getLevel().toString());
    put(json, "logger", event.getLoggerName());
    put(json, "msg", line.message());
    line.fields().forEach((name, value) -> put(json, NAMES.getOrDefault(name, name), value));
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      put(json, "stack", ThrowableProxyUtil.asString(thrown));
    }
    return json.append("}\n").toString().getBytes(UTF_8);
  }

  private static void put(StringBuilder json, String name, String value) {
    json.append(json.length() == 1 ? "\"" : ",\"").append(name).append("\":\"");
    int length = Math.min(value.length(), MAX_TEXT);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ' || c == 127 || Character.isSurrogate(c)) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
