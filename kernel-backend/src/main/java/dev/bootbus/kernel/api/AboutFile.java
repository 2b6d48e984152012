package dev.bootbus.kernel.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// What describes the API: its document, a page that shows it, and a page of its problems. All of
/// it comes from here, and the page may load nothing from anywhere else.
enum AboutFile {
  DOCUMENT("openapi.yaml", "application/yaml", "openapi.yaml"),
  DOCS("docs", "text/html;charset=utf-8", "docs.html"),
  START("docs/start.js", "text/javascript;charset=utf-8", "docs.js"),
  SCRIPT(
      "docs/swagger-ui-bundle.js",
      "text/javascript;charset=utf-8",
      SwaggerUi.FOLDER + "swagger-ui-bundle.js"),
  STYLE("docs/swagger-ui.css", "text/css;charset=utf-8", SwaggerUi.FOLDER + "swagger-ui.css"),
  PROBLEMS("problems", "text/html;charset=utf-8", "");

  /// Swagger UI writes `style` attributes, and has its icons in `data:` URLs.
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
          + " 'none'";

  private static final class SwaggerUi {
    static final String FOLDER = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
  }

  private final String path;
  private final String mediaType;
  private final String resource;
  private byte[] content = {};

  AboutFile(String path, String mediaType, String resource) {
    this.path = path;
    this.mediaType = mediaType;
    this.resource = resource;
  }

  /// @param path below `/api/v1/`
  static Optional<AboutFile> at(String path) {
    return Arrays.stream(values()).filter(file -> file.path.equals(path)).findFirst();
  }

  String path() {
    return path;
  }

  String mediaType() {
    return mediaType;
  }

  /// Kept once it was asked for: the largest has 1.7 MB.
  synchronized byte[] content() {
    if (content.length == 0) {
      content = this == PROBLEMS ? problems().getBytes(UTF_8) : load();
    }
    return content;
  }

  private byte[] load() {
    try (InputStream in = AboutFile.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String problems() {
    return Arrays.stream(Problem.Kind.values())
        .map(
            kind ->
                "<dt id=\"%s\">%s</dt><dd>%d. %s.</dd>\n"
                    .formatted(kind.key(), kind.key(), kind.status(), kind.title()))
        .collect(
            Collectors.joining(
                "",
                "<!DOCTYPE html>\n<html lang=\"en\"><title>Problems</title>\n<h1>Problems</h1>\n<dl>\n",
                "</dl>\n</html>\n"));
  }
}
