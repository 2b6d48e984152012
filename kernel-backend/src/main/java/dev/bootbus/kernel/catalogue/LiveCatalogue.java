package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.store.Entry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The catalogue as it is now: what Bootbus ships, below that the kernels in the bucket, below
/// that the operator's files, the later going before the earlier. It changes when they do.
public final class LiveCatalogue implements Supplier<Catalogue> {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");

  /// Told of each change, one at a time, when it is there already; must not wait.
  public interface Listener {
    void changed(Catalogue before, Catalogue after);
  }

  private final @Nullable Path path;
  private final Catalogue shipped;
  private final boolean mirrored;
  private final Consumer<Catalogue> check;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Entry.Readable<Kernel>> stored = new TreeMap<>();
  private Catalogue files;
  private Set<Path> templates = Set.of();
  private Fingerprint readAs = Fingerprint.NONE;
  private String setting = "";
  private String complaint = "";
  private volatile Catalogue current;

  private LiveCatalogue(
      @Nullable Path path, Catalogue shipped, boolean mirrored, Consumer<Catalogue> check) {
    this.path = path;
    this.shipped = shipped;
    this.mirrored = mirrored;
    this.check = check;
    this.files = shipped;
    this.current = merged();
  }

  /// One that no file changes.
  public static LiveCatalogue of(Catalogue catalogue) {
    return new LiveCatalogue(null, catalogue, true, _ -> {});
  }

  /// Reads the files.
  ///
  /// @param path of a file or a folder, or null for none
  /// @param shipped what is there beside the files
  /// @param mirrored whether the http-server has what is below an archive; else machines are sent
  ///     there
  /// @param check whether a catalogue fits to the rest, else [IllegalArgumentException]
  public static LiveCatalogue open(
      @Nullable Path path, Catalogue shipped, boolean mirrored, Consumer<Catalogue> check)
      throws CatalogueException {
    LiveCatalogue live = new LiveCatalogue(path, shipped, mirrored, check);
    live.read();
    return live;
  }

  @Override
  public Catalogue get() {
    return current;
  }

  public void onChange(Listener listener) {
    listeners.add(listener);
  }

  /// The default kernel of the live settings.
  public synchronized void setDefault(Optional<String> kernel) {
    setting = kernel.orElse("");
    renew();
  }

  /// Hears of the bucket of kernels.
  public synchronized void stored(
      String name, @Nullable Entry<Kernel> before, @Nullable Entry<Kernel> after) {
    if (after instanceof Entry.Readable<Kernel> kernel) {
      stored.put(name, kernel);
      if (files.origins().kernels().get(name) instanceof Origin.File file) {
        LOG.warn("kernel hidden name={}: it is {}", name, file);
      }
    } else {
      stored.remove(name);
    }
    renew();
  }

  /// Reads the files again. Where they are at fault the catalogue stays as it is, and the log says
  /// why, once.
  public synchronized void reload() {
    Catalogue before = current;
    try {
      read();
      if (!before.equals(current) || !complaint.isEmpty()) {
        LOG.info("catalogue read again changed={}", new CatalogueChange(before, current));
      }
      complaint = "";
    } catch (CatalogueException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(complaint)) {
        LOG.warn("catalogue kept as it was: {}", message);
        complaint = message;
      }
    }
  }

  private synchronized void read() throws CatalogueException {
    if (path == null) {
      return;
    }
    readAs = fingerprint(); // before, so that what changes meanwhile is seen as a change
    TemplateFiles asked = new TemplateFiles();
    try {
      Catalogue fresh = CatalogueFile.read(CatalogueFolder.read(path), shipped, asked);
      check.accept(fresh);
      files = fresh;
    } catch (IllegalArgumentException e) {
      throw new CatalogueException(path + ": " + e.getMessage());
    } finally {
      templates = Set.copyOf(asked.asked());
    }
    renew();
  }

  /// What the files look like from outside.
  synchronized Fingerprint fingerprint() {
    return path == null ? Fingerprint.NONE : Fingerprint.of(path, templates);
  }

  /// What they looked like when they were last read.
  synchronized Fingerprint readAs() {
    return readAs;
  }

  private void renew() {
    Catalogue before = current;
    Catalogue after = merged();
    if (!after.equals(before)) {
      current = after;
      listeners.forEach(listener -> listener.changed(before, after));
    }
  }

  private Catalogue merged() {
    Map<String, Kernel> kernels = new HashMap<>(files.kernels());
    Map<String, Origin> origins = new HashMap<>(files.origins().kernels());
    stored.forEach(
        (name, entry) -> {
          if (!(origins.get(name) instanceof Origin.File)) {
            kernels.put(name, entry.value().versioned());
            origins.put(name, new Origin.Stored(entry.revision()));
          }
        });
    if (!mirrored) {
      kernels.replaceAll((_, kernel) -> kernel.direct());
    }
    return new Catalogue(
        kernels,
        files.defaults().withSetting(setting),
        files.nodes(),
        new Origins(origins, files.origins().nodes()),
        files.subnets());
  }
}
