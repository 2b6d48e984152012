package dev.bootbus.content;

import java.util.List;

/// A source that is asked only for names below a folder.
///
/// @param mounted whether the source knows its files by the rest of their names
record Below(List<String> folder, boolean mounted, ContentSource source) implements ContentSource {

  /// @param folder empty for all names
  static ContentSource of(BootPath folder, boolean mounted, ContentSource source) {
    return folder.segments().isEmpty() ? source : new Below(folder.segments(), mounted, source);
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    List<String> names = path.segments();
    int depth = folder.size();
    if (names.size() <= depth || !names.subList(0, depth).equals(folder)) {
      return ContentSource.missing(path);
    }
    if (!mounted) {
      return source.open(path, asker);
    }
    BootPath rest = new BootPath(names.subList(depth, names.size()), path.directory());
    Answer answer = source.open(rest, asker);
    return answer.equals(ContentSource.missing(rest)) ? ContentSource.missing(path) : answer;
  }
}
