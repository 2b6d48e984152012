package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// What somebody else may write: `countdown/3` is three lines. The README shows it.
public final class Countdown implements ContentSource {
  @Override
  public Answer open(BootPath path, Asker asker) {
    List<String> names = path.segments();
    if (names.size() != 2 || !names.getFirst().equals("countdown")) {
      return ContentSource.missing(path);
    }
    return new Answer.Found(new Lines(Integer.parseInt(names.getLast())));
  }

  private record Lines(int from) implements Content.Streamed {
    @Override
    public OptionalLong size() {
      return OptionalLong.empty();
    }

    @Override
    public String mediaType() {
      return "text/plain";
    }

    @Override
    public String version() {
      return "";
    }

    @Override
    public InputStream from(long offset) throws java.io.IOException {
      InputStream lines =
          new java.io.SequenceInputStream(
              Collections.enumeration(
                  IntStream.range(0, from)
                      .mapToObj(i -> (from - i) + "\n")
                      .map(
                          line ->
                              (InputStream) new java.io.ByteArrayInputStream(line.getBytes(UTF_8)))
                      .toList()));
      lines.skipNBytes(offset);
      return lines;
    }

    @Override
    public void close() {}
  }
}
