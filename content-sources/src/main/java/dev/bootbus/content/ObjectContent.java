package dev.bootbus.content;

import dev.bootbus.content.ContentSource.Fault;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One object, of which two chunks are in memory while it is read.
final class ObjectContent implements Content.Streamed {
  private static final String DIGEST = "SHA-256=";

  private final BootPath path;
  private final ObjectInfo info;
  private final ObjectBucket.Chunks chunks;

  ObjectContent(BootPath path, ObjectInfo info, ObjectBucket.Chunks chunks) {
    this.path = path;
    this.info = info;
    this.chunks = chunks;
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(info.getSize());
  }

  /// As whoever stored it said, which hardly anybody does.
  @Override
  public String mediaType() {
    Headers headers = info.getHeaders();
    String type = headers == null ? null : headers.getLast("Content-Type");
    return type == null ? BYTES : type;
  }

  /// Each storing has an id of its own.
  @Override
  public String version() {
    return String.valueOf(info.getNuid());
  }

  @Override
  public InputStream from(long offset) throws IOException {
    ChunkStream stream = new ChunkStream();
    if (offset > 0) {
      stream.skipTo(offset);
    }
    return stream;
  }

  @Override
  public void close() {
    // nobody holds anything for it
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private SourceFailedException damaged(String why) {
    return new SourceFailedException(
        Fault.BACKEND, "/" + path + " is damaged in its bucket: " + why + ".");
  }

  private final class ChunkStream extends PartStream {
    private final @Nullable MessageDigest digest =
        String.valueOf(info.getDigest()).startsWith(DIGEST) ? sha256() : null;

    private long taken;
    private long next = 1;
    private boolean whole = true;
    private @Nullable CompletableFuture<MessageInfo> coming;

    /// Where all chunks are as large as they may be, and lie in one row, as they do unless two
    /// objects were stored at once, it is known which one is wanted. Otherwise all before it are
    /// read.
    void skipTo(long offset) throws IOException {
      if (offset >= info.getSize()) {
        taken = info.getSize();
        return;
      }
      MessageInfo first = chunks.from(1, path);
      long size = Math.max(1, info.getObjectMeta().getObjectMetaOptions().getChunkSize());
      long ahead = offset / size;
      MessageInfo there = chunks.from(first.getSeq() + ahead, path);
      MessageInfo last = chunks.from(first.getSeq() + info.getChunks() - 1, path);
      boolean inOneRow =
          bytes(first).length == Math.min(size, info.getSize())
              && there.getSeq() == first.getSeq() + ahead
              && last.getSeq() == first.getSeq() + info.getChunks() - 1
              && bytes(last).length == info.getSize() - (info.getChunks() - 1) * size;
      if (inOneRow) {
        whole = false;
        byte[] chunk = bytes(there);
        begin(chunk, (int) (offset % size));
        taken = ahead * size + chunk.length;
        next = there.getSeq() + 1;
        return;
      }
      skipNBytes(offset);
    }

    @Override
    byte @Nullable [] take() throws IOException {
      if (taken == info.getSize()) {
        return null;
      }
      MessageInfo message = coming == null ? chunks.from(next, path) : await(coming);
      coming = null;
      next = message.getSeq() + 1;
      byte[] chunk = bytes(message);
      taken += chunk.length;
      if (chunk.length == 0 || taken > info.getSize()) {
        throw damaged("its chunks do not make up its size");
      }
      check(chunk);
      if (taken < info.getSize()) {
        askAhead();
      }
      return chunk;
    }

    /// Before the last bytes are given away.
    private void check(byte[] chunk) throws SourceFailedException {
      if (digest == null || !whole) {
        return;
      }
      digest.update(chunk);
      if (taken == info.getSize()
          && !info.getDigest()
              .equals(DIGEST + Base64.getUrlEncoder().encodeToString(digest.digest()))) {
        throw damaged("its digest is another");
      }
    }

    private void askAhead() {
      CompletableFuture<MessageInfo> answer = new CompletableFuture<>();
      long sequence = next;
      coming = answer;
      Thread.ofVirtual()
          .name("chunk")
          .start(
              () -> {
                try {
                  answer.complete(chunks.from(sequence, path));
                } catch (SourceFailedException | RuntimeException e) {
                  answer.completeExceptionally(e);
                }
              });
    }

    private static byte[] bytes(MessageInfo message) {
      byte[] data = message.getData();
      return data == null ? new byte[0] : data;
    }
  }
}
