package dev.bootbus.kernel.catalogue;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What an http-server has to be told so that it mirrors the archives of a catalogue.
///
/// @param folders by archive, the longest that all of its files are in; with a slash at its end,
///     or empty
/// @param kernels those with an archive, with paths below it
record MirrorList(Map<String, String> folders, List<Kernel> kernels) {

  /// @param kernels of which those without an archive are left out
  static MirrorList of(Collection<Kernel> kernels) {
    Map<String, String> folders = new TreeMap<>();
    List<Kernel> mirrored =
        kernels.stream()
            .filter(kernel -> !kernel.sources().archive().isEmpty())
            .sorted(Comparator.comparing(Kernel::name))
            .toList();
    for (Kernel kernel : mirrored) {
      Stream.concat(kernel.files().stream(), Stream.of(kernel.sources().repo()))
          .filter(MirrorList::isPath)
          .map(path -> path.replaceFirst("^/+", ""))
          .map(path -> path.substring(0, path.lastIndexOf('/') + 1))
          .forEach(folder -> folders.merge(kernel.sources().archive(), folder, MirrorList::common));
    }
    return new MirrorList(folders, mirrored);
  }

  private static boolean isPath(String location) {
    return !location.isEmpty() && !location.contains("://");
  }

  private static String common(String a, String b) {
    int end = 0;
    while (end < Math.min(a.length(), b.length()) && a.charAt(end) == b.charAt(end)) {
      end++;
    }
    return a.substring(0, a.lastIndexOf('/', end - 1) + 1);
  }

  /// Options of the http-server, the longest folder first: it asks one upstream after the other.
  List<String> upstreams() {
    return folders.entrySet().stream()
        .sorted(
            Map.Entry.<String, String>comparingByValue(
                    Comparator.comparingInt(String::length).reversed())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(
            archive ->
                archive.getValue().isEmpty()
                    ? "--upstream=" + archive.getKey()
                    : "--upstream=/%2$s=%1$s%2$s".formatted(archive.getKey(), archive.getValue()))
        .toList();
  }

  /// Lines of `sha256sum` with the names that these upstreams have.
  Set<String> pins() {
    Set<String> pins = new TreeSet<>();
    for (Kernel kernel : kernels) {
      String folder = folders.getOrDefault(kernel.sources().archive(), "");
      kernel
          .checksums()
          .forEach(
              (file, sum) -> {
                if (isPath(file)) {
                  pins.add(sum + "  " + file.replaceFirst("^/+", "").substring(folder.length()));
                }
              });
    }
    return pins;
  }
}
