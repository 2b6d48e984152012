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

  /// A kernel as it is written, and where.
  record Listed(Kernel kernel, Origin origin) {}

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
  private volatile Map<String, Listed> listed;
  private volatile Catalogue current;

  private LiveCatalogue(
      @Nullable Path path, Catalogue shipped, boolean mirrored, Consumer<Catalogue> check) {
    this.path = path;
    this.shipped = shipped;
    this.mirrored = mirrored;
    this.check = check;
    this.files = shipped;
    this.listed = list();
    this.current = merged(listed);
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

  /// All kernels by name, paths and versions as somebody wrote them.
  Map<String, Listed> listed() {
    return listed;
  }

  /// What an operator did not make, and nothing but a file can take away; empty if there is none.
  Optional<Kernel> shipped(String name) {
    return Optional.ofNullable(shipped.kernels().get(name));
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
      if (!kernel.value().name().equals(name)) {
        LOG.warn("record skipped key={}: it is the kernel {}", name, kernel.value().name());
        return;
      }
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
    Map<String, Listed> all = list();
    Catalogue after = merged(all);
    listed = all;
    if (!after.equals(before)) {
      current = after;
      listeners.forEach(listener -> listener.changed(before, after));
    }
  }

  private Map<String, Listed> list() {
    Map<String, Listed> all = new HashMap<>();
    Map<String, Origin> origins = files.origins().kernels();
    files
        .kernels()
        .forEach((name, kernel) -> all.put(name, new Listed(kernel, originOf(name, origins))));
    stored.forEach(
        (name, entry) -> {
          if (!(origins.get(name) instanceof Origin.File)) {
            all.put(name, new Listed(entry.value(), new Origin.Stored(entry.revision())));
          }
        });
    return Map.copyOf(all);
  }

  /// A catalogue that was made in the code says of nothing where it comes from.
  private static Origin originOf(String name, Map<String, Origin> origins) {
    return origins.getOrDefault(name, new Origin.Shipped());
  }

  private Catalogue merged(Map<String, Listed> all) {
    Map<String, Kernel> kernels = new HashMap<>();
    Map<String, Origin> origins = new HashMap<>();
    all.forEach(
        (name, one) -> {
          Kernel kernel = one.kernel().versioned();
          kernels.put(name, mirrored ? kernel : kernel.direct());
          origins.put(name, one.origin());
        });
    return new Catalogue(
        kernels,
        files.defaults().withSetting(setting),
        files.nodes(),
        new Origins(origins, files.origins().nodes()),
        files.subnets());
  }
}
