package dev.bootbus.kernel.catalogue;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of the catalogue.
public final class CatalogueFlags {
  @Option(
      names = "--catalogue",
      paramLabel = "PATH",
      defaultValue = "${env:BOOTBUS_CATALOGUE}",
      description = "YAML of kernels, defaults and declared nodes: a file, or a folder of *.yaml.")
  @Nullable String path;

  @Option(
      names = "--shipped-catalogue",
      paramLabel = "on|off",
      defaultValue = "${env:BOOTBUS_SHIPPED_CATALOGUE:-on}",
      description = "Whether the kernels are there that Bootbus knows.")
  String shipped = "";

  @Option(
      names = "--archives",
      paramLabel = "direct|mirrored",
      defaultValue = "${env:BOOTBUS_ARCHIVES:-direct}",
      description =
          "Where machines fetch what is below a kernel's archive: there, or below --boot-url, where"
              + " an http-server mirrors it.")
  String archives = "";

  /// @param check whether a catalogue fits to the rest, else [IllegalArgumentException]
  /// @throws IllegalArgumentException if an option cannot be understood
  public LiveCatalogue open(Consumer<Catalogue> check) throws CatalogueException {
    return open(either("--archives", archives, "mirrored", "direct"), check);
  }

  private LiveCatalogue open(boolean mirrored, Consumer<Catalogue> check)
      throws CatalogueException {
    boolean known = either("--shipped-catalogue", shipped, "on", "off");
    return LiveCatalogue.open(
        path(), known ? ShippedCatalogue.read() : Catalogue.EMPTY, mirrored, check);
  }

  /// Its kernels with their paths as they are written.
  Collection<Kernel> written() throws CatalogueException {
    return open(true, _ -> {}).get().kernels().values();
  }

  private @Nullable Path path() {
    try {
      return path == null || path.isBlank() ? null : Path.of(path.strip());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("--catalogue: not a path: " + path, e);
    }
  }

  private static boolean either(String option, String said, String yes, String no) {
    if (said.equals(yes) || said.equals(no)) {
      return said.equals(yes);
    }
    throw new IllegalArgumentException("%s: say %s or %s, not %s".formatted(option, yes, no, said));
  }
}
