package dev.bootbus.kernel.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is different in a catalogue, in few words: `kernels=+alpine,~debian
// nodes=-52:54:00:12:34:56`.
record CatalogueChange(Catalogue before, Catalogue after) {
  private static final int MAX_NAMED = 20;

  @Override
  public String toString() {
    String changed =
        Stream.of(
                part("kernels", before.kernels(), after.kernels()),
                part("nodes", before.nodes(), after.nodes()),
                before.defaults().equals(after.defaults()) ? "" : "defaults=~",
                before.subnets().equals(after.subnets()) ? "" : "subnets=~")
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" "));
    return changed.isEmpty() ? "nothing" : changed;
  }

  /// Of what is there `+`, `-` what is not any more, `~` what is otherwise.
  private static <K> String part(String name, Map<K, ?> before, Map<K, ?> after) {
    Map<String, String> marks = new TreeMap<>();
    before.forEach(
        (key, was) -> {
          Object is = after.get(key);
          if (!was.equals(is)) {
            marks.put(key.toString(), is == null ? "-" : "~");
          }
        });
    after.keySet().stream()
        .filter(key -> !before.containsKey(key))
        .forEach(key -> marks.put(key.toString(), "+"));
    List<String> named = new ArrayList<>();
    marks.forEach((key, mark) -> named.add(mark + key));
    String more = named.size() > MAX_NAMED ? ",and " + (named.size() - MAX_NAMED) + " more" : "";
    return named.isEmpty()
        ? ""
        : name + "=" + String.join(",", named.subList(0, Math.min(MAX_NAMED, named.size()))) + more;
  }
}
