package dev.bootbus.kernel.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The command line, and what it would be with other values: those are read and checked by the
/// same code that reads the flags.
///
/// @param <O> the options as picocli fills them
public final class Flags<O> {
  enum Type {
    NUMBER,
    BOOLEAN,
    TEXT,
    LIST
  }

  private final Supplier<O> fresh;
  private final ParseResult said;

  /// @param fresh options that nothing was read into yet
  /// @param arguments of the command line, which have been read before and are right
  public Flags(Supplier<O> fresh, List<String> arguments) {
    this.fresh = fresh;
    CommandLine commandLine = new CommandLine(fresh.get());
    this.said = commandLine.parseArgs(arguments.toArray(String[]::new));
  }

  /// The options as the command line says.
  public O read() {
    return with(Map.of());
  }

  private OptionSpec option(Setting setting) {
    OptionSpec option = said.commandSpec().findOption(setting.flag());
    if (option == null) {
      throw new IllegalStateException("no flag " + setting.flag());
    }
    return option;
  }

  Type type(Setting setting) {
    OptionSpec option = option(setting);
    if (option.isMultiValue()) {
      return Type.LIST;
    }
    Class<?> type = option.type();
    if (type == boolean.class) {
      return Type.BOOLEAN;
    }
    return type == int.class || type == long.class ? Type.NUMBER : Type.TEXT;
  }

  String description(Setting setting) {
    return String.join(" ", option(setting).description());
  }

  /// `seconds`, or empty where the value has no unit.
  String unit(Setting setting) {
    return switch (option(setting).paramLabel()) {
      case "SECONDS" -> "seconds";
      case "PERCENT" -> "percent";
      default -> "";
    };
  }

  /// What the command line says, the environment, or the default; empty for nothing.
  Optional<JsonNode> value(Setting setting) {
    return switch (option(setting).getValue()) {
      case null -> Optional.empty();
      case Number number -> Optional.of(LongNode.valueOf(number.longValue()));
      case Boolean yes -> Optional.of(BooleanNode.valueOf(yes));
      case List<?> texts -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        texts.stream().map(Object::toString).filter(text -> !text.isBlank()).forEach(list::add);
        yield list.isEmpty() ? Optional.empty() : Optional.of(list);
      }
      case Object text ->
          text.toString().isBlank()
              ? Optional.empty()
              : Optional.of(TextNode.valueOf(text.toString()));
    };
  }

  /// What is wrong with the form of a value; empty for nothing.
  Optional<String> fault(Setting setting, JsonNode value) {
    boolean right =
        switch (type(setting)) {
          case NUMBER -> value.isIntegralNumber() && value.canConvertToLong();
          case BOOLEAN -> value.isBoolean();
          case TEXT -> value.isTextual();
          case LIST ->
              value.isArray()
                  && value
                      .valueStream()
                      .allMatch(text -> text.isTextual() && !text.textValue().contains(","));
        };
    return right
        ? Optional.empty()
        : Optional.of(
            switch (type(setting)) {
              case NUMBER -> "has to be a whole number";
              case BOOLEAN -> "has to be true or false";
              case TEXT -> "has to be text";
              case LIST -> "has to be a list of texts without commas";
            });
  }

  /// The options with other values in the place of those on the command line.
  ///
  /// @throws IllegalArgumentException if a flag would not take its value
  O with(Map<Setting, JsonNode> values) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : said.matchedOptions()) {
      if (!isAmong(option, values.keySet())) {
        option.stringValues().forEach(text -> arguments.add(option.longestName() + "=" + text));
      }
    }
    values.forEach((setting, value) -> arguments.add(setting.flag() + "=" + text(value)));
    O options = fresh.get();
    try {
      new CommandLine(options).parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return options;
  }

  private static boolean isAmong(OptionSpec option, Set<Setting> settings) {
    return settings.stream().anyMatch(setting -> option.longestName().equals(setting.flag()));
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? String.join(",", value.valueStream().map(JsonNode::textValue).toList())
        : value.asText();
  }
}
