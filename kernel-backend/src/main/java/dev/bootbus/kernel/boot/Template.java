package dev.bootbus.kernel.boot;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.MustacheParseException;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A config file with places for a machine's values, in Mustache: `{{hostname}}`,
/// `{{#ssh-keys}}…{{/ssh-keys}}`. Nothing is escaped but by what says so: `{{#json}}…{{/json}}` and
/// `{{#yaml}}` make a quoted string of what is within, `{{#shell}}` a word of a shell, `{{#line}}`
/// takes care that it is one line, `{{#device}}` takes `/dev/` off it.
final class Template {
  /// So that the answer fits into one message.
  static final int MAX_SIZE = 256 << 10;

  private static final Mustache.Compiler COMPILER =
      Mustache.compiler()
          .escapeHTML(false)
          .withLoader(
              name -> {
                throw new MustacheException("a template reads no other: " + name);
              });

  private static final Map<String, Object> QUOTES =
      Map.of(
          "json", lambda(Template::quoted),
          "yaml", lambda(Template::quoted),
          "shell", lambda(text -> "'" + text.replace("'", "'\\''") + "'"),
          "line", lambda(Template::line),
          "device", lambda(text -> text.replaceFirst("^/dev/", "")));

  /// The end of the engine's complaints.
  private static final Pattern PLACE = Pattern.compile("(.*) @ line (\\d+)");

  private interface Quote {
    String of(String text);
  }

  private final String name;
  private final com.samskivert.mustache.Template compiled;

  private Template(String name, com.samskivert.mustache.Template compiled) {
    this.name = name;
    this.compiled = compiled;
  }

  /// It cannot be used; the message names file and line.
  static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    BrokenException(String message) {
      super(message, null, false, false);
    }

    String sentence() {
      return String.valueOf(getMessage());
    }
  }

  /// @param name in complaints
  static Template of(String name, String text) throws BrokenException {
    try {
      return new Template(name, COMPILER.compile(text));
    } catch (MustacheParseException e) {
      Matcher place = PLACE.matcher(said(e));
      throw new BrokenException(
          place.matches()
              ? "%s:%s: %s".formatted(name, place.group(2), place.group(1))
              : name + ": " + said(e));
    } catch (MustacheException e) {
      throw new BrokenException(name + ": " + said(e));
    }
  }

  /// @param values texts, lists of them, mappings of them, booleans
  Rendered render(String mediaType, Map<String, Object> values) {
    BoundedText text = new BoundedText();
    try {
      compiled.execute(values, QUOTES, text);
      return new Rendered.Text(mediaType, text.toString());
    } catch (MustacheException.Context e) {
      return new Rendered.Missing(
          e.key, "%s:%d: there is no %s for this machine".formatted(name, e.lineNo, e.key));
    } catch (MustacheException | IllegalArgumentException e) {
      return new Rendered.Refused(name + ": " + said(e));
    }
  }

  private static String said(RuntimeException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").trim();
  }

  private static Mustache.Lambda lambda(Quote quote) {
    return (within, out) -> out.write(quote.of(within.execute()));
  }

  /// JSON's, which YAML reads as well.
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (c == '\n') {
                quoted.append("\\n");
              } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }

  private static String line(String text) {
    if (text.chars().anyMatch(Character::isISOControl) || text.endsWith("\\")) {
      throw new IllegalArgumentException("a value that has to be one line is more");
    }
    return text;
  }

  private static final class BoundedText extends Writer {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void write(char[] chars, int from, int length) throws IOException {
      if (text.length() + length > MAX_SIZE) {
        throw new IOException("becomes longer than " + MAX_SIZE + " characters");
      }
      text.append(chars, from, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
