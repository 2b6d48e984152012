package dev.bootbus.kernel.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.store.Bucket.Written;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BucketTest {
  private static final class Words implements Bucket.Format<String, String> {
    @Override
    public String key(String text) {
      return text;
    }

    @Override
    public byte[] write(String value) {
      return value.getBytes(UTF_8);
    }

    @Override
    public String read(byte[] bytes) {
      return new String(bytes, UTF_8);
    }
  }

  private NatsServer nats;
  private Connection connection;
  private Bucket<String, String> mine;
  private Bucket<String, String> theirs;

  @BeforeEach
  void twoReplicas() throws Exception {
    nats = NatsServer.start(true);
    connection = Nats.connect(nats.url());
    mine = bucket();
    theirs = bucket();
  }

  private Bucket<String, String> bucket() throws Exception {
    Bucket<String, String> bucket = new Bucket<>("words", 1, 3, new Words(), (_, _, _) -> {});
    bucket.load(connection);
    return bucket;
  }

  @AfterEach
  void stop() throws Exception {
    mine.close();
    theirs.close();
    connection.close();
    nats.close();
  }

  private static Written write(Bucket<String, String> bucket, String key, String value) {
    CompletableFuture<Written> written = new CompletableFuture<>();
    bucket.write(key, value, bucket.find(key), written::complete);
    return written.join();
  }

  private static Written remove(Bucket<String, String> bucket, Entry<String> instead) {
    CompletableFuture<Written> removed = new CompletableFuture<>();
    bucket.remove("a", instead, removed::complete);
    return removed.join();
  }

  private static Entry<String> found(Bucket<String, String> bucket) {
    return Objects.requireNonNull(bucket.find("a"));
  }

  @Test
  void whatIsRemovedIsGoneEverywhereAndMayBeWrittenAgain() {
    assertThat(write(mine, "a", "one")).isEqualTo(new Written.Stored());
    await().until(() -> theirs.find("a") != null);
    assertThat(remove(mine, found(mine))).isEqualTo(new Written.Stored());
    assertThat(mine.find("a")).isNull();
    await().until(() -> theirs.find("a") == null);
    assertThat(write(theirs, "a", "two")).isEqualTo(new Written.Stored());
    await().until(() -> mine.find("a") != null);
  }

  @Test
  void onlyWhatWasSeenIsRemoved() {
    write(mine, "a", "one");
    Entry<String> seen = found(mine);
    write(mine, "a", "two");
    assertThat(remove(mine, seen)).isEqualTo(new Written.Overtaken());
    assertThat(found(mine)).isInstanceOf(Entry.Readable.class);
  }

  @Test
  void historyTellsTheLastThreeWithTheMarker() throws Exception {
    Instant before = Instant.now().minusSeconds(60); // its clock may be another
    for (String word : List.of("one", "two", "three")) {
      write(mine, "a", word);
    }
    remove(mine, found(mine));
    assertThat(theirs.history("a"))
        .allMatch(past -> past.time().isAfter(before))
        .extracting(
            past -> past.entry() instanceof Entry.Readable<String>(var word, _) ? word : "-")
        .containsExactly("two", "three", "-");
    assertThat(theirs.history("b")).isEmpty();
  }
}
