package dev.bootbus.probe.script;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What GRUB has in memory, for `boot` to start.
final class GrubLoaded {
  private final GrubRun grub;
  private Optional<Reading> what = Optional.empty();
  private List<Image> more = new ArrayList<>();
  private Optional<Image> deviceTree = Optional.empty();

  GrubLoaded(GrubRun grub) {
    this.grub = grub;
  }

  /// @return none where nothing is loaded
  Optional<Reading> boot() {
    return what.map(
        loaded ->
            switch (loaded) {
              case Reading.Kernel kernel ->
                  new Reading.Kernel(kernel.kernel(), more, kernel.commandLine(), deviceTree);
              case Reading.Program program -> program;
              case Reading.Disk disk -> disk;
              case Reading.San _,
                  Reading.Exit _,
                  Reading.Off _,
                  Reading.Prompt _,
                  Reading.Broken _ ->
                  loaded;
            });
  }

  /// @param words name, and words for the kernel
  int kernel(List<String> words, boolean named) throws InterruptedException {
    if (words.isEmpty()) {
      return 1;
    }
    what = Optional.empty();
    more = new ArrayList<>();
    String name = words.getFirst();
    return switch (grub.path(name).orElse(null)) {
      case null -> 1;
      case GrubPaths.Local local -> {
        what = Optional.of(new Reading.Disk(grub.where() + ": " + Run.show(local.name())));
        yield 0;
      }
      case GrubPaths.Remote(URI uri) -> {
        if (!(grub.run.get(uri, Files.Role.KERNEL) instanceof Files.Answer.Got got)
            || got.cannotRun()) {
          yield 1;
        }
        String line = line(words.subList(1, words.size()));
        Image image = new Image(uri, name);
        what =
            Optional.of(
                new Reading.Kernel(
                    image,
                    List.of(),
                    named ? PxelinuxRun.join("BOOT_IMAGE=" + name, line) : line,
                    Optional.empty()));
        yield 0;
      }
    };
  }

  /// As GRUB writes it: a word with blanks in it has quotes.
  private static String line(List<String> words) {
    return String.join(
        " ",
        words.stream()
            .map(word -> word.replaceAll("([\\\\\"'])", "\\\\$1"))
            .map(word -> word.contains(" ") ? "\"" + word + "\"" : word)
            .toList());
  }

  int initrds(List<String> names) throws InterruptedException {
    if (what.isEmpty()) {
      return 1; // "you need to load the kernel first"
    }
    List<Image> fetched = new ArrayList<>();
    for (String name : names) {
      if (name.startsWith("-")) {
        continue;
      }
      // newc:NAME:FILE is a file that GRUB packs
      String file = name.startsWith("newc:") ? name.replaceFirst("^newc:[^:]*:", "") : name;
      switch (grub.path(file).orElse(null)) {
        case null -> {
          return 1;
        }
        case GrubPaths.Local _ -> {}
        case GrubPaths.Remote(URI uri) -> {
          if (!(grub.run.get(uri, Files.Role.INITRD) instanceof Files.Answer.Got)) {
            return 1;
          }
          fetched.add(new Image(uri, file));
        }
      }
    }
    more = fetched;
    return 0;
  }

  /// Of multiboot, one after the other.
  int module(List<String> words) throws InterruptedException {
    List<String> names = words.stream().filter(word -> !word.startsWith("--")).limit(1).toList();
    List<Image> before = more;
    int status = initrds(names);
    if (status == 0) {
      List<Image> all = new ArrayList<>(before);
      all.addAll(more);
      more = all;
    }
    return status;
  }

  int deviceTree(List<String> words) throws InterruptedException {
    if (!words.isEmpty()
        && grub.path(words.getFirst()).orElse(null) instanceof GrubPaths.Remote(URI uri)
        && grub.run.get(uri, Files.Role.DEVICE_TREE) instanceof Files.Answer.Got) {
      deviceTree = Optional.of(new Image(uri, words.getFirst()));
      return 0;
    }
    return 1;
  }

  /// `+1` is the first sector of `$root`.
  int chain(List<String> words) throws InterruptedException {
    List<String> names = words.stream().filter(word -> !word.startsWith("--")).toList();
    if (names.isEmpty()) {
      return 1;
    }
    what = Optional.empty();
    String name = names.getFirst();
    String how =
        grub.where() + ": chainloader " + Run.show(name) + " of " + Run.show(grub.value("root"));
    boolean sectors = name.replaceFirst("^\\([^)]*\\)", "").startsWith("+");
    return switch (grub.path(name).orElse(null)) {
      case null -> 1;
      case GrubPaths.Local _ -> {
        what = Optional.of(new Reading.Disk(how));
        yield 0;
      }
      case GrubPaths.Remote _ when sectors -> 1;
      case GrubPaths.Remote(URI uri) -> {
        if (!(grub.run.get(uri, Files.Role.CHAIN) instanceof Files.Answer.Got got)
            || got.cannotRun()) {
          yield 1;
        }
        what =
            Optional.of(
                new Reading.Program(
                    new Image(uri, name), List.of(), line(names.subList(1, names.size()))));
        yield 0;
      }
    };
  }
}
