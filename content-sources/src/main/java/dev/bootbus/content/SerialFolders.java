package dev.bootbus.content;

import java.util.regex.Pattern;

/// A Raspberry Pi asks for each file in a folder of its own, `9ffefdef/start4.elf`, named by its
/// serial number or its MAC. What is not there is looked for without the folder.
public record SerialFolders(ContentSource files) implements ContentSource {
  private static final Pattern FOLDER =
      Pattern.compile("[0-9a-f]{8}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}");

  @Override
  public Answer open(BootPath path, Asker asker) {
    int count = path.segments().size();
    if (count < 2 || !FOLDER.matcher(path.segments().getFirst()).matches()) {
      return ContentSource.missing(path);
    }
    BootPath shared = new BootPath(path.segments().subList(1, count), path.directory());
    return files.open(shared, asker) instanceof Answer.Found found
        ? found
        : ContentSource.missing(path);
  }
}
