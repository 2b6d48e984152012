package dev.bootbus.http.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.content.Content;
import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.content.Proxies;
import dev.bootbus.content.Upstream;
import dev.bootbus.content.UpstreamTrust;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A mirror of a [FakeUpstream], with a clock that can be moved.
final class Mirrored implements AutoCloseable {
  static final long MIB = 1 << 20;
  static final Duration FRESH = Duration.ofMinutes(10);
  static final Duration MAX_AGE = Duration.ofDays(10);

  private static final Duration PATIENT = Duration.ofSeconds(10);

  final List<Note> notes = new CopyOnWriteArrayList<>();
  final Mirror mirror;
  private final Upstream upstream;
  private volatile Instant now;

  private Mirrored(Path directory, URI url, long maxBytes, Pins pins, Duration timeout)
      throws IOException {
    this.now = Instant.now();
    this.upstream = upstream(url, timeout);
    Duration patience = timeout.multipliedBy(4);
    Mirror.Settings settings = new Mirror.Settings(directory, maxBytes, MAX_AGE, FRESH, patience);
    this.mirror = Mirror.open(settings, upstream, pins, () -> this.now, notes::add);
  }

  private static Upstream upstream(URI url, Duration timeout) {
    return Upstream.of(
        new Upstream.Settings(url, timeout, UpstreamTrust.ofTheJvm(), Proxies.of(Map.of()), 64));
  }

  static Mirrored of(FakeUpstream upstream, Path directory) throws IOException {
    return of(upstream, directory, 64 * MIB, Pins.NONE);
  }

  static Mirrored of(FakeUpstream upstream, Path directory, long maxBytes, Pins pins)
      throws IOException {
    return new Mirrored(directory, upstream.url(), maxBytes, pins, PATIENT);
  }

  static Mirrored of(URI url, Path directory) throws IOException {
    return new Mirrored(directory, url, 64 * MIB, Pins.NONE, PATIENT);
  }

  /// One that waits only half a second for upstream.
  static Mirrored impatient(FakeUpstream upstream, Path directory) throws IOException {
    return new Mirrored(directory, upstream.url(), 64 * MIB, Pins.NONE, Duration.ofMillis(500));
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static BootPath path(String name) {
    try {
      return BootPath.ofUrl(name);
    } catch (BootPath.RefusedException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Asker asker() {
    return new Asker(
        Protocol.HTTP, InetAddress.getLoopbackAddress(), MacAddress.NONE, Traceparent.fresh());
  }

  Answer ask(String name) {
    return mirror.open(path(name), asker());
  }

  Content open(String name) {
    Answer answer = ask(name);
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).content();
  }

  byte[] read(String name) throws IOException {
    return read(name, 0);
  }

  byte[] read(String name, long offset) throws IOException {
    try (Content content = open(name);
        InputStream in = content.from(offset)) {
      return in.readAllBytes();
    }
  }

  /// How the downloads of a file ended.
  List<Note.End> ends(String name) {
    return notes.stream()
        .filter(note -> note.path().equals(path(name)))
        .filter(Note.Ended.class::isInstance)
        .map(note -> ((Note.Ended) note).end())
        .toList();
  }

  List<String> losses() {
    return notes.stream()
        .filter(Note.Lost.class::isInstance)
        .map(Note.Lost.class::cast)
        .map(lost -> lost.loss().key() + " " + lost.path())
        .toList();
  }

  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void close() throws IOException {
    mirror.close();
    upstream.close();
  }
}
