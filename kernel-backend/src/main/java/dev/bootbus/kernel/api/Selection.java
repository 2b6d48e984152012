package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the things that a [Query] means. Of all of them it keeps the ids only and what they are
/// sorted by: a registry of 100,000 nodes as JSON would be larger than the heap.
final class Selection {
  private static final String DELETED = "deleted";
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private final Resource resource;
  private final Query query;

  Selection(Resource resource, Query query) {
    this.resource = resource;
    this.query = query;
  }

  /// @param keys in the order of [Query#sort]; null sorts last
  private record Found(String id, String sortedId, List<@Nullable Key> keys) {}

  /// Numbers before texts.
  private record Key(double number, String text) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int numbers = Double.compare(number, other.number);
      return numbers == 0 ? text.compareTo(other.text) : numbers;
    }
  }

  /// `{"rows":[…],"total":…,"page":…,"pageSize":…,"totalPages":…}`
  ObjectNode page() {
    List<String> ids = ids();
    long from = Math.min((long) (query.page() - 1) * query.pageSize(), ids.size());
    long to = Math.min(from + query.pageSize(), ids.size());
    ObjectNode page = Json.object();
    ArrayNode rows = page.putArray("rows");
    for (String id : ids.subList((int) from, (int) to)) {
      resource.find(id).map(this::view).ifPresent(rows::add); // one may be gone since
    }
    return page.put("total", ids.size())
        .put("page", query.page())
        .put("pageSize", query.pageSize())
        .put("totalPages", Math.ceilDiv(ids.size(), query.pageSize()));
  }

  ObjectNode count() {
    try (Stream<Item> items = matching()) {
      return Json.object().put("count", items.count());
    }
  }

  /// In order.
  List<String> ids() {
    List<Found> found;
    try (Stream<Item> items = matching()) {
      found =
          new ArrayList<>(
              items.map(item -> new Found(item.id(), sortable(item.id()), keys(item))).toList());
    }
    found.sort(order());
    return found.stream().map(Found::id).toList();
  }

  /// What the caller wants to see of one.
  ObjectNode view(Item item) {
    ObjectNode whole = whole(item);
    if (query.fields().isEmpty()) {
      return whole;
    }
    ObjectNode some = Json.object().put("id", item.id());
    query.fields().forEach(field -> field.copy(whole, some));
    return some;
  }

  static ObjectNode whole(Item item) {
    ObjectNode body = Json.object().put("id", item.id()).put("revision", item.revision());
    return body.setAll(item.body());
  }

  private Stream<Item> matching() {
    return resource.items().filter(this::matches);
  }

  private boolean matches(Item item) {
    return (query.deleted() || !item.body().hasNonNull(DELETED))
        && (query.search().isEmpty() || isFound(item.body()));
  }

  private boolean isFound(ObjectNode body) {
    return query.searchFields().isEmpty()
        ? contains(body)
        : query.searchFields().stream().anyMatch(field -> contains(field.in(body)));
  }

  private boolean contains(JsonNode value) {
    return value.isContainerNode()
        ? value.valueStream().anyMatch(this::contains)
        : value.asText().toLowerCase(Locale.ROOT).contains(query.search());
  }

  private List<@Nullable Key> keys(Item item) {
    List<@Nullable Key> keys = new ArrayList<>(query.sort().size());
    query.sort().forEach(order -> keys.add(key(order.field().in(whole(item)))));
    return keys;
  }

  private static @Nullable Key key(JsonNode value) {
    if (value.isNumber()) {
      return new Key(value.doubleValue(), "");
    }
    return value.isMissingNode() || value.isNull()
        ? null
        : new Key(Double.POSITIVE_INFINITY, sortable(value.asText()));
  }

  /// Addresses in the order of their numbers.
  private static String sortable(String text) {
    if (!IPV4.matcher(text).matches()) {
      return text.toLowerCase(Locale.ROOT);
    }
    StringBuilder padded = new StringBuilder(12);
    for (String part : text.split("\\.")) {
      padded.append("000", part.length(), 3).append(part);
    }
    return padded.toString();
  }

  private Comparator<Found> order() {
    Comparator<Found> order = (_, _) -> 0;
    for (int i = 0; i < query.sort().size(); i++) {
      int at = i;
      Comparator<Key> keys = Comparator.naturalOrder();
      order =
          order.thenComparing(
              found -> found.keys().get(at),
              Comparator.nullsLast(query.sort().get(i).descending() ? keys.reversed() : keys));
    }
    return order.thenComparing(Found::sortedId);
  }
}
