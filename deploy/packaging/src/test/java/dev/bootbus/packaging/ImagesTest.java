package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The images as files: their size, what they say of themselves, and that they can be made again.
class ImagesTest {
  private static final long AT_MOST_BYTES = 60_000_000;

  @BeforeAll
  static void make() throws Exception {
    Shipped.images();
  }

  @Test
  void builtTwiceTheyHaveTheSameDigest(@TempDir Path again) throws Exception {
    Path stage = again.resolve("stage");
    Path caches = Shipped.STAGE.resolve("usr/lib/bootbus/cache");
    Command.output(Shipped.DEPLOY + "/stage", stage.toString(), "--caches", caches.toString());

    Images.make(stage, again.resolve("images"), version());

    assertThat(again.resolve("images/images.tsv"))
        .hasSameTextualContentAs(Shipped.IMAGES.resolve("images.tsv"));
    for (Image image : Image.ALL) {
      assertThat(again.resolve("images").resolve(image.name() + ".tar"))
          .hasSameBinaryContentAs(Shipped.IMAGES.resolve(image.name() + ".tar"));
    }
  }

  @Test
  void theyAreSmallAndShareMostOfIt() throws IOException {
    long own = 0;
    for (String line : Files.readAllLines(Shipped.IMAGES.resolve("images.tsv"))) {
      String[] words = line.split("\t");
      assertThat(Long.parseLong(words[3])).as(words[0]).isLessThan(AT_MOST_BYTES);
      own += Long.parseLong(words[3]) - Long.parseLong(words[4]);
    }
    assertThat(own).as("what all of them have of their own").isLessThan(AT_MOST_BYTES);
  }

  @Test
  void theListOfPartsHasTheJarsAndWhatIsNone() throws IOException {
    JsonNode bom = new ObjectMapper().readTree(Shipped.IMAGES.resolve("sbom.cdx.json").toFile());

    assertThat(bom.get("bomFormat").asText()).isEqualTo("CycloneDX");
    List<String> urls = bom.get("components").findValuesAsText("purl");
    assertThat(urls)
        .anyMatch(url -> url.startsWith("pkg:maven/io.nats/jnats@"))
        .anyMatch(url -> url.startsWith("pkg:deb/debian/libc6@"))
        .anyMatch(url -> url.startsWith("pkg:generic/openjdk@25"));
    try (var lib = Files.walk(Shipped.STAGE.resolve("usr/lib/bootbus/lib"))) {
      assertThat(
              lib.filter(Files::isRegularFile)
                  .map(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", "")))
          .allMatch(jar -> urls.stream().anyMatch(url -> url.contains("/" + jar + "@")));
    }
  }

  private static String version() throws IOException {
    return Files.readString(Path.of("../../pom.xml")).split("<version>")[1].split("<")[0];
  }
}
