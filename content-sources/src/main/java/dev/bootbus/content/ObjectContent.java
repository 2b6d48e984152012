package dev.bootbus.content;

import dev.bootbus.content.ContentSource.Fault;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.ObjectInfo;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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

  private final class ChunkStream extends InputStream {
    private final @Nullable MessageDigest digest =
        String.valueOf(info.getDigest()).startsWith(DIGEST) ? sha256() : null;

    private byte[] current = {};
    private int position;
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
        current = bytes(there);
        position = (int) (offset % size);
        taken = ahead * size + current.length;
        next = there.getSeq() + 1;
        return;
      }
      skipNBytes(offset);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (available() == 0) {
        if (taken == info.getSize()) {
          return -1;
        }
        take();
      }
      int count = Math.min(length, available());
      System.arraycopy(current, position, into, offset, count);
      position += count;
      return count;
    }

    private void take() throws IOException {
      MessageInfo message = coming == null ? chunks.from(next, path) : await(coming);
      coming = null;
      next = message.getSeq() + 1;
      current = bytes(message);
      position = 0;
      taken += current.length;
      if (current.length == 0 || taken > info.getSize()) {
        throw damaged("its chunks do not make up its size");
      }
      check();
      if (taken < info.getSize()) {
        askAhead();
      }
    }

    /// Before the last bytes are given away.
    private void check() throws SourceFailedException {
      if (digest == null || !whole) {
        return;
      }
      digest.update(current);
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

    private static MessageInfo await(CompletableFuture<MessageInfo> chunk) throws IOException {
      try {
        return chunk.get(); // ends as the request does
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof SourceFailedException why) {
          throw why;
        }
        throw new IOException(e.getCause());
      }
    }

    private static byte[] bytes(MessageInfo message) {
      byte[] data = message.getData();
      return data == null ? new byte[0] : data;
    }

    @Override
    public int available() {
      return current.length - position;
    }
  }
}
