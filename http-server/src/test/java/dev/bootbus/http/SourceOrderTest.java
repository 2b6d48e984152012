package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource;
import dev.bootbus.content.DiskRoot;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceOrderTest {
  @TempDir private Path root;

  @Test
  void aSourceBeforeTheDiskIsAskedEachTime() throws Exception {
    AtomicBoolean has = new AtomicBoolean();
    ContentSource first =
        (path, _) ->
            has.get()
                ? new ContentSource.Answer.Found(
                    new Content.Written("written".getBytes(UTF_8), "text/plain"))
                : ContentSource.missing(path);
    try (Served served = Served.inOrder(root, first, DiskRoot.at(root))) {
      served.put("file", "on disk".getBytes(UTF_8));
      assertThat(get(served)).isEqualTo("on disk");
      assertThat(get(served)).isEqualTo("on disk");
      has.set(true);
      assertThat(get(served)).isEqualTo("written");
    }
  }

  private static String get(Served served) throws Exception {
    return RawClient.once(served.port(), "GET /file HTTP/1.1\r\nHost: x\r\n\r\n").text();
  }
}
