package dev.bootbus.packaging;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/// Makes the images from a stage (`deploy/stage`), by jib and without an engine or a registry:
///
/// ```
/// Images STAGE OUT VERSION
/// ```
///
/// leaves `OUT/NAME.tar` for each image, as `docker load` reads it, `OUT/sbom.cdx.json`, and
/// `OUT/images.tsv`: name, digest of the manifest, image id, bytes compressed, and how many of
/// these all images share. The same stage gives the same bytes.
public final class Images {
  /// Where the folder lies in the image, as in the Debian package.
  static final String HOME = "/usr/lib/bootbus";

  private static final FilePermissions READABLE = FilePermissions.fromOctalString("644");

  private final Path stage;
  private final Path out;
  private final Instant time;

  private Images(Path stage, Path out) throws IOException {
    this.stage = stage;
    this.out = Files.createDirectories(out);
    this.time = Files.getLastModifiedTime(home("runtime/release")).toInstant();
  }

  /// @param arguments STAGE OUT VERSION
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("usage: Images STAGE OUT VERSION");
      System.exit(2);
    }
    make(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
    System.exit(0); // jib leaves threads behind
  }

  /// What was made: the digest of its manifest, its id, and the bytes of each of its layers.
  record Made(String name, String digest, String id, Map<String, Long> layers) {
    long size() {
      return layers.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  static List<Made> make(Path stage, Path out, String version) throws Exception {
    return new Images(stage, out).make(version);
  }

  private List<Made> make(String version) throws Exception {
    Map<String, String> others = new HashMap<>();
    for (String line : Files.readAllLines(stage.resolve("components"))) {
      String[] words = line.split(" ", 2);
      others.put(words[1], words[0]);
    }
    Sbom.write(home("sbom.cdx.json"), others, out.resolve("sbom.cdx.json"));
    Path work = Files.createDirectories(out.resolve("work"));
    Path base =
        new Base(work, time)
            .write(stage.resolve("base"), home("runtime"), HOME + "/runtime", architecture());
    List<Made> made = new ArrayList<>();
    for (Image image : Image.ALL) {
      made.add(make(image, base, work.resolve("jib"), version));
    }
    Map<String, Long> shared = new HashMap<>(made.getFirst().layers());
    made.forEach(image -> shared.keySet().retainAll(image.layers().keySet()));
    long common = shared.values().stream().mapToLong(Long::longValue).sum();
    List<String> lines = new ArrayList<>();
    for (Made image : made) {
      lines.add(
          "%s\t%s\t%s\t%d\t%d"
              .formatted(image.name(), image.digest(), image.id(), image.size(), common));
    }
    Files.write(out.resolve("images.tsv"), lines);
    return made;
  }

  private Made make(Image image, Path base, Path cache, String version) throws Exception {
    JibContainerBuilder builder =
        Jib.from(TarImage.at(base))
            .addFileEntriesLayer(shared())
            .addFileEntriesLayer(own(image))
            .setEntrypoint(
                HOME + "/runtime/bin/" + image.launcher(), "@" + HOME + "/etc/jvm/" + image.name())
            .setUser("65532:65532")
            .setWorkingDirectory(AbsoluteUnixPath.get("/"))
            .addEnvironmentVariable("LC_ALL", "C.UTF-8")
            .addLabel("org.opencontainers.image.title", "bootbus " + image.name())
            .addLabel("org.opencontainers.image.version", version)
            .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
            .addLabel("dev.bootbus.capabilities", capabilities(image))
            .setCreationTime(time);
    for (Map.Entry<String, String> variable : image.environment().entrySet()) {
      builder.addEnvironmentVariable(variable.getKey(), variable.getValue());
    }
    for (String port : image.ports()) {
      String[] words = port.split("/");
      builder.addExposedPort(Port.parseProtocol(Integer.parseInt(words[0]), words[1]));
    }
    Path archive = out.resolve(image.name() + ".tar");
    JibContainer container =
        builder.containerize(
            Containerizer.to(
                    TarImage.at(archive)
                        .named(ImageReference.of(null, "bootbus/" + image.name(), version)))
                .withAdditionalTag("latest")
                .setOfflineMode(true)
                .setBaseImageLayersCache(cache)
                .setApplicationLayersCache(cache));
    return new Made(
        image.name(),
        container.getDigest().toString(),
        container.getImageId().toString(),
        layers(archive));
  }

  private static Map<String, Long> layers(Path archive) throws IOException {
    Map<String, Long> layers = new HashMap<>();
    try (TarFile tar = new TarFile(archive.toFile())) {
      for (TarArchiveEntry entry : tar.getEntries()) {
        if (entry.getName().endsWith(".tar.gz")) {
          layers.put(entry.getName(), entry.getSize());
        }
      }
    }
    return layers;
  }

  private static String capabilities(Image image) {
    return String.join(",", image.capabilities().stream().map(Enum::name).sorted().toList());
  }

  private FileEntriesLayer shared() throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("shared");
    for (String folder : List.of("lib", "etc", "etc/jvm")) {
      for (Path file : files(home(folder))) {
        add(layer, file, folder + "/" + file.getFileName());
      }
    }
    add(layer, out.resolve("sbom.cdx.json"), "sbom.cdx.json");
    return layer.build();
  }

  /// Jars that only this one needs (`lib/NAME`), and its AOT cache.
  private FileEntriesLayer own(Image image) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(image.name());
    String jars = "lib/" + image.name();
    if (Files.exists(home(jars))) {
      for (Path jar : files(home(jars))) {
        add(layer, jar, jars + "/" + jar.getFileName());
      }
    }
    String cache = "cache/" + image.name() + ".aot";
    if (Files.exists(home(cache))) {
      add(layer, home(cache), cache);
    }
    return layer.build();
  }

  private void add(FileEntriesLayer.Builder layer, Path file, String name) {
    layer.addEntry(file, AbsoluteUnixPath.get(HOME + "/" + name), READABLE, time);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Path home(String path) {
    return stage.resolve(HOME.substring(1)).resolve(path);
  }

  private static String architecture() {
    String arch = System.getProperty("os.arch");
    return arch.equals("aarch64") ? "arm64" : arch;
  }
}
