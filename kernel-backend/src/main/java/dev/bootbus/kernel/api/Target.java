package dev.bootbus.kernel.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a path leads to. Which of it there is, and what may be done there, is pure.
sealed interface Target {
  /// What may be done; a GET is a HEAD as well.
  Set<String> methods();

  /// Whether anybody may read it.
  default boolean isPublic() {
    return false;
  }

  record Collection(Resource resource) implements Target {
    @Override
    public Set<String> methods() {
      return Set.of("GET", "POST");
    }
  }

  record All(Resource resource) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  record Count(Resource resource) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  record One(Resource resource, String id) implements Target {
    @Override
    public Set<String> methods() {
      return Set.of("GET", "PUT", "PATCH", "DELETE");
    }
  }

  record Lookup(Resource resource, String id) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  record Act(Resource resource, String id, String action) implements Target {
    @Override
    public Set<String> methods() {
      return Set.of("POST");
    }
  }

  record Past(Resource resource, String id) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  record Files(String node) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  record File(String node, String path) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  /// @param kernel empty for the one that is chosen for the node
  record BootFile(String node, String kernel) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }
  }

  /// This API, described.
  record About(AboutFile file) implements Target {
    @Override
    public Set<String> methods() {
      return READ;
    }

    @Override
    public boolean isPublic() {
      return true;
    }
  }

  Set<String> READ = Set.of("GET");

  /// @param path as it stands in the request, not decoded
  /// @param resources by name
  /// @throws RefusedException if the path does not mean one thing
  static Optional<Target> of(String path, Map<String, Resource> resources) throws RefusedException {
    if (!path.startsWith("/") || path.endsWith("/")) {
      return Optional.empty();
    }
    List<String> segments = segments(path);
    if (segments.size() > 2 && segments.get(0).equals("api") && segments.get(1).equals("v1")) {
      return inApi(segments.subList(2, segments.size()), resources);
    }
    return inShort(segments, resources);
  }

  /// The paths of seed systems: `/lookup/alpine`.
  private static Optional<Target> inShort(List<String> segments, Map<String, Resource> resources) {
    Resource kernels = resources.get("kernels");
    if (segments.size() == 2 && segments.getFirst().equals("lookup") && kernels != null) {
      return Optional.of(new Lookup(kernels, segments.get(1)));
    }
    return bootFile(segments);
  }

  private static Optional<Target> bootFile(List<String> segments) {
    return segments.size() == 3 && segments.getFirst().equals("generateBootFile")
        ? Optional.of(new BootFile(segments.get(1), segments.get(2)))
        : Optional.empty();
  }

  private static Optional<Target> inApi(List<String> segments, Map<String, Resource> resources) {
    Optional<Target> about = AboutFile.at(String.join("/", segments)).map(About::new);
    Resource resource = resources.get(segments.getFirst());
    if (about.isPresent() || resource == null) {
      return about;
    }
    List<String> rest = segments.subList(1, segments.size());
    return switch (rest.size()) {
      case 0 -> Optional.of(new Collection(resource));
      case 1 ->
          Optional.of(
              switch (rest.getFirst()) {
                case "all" -> new All(resource);
                case "count" -> new Count(resource);
                default -> new One(resource, rest.getFirst());
              });
      case 2 -> inOne(resource, rest.get(0), rest.get(1));
      default ->
          isNodes(resource) && rest.get(1).equals("files")
              ? Optional.of(new File(rest.get(0), String.join("/", rest.subList(2, rest.size()))))
              : resource.name().equals("kernels") ? bootFile(rest) : Optional.empty();
    };
  }

  private static Optional<Target> inOne(Resource resource, String first, String second) {
    if (first.equals("lookup")) {
      return Optional.of(new Lookup(resource, second));
    }
    if (resource.name().equals("kernels") && first.equals("generateBootFile")) {
      return Optional.of(new BootFile(second, ""));
    }
    if (resource.actions().contains(second)) {
      return Optional.of(new Act(resource, first, second));
    }
    if (resource instanceof History && second.equals("history")) {
      return Optional.of(new Past(resource, first));
    }
    return isNodes(resource) && second.equals("files")
        ? Optional.of(new Files(first))
        : Optional.empty();
  }

  private static boolean isNodes(Resource resource) {
    return resource.name().equals("nodes");
  }

  /// Each decoded once, after the path was split: `k3os%2Fconfig` is one name.
  private static List<String> segments(String path) throws RefusedException {
    List<String> segments = new ArrayList<>();
    for (String raw : path.substring(1).split("/", -1)) {
      String segment = decoded(raw).orElseThrow(() -> ambiguous("cannot be decoded"));
      if (segment.isEmpty()) {
        throw ambiguous("has an empty segment");
      }
      if (segment.equals(".") || segment.equals("..")) {
        throw ambiguous("has a dot segment"); // RFC 3986 §3.3
      }
      if (segment.chars().anyMatch(Character::isISOControl)) {
        throw ambiguous("has a control character");
      }
      segments.add(segment);
    }
    return segments;
  }

  private static RefusedException ambiguous(String how) {
    return Problem.of(Kind.BAD_REQUEST, "the path " + how).refusal();
  }

  private static Optional<String> decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return Optional.of(segment);
    }
    ByteBuffer bytes = ByteBuffer.allocate(segment.length() * 3);
    try {
      for (int i = 0; i < segment.length(); i++) {
        if (segment.charAt(i) == '%') {
          bytes.put((byte) HexFormat.fromHexDigits(segment, i + 1, i + 3));
          i += 2;
        } else {
          bytes.put(String.valueOf(segment.charAt(i)).getBytes(UTF_8));
        }
      }
      return Optional.of(UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
