package dev.bootbus.dhcp.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.bootbus.dhcp.config.Setting.Entry;
import dev.bootbus.dhcp.config.Setting.Shape;
import dev.bootbus.dhcp.config.Setting.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The configuration in force as a file that says the same, with the source of each value behind
/// it. Without secrets.
public final class Printed {
  /// Texts that mean themselves in YAML; others are quoted.
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_./](?:[A-Za-z0-9_./+=@%$?&,-]|:(?=\\S))*");

  private static final Pattern LOGIN = Pattern.compile("(^|,)(\\w+://)?[^,]*@");
  private static final Pattern BEYOND_ASCII = Pattern.compile("[\\u007f-\\uffff]");
  private static final String DEFAULT = "Default: ";
  private static final int COMMENT_COLUMN = 40;
  private static final String ITEM = "  - ";

  private final StringBuilder text = new StringBuilder();

  private Printed() {}

  public static String of(Layers layers) {
    Printed printed = new Printed();
    boolean sections = !layers.file().interfaces().isEmpty();
    for (Setting setting : layers.process().byName().values()) {
      if (!sections || !setting.name().equals(ConfigFile.INTERFACE)) {
        printed.setting("", setting);
      }
    }
    if (sections) {
      printed.text.append(ConfigFile.INTERFACES).append(":\n");
      Settings process = layers.process();
      layers.interfaces().forEach(settings -> printed.section(settings, process));
    }
    return printed.text.toString();
  }

  /// Only what differs from the process.
  private void section(Settings settings, Settings process) {
    List<Setting> own = new ArrayList<>();
    own.add(settings.byName().get(ConfigFile.INTERFACE));
    settings.byName().values().stream()
        .filter(setting -> !setting.name().equals(ConfigFile.INTERFACE))
        .filter(setting -> !setting.equals(process.byName().get(setting.name())))
        .forEach(own::add);
    for (Setting setting : own) {
      setting(setting == own.getFirst() ? ITEM : " ".repeat(ITEM.length()), setting);
    }
  }

  private void setting(String indent, Setting setting) {
    String source = source(setting);
    List<String> texts = setting.texts();
    String name = setting.name();
    if (texts.isEmpty() && setting.source() == Source.FILE) {
      line(indent + name + ": []", source);
    } else if (texts.isEmpty() || texts.equals(List.of("")) && setting.source() == Source.DEFAULT) {
      line("# " + name + ": " + usual(setting), source);
    } else if (Shape.of(setting.option()) == Shape.ONE
        || name.equals(ConfigFile.INTERFACE) && texts.size() == 1) {
      line(indent + name + ": " + scalar(shown(name, texts.getFirst())), source);
    } else {
      line(indent + name + ":", source);
      String deeper = " ".repeat(indent.length()) + ITEM;
      texts.forEach(value -> text.append(deeper).append(scalar(value)).append('\n'));
    }
  }

  private void line(String said, String source) {
    text.append(said)
        .repeat(' ', Math.max(1, COMMENT_COLUMN - said.length()))
        .append("# ")
        .append(source)
        .append('\n');
  }

  private static String source(Setting setting) {
    return switch (setting.source()) {
      case DEFAULT -> "default";
      case FLAG -> "flag";
      case ENVIRONMENT ->
          setting.entries().isEmpty()
              ? "environment, a secret that is not shown"
              : "environment " + setting.variable();
      case FILE ->
          "file"
              + setting.entries().stream()
                  .findFirst()
                  .map(Entry::place)
                  .map(" "::concat)
                  .orElse("");
    };
  }

  /// What holds where nothing is set, as the help says it.
  private static String usual(Setting setting) {
    return setting.source() == Source.DEFAULT
        ? Arrays.stream(setting.option().description())
            .map(String::strip)
            .filter(line -> line.startsWith(DEFAULT))
            .findFirst()
            .map(line -> line.substring(DEFAULT.length()))
            .orElse("")
        : "";
  }

  /// The bus's URL may hold a login.
  private static String shown(String name, String value) {
    return name.equals("nats") ? LOGIN.matcher(value).replaceAll("$1$2") : value;
  }

  static String scalar(String value) {
    return PLAIN.matcher(value).matches() && !value.toLowerCase(Locale.ROOT).equals("null")
        ? value
        : '"' + ascii(new String(JsonStringEncoder.getInstance().quoteAsString(value))) + '"';
  }

  /// Some of the characters beyond ASCII end a line in YAML.
  private static String ascii(String text) {
    return BEYOND_ASCII
        .matcher(text)
        .replaceAll(c -> "\\\\u%04x".formatted((int) c.group().charAt(0)));
  }
}
