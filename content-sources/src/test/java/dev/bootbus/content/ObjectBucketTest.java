package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.ObjectStore;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.impl.Headers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectBucketTest {
  private static final int CHUNK = 128 << 10; // what every client writes unless told otherwise
  private static final byte[] BYTES = new byte[3 * CHUNK + 77];
  private static final Asker ASKER =
      new Asker(
          Protocol.TFTP, InetAddress.getLoopbackAddress(), MacAddress.NONE, Traceparent.fresh());

  private static NatsServer nats;
  private static Bus bus;
  private static Connection other;
  private static ObjectStore store;
  private static ObjectBucket source;

  @BeforeAll
  static void start() throws Exception {
    new Random(5).nextBytes(BYTES);
    nats = NatsServer.start(true);
    bus = Bus.connect(BusSettings.of("tftp-server").withServers(nats.url()), _ -> {});
    source = ObjectBucket.of(bus, "artifacts");
    other = Nats.connect(nats.url());
    for (String name : new String[] {"artifacts", "elsewhere"}) {
      other
          .objectStoreManagement()
          .create(ObjectStoreConfiguration.builder(name).storageType(StorageType.Memory).build());
    }
    store = other.objectStore("artifacts");
    await().until(() -> !(source.open(path("x"), ASKER) instanceof Answer.Unavailable));
  }

  @AfterAll
  static void stop() throws Exception {
    other.close();
    bus.close();
    nats.close();
  }

  private static BootPath path(String name) throws Exception {
    return BootPath.ofTftp(name);
  }

  private static Content open(String name) throws Exception {
    Answer answer = source.open(path(name), ASKER);
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).content();
  }

  private static byte[] read(Content content, long offset) throws IOException {
    try (content;
        InputStream in = content.from(offset)) {
      return in.readAllBytes();
    }
  }

  @Test
  void anObjectIsServedUnderItsName() throws Exception {
    ObjectInfo put = store.put("debian/linux", BYTES);

    Content.Streamed content = (Content.Streamed) open("//debian\\linux");

    assertThat(content.size()).hasValue(BYTES.length);
    assertThat(content.version()).isEqualTo(put.getNuid());
    assertThat(content.mediaType()).isEqualTo("application/octet-stream");
    assertThat(read(content, 0)).isEqualTo(BYTES);
  }

  @Test
  void anEmptyOneIsAFile() throws Exception {
    store.put("empty", new byte[0]);

    assertThat(read(open("empty"), 0)).isEmpty();
  }

  @Test
  void itsContentTypeIsKept() throws Exception {
    store.put(
        ObjectMeta.builder("typed").headers(new Headers().put("Content-Type", "a/b")).build(),
        new ByteArrayInputStream(BYTES));

    assertThat(((Content.Streamed) open("typed")).mediaType()).isEqualTo("a/b");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 76, 3 * CHUNK + 77})
  void itCanBeReadFromAnywhere(int offset) throws Exception {
    store.put("ranged", BYTES);

    assertThat(read(open("ranged"), offset))
        .isEqualTo(Arrays.copyOfRange(BYTES, offset, BYTES.length));
  }

  /// Two writers at once.
  @Test
  void chunksThatDoNotLieInOneRowAreFoundToo() throws Exception {
    InputStream slow =
        new ByteArrayInputStream(BYTES) {
          private int reads;

          @Override
          public int read(byte[] into, int offset, int length) {
            if (++reads == 2) {
              try {
                store.put("between", BYTES);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
            return super.read(into, offset, Math.min(length, CHUNK));
          }
        };
    store.put("mixed", slow);

    assertThat(read(open("mixed"), 0)).isEqualTo(BYTES);
    assertThat(read(open("mixed"), 2 * CHUNK + 5))
        .isEqualTo(Arrays.copyOfRange(BYTES, 2 * CHUNK + 5, BYTES.length));
  }

  /// A writer whose source gives it less at once than a chunk may hold.
  @Test
  void chunksOfOtherSizesAreFoundToo() throws Exception {
    InputStream dripping =
        new ByteArrayInputStream(BYTES) {
          private final Random random = new Random(4);

          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1 + random.nextInt(CHUNK)));
          }
        };
    store.put("uneven", dripping);

    assertThat(read(open("uneven"), 0)).isEqualTo(BYTES);
    assertThat(read(open("uneven"), CHUNK + 5))
        .isEqualTo(Arrays.copyOfRange(BYTES, CHUNK + 5, BYTES.length));
  }

  @Test
  void aLargeOneIsStreamed() throws Exception {
    int size = 50 << 20;
    MessageDigest written = MessageDigest.getInstance("SHA-256");
    InputStream random =
        new InputStream() {
          private final Random bytes = new Random(9);
          private int left = size;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            if (left == 0) {
              return -1;
            }
            byte[] some = new byte[Math.min(length, left)];
            bytes.nextBytes(some);
            System.arraycopy(some, 0, into, offset, some.length);
            left -= some.length;
            return some.length;
          }
        };
    store.put("large", new DigestInputStream(random, written));
    MessageDigest read = MessageDigest.getInstance("SHA-256");
    long total;
    try (Content content = open("large");
        InputStream in = new DigestInputStream(content.from(0), read)) {
      total = in.transferTo(java.io.OutputStream.nullOutputStream());
    }

    assertThat(total).isEqualTo(size);
    assertThat(HexFormat.of().formatHex(read.digest()))
        .isEqualTo(HexFormat.of().formatHex(written.digest()));
    store.delete("large");
  }

  @Test
  void whatIsNotThereIsMissing() throws Exception {
    store.put("gone", BYTES);
    store.delete("gone");
    store.put("folder/file", BYTES);

    for (String name : new String[] {"never", "gone", "folder", "folder/", ""}) {
      assertThat(source.open(path(name), ASKER)).isEqualTo(ContentSource.missing(path(name)));
    }
    ObjectBucket missing = ObjectBucket.of(bus, "no-such-bucket");
    await()
        .until(
            () -> {
              return missing
                  .open(path("f"), ASKER)
                  .equals(new Answer.Missing("/f is not here: there is no bucket no-such-bucket."));
            });
  }

  @Test
  void aLinkIsFollowedOneStepAndNotOut() throws Exception {
    ObjectInfo file = store.put("file", BYTES);
    ObjectInfo link = store.addLink("link", file);
    // no client of ours writes it
    String linkToLink =
        link.toJson().replace("\"name\":\"link\"", "\"name\":\"again\"").replace("file", "link");
    other
        .jetStream()
        .publish(
            "$O.artifacts.M." + Base64.getUrlEncoder().encodeToString("again".getBytes(UTF_8)),
            linkToLink.getBytes(UTF_8));
    ObjectStore elsewhere = other.objectStore("elsewhere");
    store.addLink("out", elsewhere.put("file", BYTES));
    store.addBucketLink("bucket", elsewhere);

    assertThat(link.isLink()).isTrue();
    assertThat(read(open("link"), 0)).isEqualTo(BYTES);
    for (String name : new String[] {"out", "bucket", "again"}) {
      assertThat(source.open(path(name), ASKER)).isInstanceOf(Answer.Denied.class);
    }
    store.delete("file");
    assertThat(source.open(path("link"), ASKER)).isInstanceOf(Answer.Missing.class);
  }

  @Test
  void oneThatIsReplacedWhileItIsReadBreaksOff() throws Exception {
    store.put("changing", BYTES);
    try (InputStream in = open("changing").from(0)) {
      in.readNBytes(10);
      store.put("changing", new byte[5]);

      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(SourceFailedException.class)
          .hasMessage("/changing was replaced or deleted while it was read.");
    }
  }

  @Test
  void oneWhoseBytesAreOthersIsDamaged() throws Exception {
    ObjectInfo put = store.put("damaged", new byte[] {1, 2, 3});
    String chunks = "$O.artifacts.C." + put.getNuid();
    long sequence = other.jetStreamManagement().getLastMessage("OBJ_artifacts", chunks).getSeq();
    other.jetStreamManagement().deleteMessage("OBJ_artifacts", sequence);
    other.jetStream().publish(chunks, new byte[] {1, 2, 4});

    assertThatThrownBy(() -> read(open("damaged"), 0))
        .isInstanceOf(SourceFailedException.class)
        .hasMessage("/damaged is damaged in its bucket: its digest is another.");
  }

  @Test
  void withoutABusItIsUnavailable() throws Exception {
    try (Bus nowhere =
        Bus.connect(BusSettings.of("x").withServers("nats://127.0.0.1:1"), _ -> {})) {
      assertThat(ObjectBucket.of(nowhere, "artifacts").open(path("f"), ASKER))
          .isEqualTo(
              new Answer.Unavailable(
                  Fault.BACKEND,
                  "/f cannot be had from the bucket artifacts: there is no connection to the"
                      + " bus."));
    }
  }

  @Test
  void withoutJetStreamItIsUnavailable() throws Exception {
    try (NatsServer plain = NatsServer.start();
        Bus bare = Bus.connect(BusSettings.of("x").withServers(plain.url()), _ -> {})) {
      ObjectBucket bucket = ObjectBucket.of(bare, "artifacts");
      await()
          .until(
              () ->
                  bucket.open(path("f"), ASKER) instanceof Answer.Unavailable(_, var reason)
                      && !reason.contains("no connection"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a.b", "a*", "ä"})
  void whatIsNoNameOfABucketIsRefused(String name) {
    assertThatThrownBy(() -> ObjectBucket.of(bus, name))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
