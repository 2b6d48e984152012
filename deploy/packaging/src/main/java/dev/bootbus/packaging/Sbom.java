package dev.bootbus.packaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The list of what is in the images, as CycloneDX: the jars that Maven knows of, and what it
/// does not.
final class Sbom {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Sbom() {}

  /// @param others package URLs of what is no jar, with a name for each
  static void write(Path jars, Map<String, String> others, Path to) throws IOException {
    ObjectNode bom = (ObjectNode) JSON.readTree(jars.toFile());
    ArrayNode components = bom.withArray("components");
    new TreeMap<>(others)
        .forEach(
            (purl, name) -> {
              String version = purl.substring(purl.lastIndexOf('@') + 1).replaceAll("\\?.*", "");
              components
                  .addObject()
                  .put("type", "library")
                  .put("bom-ref", purl)
                  .put("name", name)
                  .put("version", version)
                  .put("purl", purl);
            });
    JSON.writerWithDefaultPrettyPrinter().writeValue(to.toFile(), bom);
  }
}
