package dev.bootbus.content;

import dev.bootbus.content.ContentSource.Fault;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A file that a backend answers piece by piece. While one is read the next is asked for, so two
/// are in memory.
final class PiecedContent implements Content.Streamed {
  /// Another process of the backend may know what the first that was asked did not say in time.
  private static final int ATTEMPTS = 2;

  /// For a piece that is not ready, in all.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Bus bus;
  private final FileRequest request;
  private final FileAnswer.Content first;
  private final long most;

  PiecedContent(Bus bus, FileRequest request, FileAnswer.Content first, long most) {
    this.bus = bus;
    this.request = request;
    this.first = first;
    this.most = most;
  }

  @Override
  public OptionalLong size() {
    return first.size();
  }

  @Override
  public String mediaType() {
    return first.mediaType();
  }

  @Override
  public String version() {
    return first.version();
  }

  @Override
  public InputStream from(long offset) {
    return new Pieces(offset);
  }

  @Override
  public void close() {
    // nobody holds anything for it
  }

  private FileAnswer.Content ask(long offset) throws SourceFailedException, InterruptedException {
    FileRequest piece = request.from(offset, first.version());
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int attempt = 1; ; ) {
      String why;
      try {
        switch (bus.ask(piece)) {
          case FileAnswer.Content content -> {
            return checked(content, offset);
          }
          case FileAnswer.NotReady(var reason, var retryAfter) -> {
            if (System.nanoTime() + retryAfter.toNanos() - end > 0) {
              throw brokeOff(offset, reason);
            }
            Thread.sleep(retryAfter);
            continue;
          }
          case FileAnswer.NotFound(var reason) -> throw brokeOff(offset, reason);
          case FileAnswer.Denied(var reason) -> throw brokeOff(offset, reason);
          case FileAnswer.Failed(_, var reason) -> why = reason;
        }
      } catch (BackendUnavailableException e) {
        why = String.valueOf(e.getMessage());
      }
      if (attempt++ == ATTEMPTS || Thread.currentThread().isInterrupted()) {
        throw brokeOff(offset, why);
      }
    }
  }

  private FileAnswer.Content checked(FileAnswer.Content piece, long offset)
      throws SourceFailedException {
    if (!piece.version().equals(first.version())) {
      throw brokeOff(offset, "the file has changed");
    }
    if (!piece.size().equals(first.size())) {
      throw brokeOff(offset, "its size has changed");
    }
    long end = offset + piece.bytes().length;
    if (piece.more() && end == offset) {
      throw brokeOff(offset, "a piece has no bytes, and is not the last");
    }
    if (end > most) {
      throw brokeOff(offset, "it has more than " + most + " bytes");
    }
    if (first.size().isPresent()
        && (piece.more() ? end >= first.size().getAsLong() : end != first.size().getAsLong())) {
      throw brokeOff(
          offset,
          "it should have %d bytes, and has %s%d"
              .formatted(first.size().getAsLong(), piece.more() ? "more than " : "", end));
    }
    return piece;
  }

  private SourceFailedException brokeOff(long offset, String why) {
    return new SourceFailedException(
        Fault.BACKEND,
        "The backend broke off /%s after %d bytes: %s.".formatted(request.path(), offset, why));
  }

  private final class Pieces extends PartStream {
    private long asked;
    private @Nullable CompletableFuture<FileAnswer.Content> coming;
    private @Nullable Thread asking;
    private boolean last;

    Pieces(long offset) {
      asked = offset;
      byte[] begun = first.bytes();
      if (offset < begun.length) {
        asked = begun.length;
        begin(begun, (int) offset);
        askAhead();
      }
    }

    private void askAhead() {
      coming = new CompletableFuture<>();
      CompletableFuture<FileAnswer.Content> answer = coming;
      long offset = asked;
      asking =
          Thread.ofVirtual()
              .name("piece")
              .start(
                  () -> {
                    try {
                      answer.complete(ask(offset));
                    } catch (SourceFailedException | InterruptedException | RuntimeException e) {
                      answer.completeExceptionally(e);
                    }
                  });
    }

    @Override
    byte @Nullable [] take() throws IOException {
      if (last) {
        return null;
      }
      if (coming == null) {
        askAhead();
      }
      FileAnswer.Content piece = await(coming);
      asked += piece.bytes().length;
      last = !piece.more();
      coming = null;
      if (!last) {
        askAhead();
      }
      return piece.bytes();
    }

    @Override
    public void close() {
      Thread ahead = asking;
      if (ahead != null) {
        ahead.interrupt();
      }
    }
  }
}
