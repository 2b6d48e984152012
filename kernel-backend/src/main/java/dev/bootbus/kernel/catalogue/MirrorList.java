package dev.bootbus.kernel.catalogue;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What an http-server has to be told so that it mirrors the archives of a catalogue.
///
/// @param parts what it fetches
record MirrorList(List<Part> parts) {

  /// The files that are in one archive, below one folder at its root.
  ///
  /// @param folder that all of them are in; with a slash at its end, or empty
  /// @param sums SHA-256 of some, by the path below the archive
  private record Part(String archive, String folder, Map<String, String> sums) {

    Part and(Part other) {
      Map<String, String> all = new TreeMap<>(sums);
      all.putAll(other.sums);
      return new Part(archive, common(folder, other.folder), all);
    }

    private static String common(String a, String b) {
      int end = 0;
      while (end < Math.min(a.length(), b.length()) && a.charAt(end) == b.charAt(end)) {
        end++;
      }
      return a.substring(0, a.lastIndexOf('/', end - 1) + 1);
    }

    String root() {
      return folder.substring(0, folder.indexOf('/') + 1);
    }

    /// The same with a shorter folder, so that names below it are longer, and nobody else's.
    Part fromRoot() {
      return new Part(archive, root(), sums);
    }

    String upstream() {
      return folder.isEmpty()
          ? "--upstream=" + archive
          : "--upstream=/%2$s=%1$s%2$s".formatted(archive, folder);
    }

    Stream<String> pins() {
      return sums.entrySet().stream()
          .map(one -> one.getValue() + "  " + one.getKey().substring(folder.length()));
    }
  }

  /// @param kernels of which those without an archive are left out
  static MirrorList of(Collection<Kernel> kernels) {
    Map<String, Part> parts =
        kernels.stream()
            .filter(kernel -> !kernel.sources().archive().isEmpty())
            .flatMap(MirrorList::parts)
            .collect(
                Collectors.toMap(
                    part -> part.archive() + part.root(), part -> part, Part::and, TreeMap::new));
    Map<String, Long> roots =
        parts.values().stream().collect(Collectors.groupingBy(Part::root, Collectors.counting()));
    return new MirrorList(
        parts.values().stream()
            .map(part -> roots.get(part.root()) == 1 ? part.fromRoot() : part)
            .toList());
  }

  private static Stream<Part> parts(Kernel kernel) {
    return Stream.concat(kernel.files().stream(), Stream.of(kernel.sources().repo()))
        .filter(location -> !location.isEmpty() && !location.contains("://"))
        .map(
            location -> {
              String path = location.replaceFirst("^/+", "");
              String sum = kernel.checksums().get(location);
              return new Part(
                  kernel.sources().archive(),
                  path.substring(0, path.lastIndexOf('/') + 1),
                  sum == null ? Map.of() : Map.of(path, sum));
            });
  }

  /// Options of the http-server, the longest folder first: it asks one upstream after the other.
  List<String> upstreams() {
    return parts.stream()
        .sorted(Comparator.comparing(part -> -part.folder().length()))
        .map(Part::upstream)
        .toList();
  }

  /// Lines of `sha256sum` with the names that these upstreams have.
  Set<String> pins() {
    return parts.stream().flatMap(Part::pins).collect(Collectors.toCollection(TreeSet::new));
  }
}
