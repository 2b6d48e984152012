package dev.bootbus.packaging;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the tests look at: the images that `deploy/images` makes, and an engine to run them in.
final class Shipped {
  static final Path DEPLOY = Path.of("..").toAbsolutePath().normalize();
  static final Path IMAGES = DEPLOY.resolve("target/images");
  static final Path STAGE = DEPLOY.resolve("target/stage");

  /// nats-server of this machine as an image, because no registry may be near.
  static final String NATS = "bootbus/nats:local";

  private static boolean made;

  private Shipped() {}

  /// Makes the images, unless they are there.
  static void images() throws IOException, InterruptedException {
    onlyWhere(
        Files.exists(DEPLOY.resolve("target/bootbus/sbom.cdx.json")),
        "images hold a list of jars, which Maven makes only without -o");
    if (!made) {
      Command.output(DEPLOY + "/images", "--no-load");
      made = true;
    }
  }

  /// Makes the images, and loads them into the Docker engine.
  static void loaded() throws IOException, InterruptedException {
    boolean docker;
    try {
      docker = Command.run(List.of("docker", "version")).status() == 0;
    } catch (IOException e) {
      docker = false;
    }
    onlyWhere(docker, "running images needs a Docker engine");
    images();
    for (Image image : Image.ALL) {
      Command.output(
          "docker", "load", "-q", "-i", IMAGES.resolve(image.name() + ".tar").toString());
    }
  }

  static void natsImage() throws IOException, InterruptedException {
    Command.output(
        "bash",
        "-c",
        ". ../../example/lib.sh; . ../engine.sh; BOOTBUS_ENGINE=docker find_engine && nats_image");
  }

  static void onlyWhere(boolean possible, String otherwise) {
    Map<String, String> environment = System.getenv();
    String wish = environment.getOrDefault("BOOTBUS_TEST_IMAGES", "auto");
    if (wish.equals("off") || (!possible && !wish.equals("required"))) {
      abort(otherwise);
    }
    if (!possible) {
      throw new AssertionError(otherwise);
    }
  }
}
