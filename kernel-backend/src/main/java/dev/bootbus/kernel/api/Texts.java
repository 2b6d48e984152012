package dev.bootbus.kernel.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import dev.bootbus.kernel.boot.BootText;
import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.boot.Rendered;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What machines would read, for callers.
final class Texts {
  private static final Set<String> LOADERS = Set.of("ipxe", "pxelinux", "grub", "u-boot");

  private final BootText boot;

  Texts(BootText boot) {
    this.boot = boot;
  }

  record Text(String mediaType, String text) {}

  /// @param parameters `loader` or nothing
  String bootFile(String node, String kernel, Map<String, String> parameters)
      throws RefusedException {
    String loader = parameters.getOrDefault("loader", "ipxe");
    Optional<Loader> known = Loader.of(loader).filter(one -> LOADERS.contains(one.key()));
    if (!LOADERS.contains(loader) || known.isEmpty()) {
      throw Problem.of(Kind.BAD_REQUEST, "loader: not one of " + LOADERS.stream().sorted().toList())
          .refusal();
    }
    return text(boot.generate(node, kernel, known.get())).text();
  }

  Text file(String node, String path) throws RefusedException {
    return text(boot.file(node, path));
  }

  /// `{"rows":[{"path","mediaType"} or {"path","why"}]}`
  ObjectNode files(String node) throws RefusedException {
    List<BootText.File> files =
        boot.files(node)
            .orElseThrow(() -> unknown(new Rendered.Unknown(Rendered.Kind.NODE, node)).refusal());
    ObjectNode json = Json.object();
    ArrayNode rows = json.putArray("rows");
    for (BootText.File file : files) {
      ObjectNode row = rows.addObject().put("path", file.path());
      if (file.rendered() instanceof Rendered.Text) {
        row.put("mediaType", file.mediaType());
      } else {
        row.put("why", problem(file.rendered()).detail());
      }
    }
    return json;
  }

  private static Text text(Rendered rendered) throws RefusedException {
    if (rendered instanceof Rendered.Text(String mediaType, String text)) {
      return new Text(mediaType + (mediaType.startsWith("text/") ? ";charset=utf-8" : ""), text);
    }
    throw problem(rendered).refusal();
  }

  private static Problem problem(Rendered rendered) {
    return switch (rendered) {
      case Rendered.Unknown unknown -> unknown(unknown);
      case Rendered.Missing(String _, String sentence) -> Problem.of(Kind.CONFLICT, sentence);
      case Rendered.Refused(String sentence) -> Problem.of(Kind.CONFLICT, sentence);
      case Rendered.NotReady(String sentence, var _) -> Problem.of(Kind.UNAVAILABLE, sentence);
      case Rendered.Text _ -> throw new IllegalArgumentException("it was rendered");
    };
  }

  private static Problem unknown(Rendered.Unknown unknown) {
    return Problem.of(
        Kind.NOT_FOUND,
        "there is no %s %s"
            .formatted(unknown.what().name().toLowerCase(Locale.ROOT), unknown.name()));
  }
}
