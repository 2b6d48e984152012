package dev.bootbus.kernel.api;

import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Which things are asked for, in which order, and what of each.
///
/// @param page the first is 1
/// @param search what a field must contain, in lower case; empty for all
/// @param searchFields empty for all
/// @param fields empty for all
/// @param deleted whether those that are remembered only count as well
record Query(
    int page,
    int pageSize,
    List<Order> sort,
    String search,
    List<Field> searchFields,
    List<Field> fields,
    boolean deleted) {
  static final Set<String> PARAMETERS =
      Set.of("page", "pageSize", "sort", "search", "searchFields", "fields", "scope");

  private static final int MAX_PAGE_SIZE = 1000;
  private static final int DEFAULT_PAGE_SIZE = 100;
  private static final int MAX_FIELDS = 16;
  private static final int MAX_LENGTH = 256;

  record Order(Field field, boolean descending) {}

  /// @param parameters as they stand in a URL, each once
  static Query of(Map<String, String> parameters) throws RefusedException {
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      if (!PARAMETERS.contains(parameter.getKey())) {
        throw refused(parameter.getKey(), "there is no such parameter; there are " + known());
      }
      if (parameter.getValue().length() > MAX_LENGTH) {
        throw refused(parameter.getKey(), "longer than " + MAX_LENGTH + " characters");
      }
    }
    return new Query(
        number(parameters, "page", 1, Integer.MAX_VALUE),
        number(parameters, "pageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
        words(parameters, "sort").stream().map(Query::order).toList(),
        parameters.getOrDefault("search", "").strip().toLowerCase(Locale.ROOT),
        words(parameters, "searchFields").stream().map(Field::of).toList(),
        words(parameters, "fields").stream().map(Field::of).toList(),
        isAll(parameters.getOrDefault("scope", "notDeleted")));
  }

  private static String known() {
    return String.join(", ", PARAMETERS.stream().sorted().toList());
  }

  private static Order order(String word) {
    boolean descending = word.startsWith("-");
    return new Order(Field.of(descending ? word.substring(1) : word), descending);
  }

  private static boolean isAll(String scope) throws RefusedException {
    return switch (scope) {
      case "all" -> true;
      case "notDeleted" -> false;
      default -> throw refused("scope", "not notDeleted or all: " + scope);
    };
  }

  private static List<String> words(Map<String, String> parameters, String name)
      throws RefusedException {
    List<String> words =
        Arrays.stream(parameters.getOrDefault(name, "").split(","))
            .map(String::strip)
            .filter(word -> !word.isEmpty())
            .toList();
    if (words.size() > MAX_FIELDS) {
      throw refused(name, "more than " + MAX_FIELDS + " fields");
    }
    return words;
  }

  private static int number(Map<String, String> parameters, String name, int preset, int max)
      throws RefusedException {
    String text = parameters.get(name);
    if (text == null) {
      return preset;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the same complaint
    }
    throw refused(name, "not a number from 1 to " + max + ": " + text);
  }

  private static RefusedException refused(String parameter, String why) {
    return Problem.of(Kind.BAD_REQUEST, parameter + ": " + why).refusal();
  }
}
