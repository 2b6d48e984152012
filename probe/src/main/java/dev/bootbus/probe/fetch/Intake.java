package dev.bootbus.probe.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What is kept of a file as it passes: its size, its checksum, its beginning.
final class Intake {
  private final Fetcher.Limits limits;
  private final Fetcher.Sink sink;
  private final MessageDigest digest;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private long size;

  Intake(Fetcher.Limits limits, Fetcher.Sink sink) {
    this.limits = limits;
    this.sink = sink;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Whether the piece would make the file larger than the limit; then it is not taken.
  boolean overflows(int more) {
    return size + more > limits.size();
  }

  /// Bytes, more of which are not taken.
  long most() {
    return limits.size();
  }

  void expect(long bytes) {
    sink.expect(bytes);
  }

  void take(ByteBuffer piece) {
    int keep = Math.min(limits.kept() - head.size(), piece.remaining());
    for (int i = 0; i < keep; i++) {
      head.write(piece.get(piece.position() + i));
    }
    size += piece.remaining();
    digest.update(piece.duplicate());
    sink.take(piece);
  }

  long size() {
    return size;
  }

  byte[] head() {
    return head.toByteArray();
  }

  /// Of what came so far; more may come.
  byte[] soFar() {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of the JDK can be cloned", e);
    }
  }

  /// Of all; nothing can be taken after.
  byte[] sha256() {
    return digest.digest();
  }
}
