package dev.bootbus.kernel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.boot.Template.BrokenException;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The templates of config files: those in the operator's folder, and where it has none those that
/// ship. In both the more special one goes first:
///
/// ```
/// KERNEL/user-data.mustache    of one kernel
/// ubuntu/user-data.mustache    of its type
/// user-data.mustache
/// ```
///
/// A file that has changed is read anew.
public final class Templates {
  private static final String END = ".mustache";
  private static final String SHIPPED = "templates/";

  /// More are read each time.
  private static final int MAX_KEPT = 1024;

  /// What was made of a file as it was then.
  private record Kept(
      FileTime changed,
      long size,
      @Nullable Object inode,
      @Nullable Template template,
      String fault) {
    boolean is(BasicFileAttributes now) {
      return changed.equals(now.lastModifiedTime())
          && size == now.size()
          && Objects.equals(inode, now.fileKey());
    }

    Template use() throws BrokenException {
      if (template == null) {
        throw new BrokenException(fault);
      }
      return template;
    }
  }

  private final @Nullable Path folder;
  private final Map<Path, Kept> kept = new ConcurrentHashMap<>();
  private final Map<String, Optional<Template>> shipped = new ConcurrentHashMap<>();

  /// @param folder null where the operator has none
  public Templates(@Nullable Path folder) {
    this.folder = folder;
  }

  /// @throws BrokenException if there is one that cannot be used, whatever lies behind it
  Optional<Template> find(ConfigFile file, Optional<Kernel> kernel) throws BrokenException {
    String name = file.path() + END;
    List<String> ofType = new ArrayList<>();
    kernel.ifPresent(one -> ofType.add(one.type().key() + "/" + name));
    ofType.add(name);
    if (folder != null) {
      List<String> names = new ArrayList<>();
      kernel.ifPresent(one -> names.add(one.name() + "/" + name));
      names.addAll(ofType);
      for (String each : names) {
        Optional<Template> own = own(folder.resolve(each));
        if (own.isPresent()) {
          return own;
        }
      }
    }
    return ofType.stream()
        .flatMap(each -> shipped.computeIfAbsent(each, Templates::shipped).stream())
        .findFirst();
  }

  private Optional<Template> own(Path path) throws BrokenException {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      Kept before = kept.get(path);
      if (before != null && before.is(now)) {
        return Optional.of(before.use());
      }
      Kept read = read(path, now);
      if (kept.size() < MAX_KEPT || before != null) {
        kept.put(path, read);
      }
      return Optional.of(read.use());
    } catch (NoSuchFileException e) {
      kept.remove(path);
      return Optional.empty();
    } catch (IOException e) {
      throw new BrokenException(path + ": cannot be read: " + e.getMessage());
    }
  }

  private static Kept read(Path path, BasicFileAttributes now) throws IOException {
    Template template = null;
    String fault = "";
    try {
      if (now.size() > Template.MAX_SIZE) {
        fault = path + ": larger than " + Template.MAX_SIZE + " bytes";
      } else {
        template = Template.of(path.toString(), Files.readString(path));
      }
    } catch (CharacterCodingException e) {
      fault = path + ": not UTF-8";
    } catch (BrokenException e) {
      fault = e.sentence();
    }
    return new Kept(now.lastModifiedTime(), now.size(), now.fileKey(), template, fault);
  }

  private static Optional<Template> shipped(String name) {
    try (InputStream in = Templates.class.getResourceAsStream(SHIPPED + name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(Template.of(name, new String(in.readAllBytes(), UTF_8)));
    } catch (IOException | BrokenException e) {
      throw new IllegalStateException("a template that ships is broken: " + name, e);
    }
  }
}
