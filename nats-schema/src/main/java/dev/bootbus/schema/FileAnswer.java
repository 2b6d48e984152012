package dev.bootbus.schema;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;

/// What a backend says of a file that it was asked for. On the wire an error always has a message.
public sealed interface FileAnswer {
  /// What every language can count in a JSON number.
  long MAX_SIZE = (1L << 53) - 1;

  /// Bytes of one piece that fit into one message, in base64 too, where the nats-server has its
  /// usual limit of 1 MiB.
  int PIECE = 512 << 10;

  /// The file itself where one message holds it; otherwise a piece, from the offset that was asked
  /// for.
  ///
  /// @param mediaType of the file, as in an HTTP Content-Type
  /// @param size bytes of the whole file, if that is known
  /// @param more whether there is more after this piece, so that the asker comes again
  /// @param version what tells one state of the file from another, or empty: visible ASCII without
  ///     quotes, at most 128. A piece of another version than the first ends the transfer.
  record Content(Body body, String mediaType, OptionalLong size, boolean more, String version)
      implements FileAnswer {
    private static final int MAX_VERSION = 128;

    public Content {
      if (size.isPresent() && (size.getAsLong() < 0 || size.getAsLong() > MAX_SIZE)) {
        throw new IllegalArgumentException("the size is " + size.getAsLong());
      }
      if (version.length() > MAX_VERSION || !version.chars().allMatch(Content::isVisible)) {
        throw new IllegalArgumentException(
            "a version is at most 128 visible ASCII characters without quotes");
      }
    }

    private static boolean isVisible(int c) {
      return '!' <= c && c <= '~' && c != '"';
    }

    public Content(String text, String mediaType) {
      this(new Body.Text(text), mediaType, OptionalLong.empty(), false, "");
    }

    /// @param bytes copied
    public Content(byte[] bytes, String mediaType) {
      this(Body.Bytes.of(bytes), mediaType, OptionalLong.empty(), false, "");
    }

    /// What of a file in memory comes next, at most [#PIECE] bytes.
    ///
    /// @throws IllegalArgumentException if the offset lies behind the end
    public static Content piece(FileRequest request, byte[] all, String mediaType, String version) {
      if (request.offset() > all.length) {
        throw new IllegalArgumentException("the file ends at " + all.length);
      }
      int from = (int) request.offset();
      int length = Math.min(PIECE, all.length - from);
      return new Content(
          Body.Bytes.of(ByteBuffer.wrap(all, from, length)),
          mediaType,
          OptionalLong.of(all.length),
          from + length < all.length,
          version);
    }

    public Content ofSize(long bytes) {
      return new Content(body, mediaType, OptionalLong.of(bytes), more, version);
    }

    public Content andMore() {
      return new Content(body, mediaType, size, true, version);
    }

    public Content ofVersion(String state) {
      return new Content(body, mediaType, size, more, state);
    }

    /// A copy.
    public byte[] bytes() {
      return body.copy();
    }
  }

  /// In which form a message holds a file, or a piece of it.
  sealed interface Body {
    record Text(String text) implements Body {
      @Override
      public byte[] copy() {
        return text.getBytes(StandardCharsets.UTF_8);
      }
    }

    /// @param bytes from its position to its limit; nobody changes them
    record Bytes(ByteBuffer bytes) implements Body {
      static Bytes of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
      }

      static Bytes of(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        return new Bytes(copy.put(bytes).flip().asReadOnlyBuffer());
      }

      @Override
      public ByteBuffer bytes() {
        return bytes.duplicate();
      }

      @Override
      public byte[] copy() {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return copy;
      }
    }

    byte[] copy();
  }

  /// @param reason one sentence for the machine's console and the log
  record NotFound(String reason) implements FileAnswer {
    public NotFound {
      reason = reason.isEmpty() ? "not found" : reason;
    }
  }

  /// @param reason one sentence for the machine's console and the log
  record Denied(String reason) implements FileAnswer {
    public Denied {
      reason = reason.isEmpty() ? "denied" : reason;
    }
  }

  /// The file is being made. Older peers read it as error 503.
  ///
  /// @param reason one sentence for the machine's console and the log
  /// @param retryAfter how long the machine should wait before it asks again: whole seconds, 1 to
  ///     a day; anything else becomes the nearest
  record NotReady(String reason, Duration retryAfter) implements FileAnswer {
    static final long MAX_RETRY_AFTER = 86_400;
    static final int CODE = 503;

    public NotReady {
      reason = reason.isEmpty() ? "not ready" : reason;
      long seconds = retryAfter.getSeconds() + (retryAfter.getNano() > 0 ? 1 : 0);
      retryAfter = Duration.ofSeconds(Math.clamp(seconds, 1, MAX_RETRY_AFTER));
    }
  }

  /// The backend could not say now: too busy (429), or at fault (500, 503).
  ///
  /// @param reason one sentence for the machine's console and the log
  record Failed(int code, String reason) implements FileAnswer {
    public Failed {
      reason = reason.isEmpty() ? "error " + code : reason;
    }
  }
}
