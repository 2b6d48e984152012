package dev.bootbus.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a backend writes, unless the operator has put the last name of the loader's search on disk.
/// PXELINUX asks for the machine's UUID, MAC and address before `pxelinux.cfg/default`: were the
/// backend heard at the first of them, the operator's `default` would never be read.
public record OperatorsSearch(DiskRoot disk, ContentSource generated) implements ContentSource {
  private static final String PXELINUX = "pxelinux.cfg";
  private static final String GRUB = "grub.cfg-";

  @Override
  public Answer open(BootPath path, Asker asker) {
    Optional<BootPath> last = last(path);
    return last.isPresent() && isOnDisk(last.get(), asker)
        ? ContentSource.missing(path)
        : generated.open(path, asker);
  }

  private boolean isOnDisk(BootPath path, Asker asker) {
    if (!(disk.open(path, asker) instanceof Answer.Found(Content content))) {
      return false;
    }
    try {
      content.close();
    } catch (IOException e) {
      // it is there all the same
    }
    return true;
  }

  /// The name with which the search that this one belongs to ends.
  private static Optional<BootPath> last(BootPath path) {
    int count = path.segments().size();
    if (count >= 2 && path.segments().get(count - 2).equals(PXELINUX)) {
      return Optional.of(beside(path, "default"));
    }
    return count >= 1 && path.segments().getLast().startsWith(GRUB)
        ? Optional.of(beside(path, "grub.cfg"))
        : Optional.empty();
  }

  private static BootPath beside(BootPath path, String name) {
    List<String> segments = new ArrayList<>(path.segments());
    segments.set(segments.size() - 1, name);
    return new BootPath(segments, false);
  }
}
