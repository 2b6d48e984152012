package dev.bootbus.content;

import static java.util.stream.Collectors.joining;

import dev.bootbus.schema.Bus;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// Which sources a server asks, and in which order.
///
/// @param maxGenerated most bytes of one file that a backend generates
public record SourceOrder(
    List<Step> steps,
    List<Mount<Upstream.Settings>> upstreams,
    List<Mount<String>> buckets,
    long maxGenerated) {

  public static final String DISK = "disk";
  public static final String GENERATED = "generated";
  public static final String OBJECTS = "objects";
  public static final String UPSTREAM = "upstream";

  /// @param name one of the constants, or the simple name of a class
  /// @param folder that names must lie in, or the root
  public record Step(String name, BootPath folder) {
    @Override
    public String toString() {
      return folder.segments().isEmpty() ? name : name + "=/" + folder + "/";
    }
  }

  /// @param folder whose place it takes, or the root
  public record Mount<T>(BootPath folder, T what) {}

  /// @param source all of them
  public record Opened(ContentSource source, List<AutoCloseable> parts) implements AutoCloseable {
    /// Breaks off what is being read.
    @Override
    public void close() {
      for (AutoCloseable part : parts) {
        try {
          part.close();
        } catch (Exception e) {
          // a source of somebody else's; there is nothing more to be done with it
        }
      }
    }
  }

  /// Whether it is asked before all others, for every name.
  public boolean beginsWith(String name) {
    Step first = steps.getFirst();
    return first.name().equals(name) && first.folder().segments().isEmpty();
  }

  public boolean has(String name) {
    return steps.stream().anyMatch(step -> step.name().equals(name));
  }

  /// @param own what the server makes by itself: [#DISK] and [#GENERATED]
  /// @param meters where their answers are counted
  /// @param through what to put before an upstream: a cache, or nothing
  /// @throws IllegalArgumentException with one sentence
  public Opened open(
      Bus bus,
      MeterRegistry meters,
      Map<String, ContentSource> own,
      Function<Upstream, ContentSource> through) {
    List<AutoCloseable> parts = new ArrayList<>();
    Map<String, ContentSource> sources = new TreeMap<>(own);
    sources.put(OBJECTS, objects(bus));
    sources.put(UPSTREAM, upstreams(through, parts));
    List<ContentSource> inOrder = new ArrayList<>();
    for (Step step : steps) {
      ContentSource source = sources.get(step.name());
      if (source == null) {
        source = custom(step.name());
        if (source instanceof AutoCloseable part) {
          parts.add(part);
        }
      }
      inOrder.add(Below.of(step.folder(), false, new MeasuredSource(step.name(), source, meters)));
    }
    return new Opened(ContentSource.inOrder(inOrder), List.copyOf(parts));
  }

  private ContentSource objects(Bus bus) {
    return ContentSource.inOrder(
        buckets.stream()
            .map(bucket -> Below.of(bucket.folder(), true, ObjectBucket.of(bus, bucket.what())))
            .toList());
  }

  private ContentSource upstreams(
      Function<Upstream, ContentSource> through, List<AutoCloseable> parts) {
    List<ContentSource> all = new ArrayList<>();
    for (Mount<Upstream.Settings> mount : upstreams) {
      Upstream upstream = Upstream.of(mount.what());
      ContentSource source = through.apply(upstream);
      if (source != upstream && source instanceof AutoCloseable part) {
        parts.add(part);
      }
      parts.add(upstream);
      all.add(Below.of(mount.folder(), true, source));
    }
    return ContentSource.inOrder(all);
  }

  private static ContentSource custom(String name) {
    try {
      return provider(name)
          .orElseThrow(() -> new IllegalArgumentException("there is no source " + name))
          .get();
    } catch (java.util.ServiceConfigurationError e) {
      throw new IllegalArgumentException("the source " + name + " cannot be made: " + e, e);
    }
  }

  private static Stream<ServiceLoader.Provider<ContentSource>> providers() {
    return ServiceLoader.load(ContentSource.class).stream();
  }

  private static Optional<ServiceLoader.Provider<ContentSource>> provider(String name) {
    return providers()
        .filter(provider -> provider.type().getSimpleName().equalsIgnoreCase(name))
        .findFirst();
  }

  /// @throws IllegalArgumentException with one sentence, if nobody has such a source
  static void check(String name) {
    List<String> known = List.of(DISK, GENERATED, OBJECTS, UPSTREAM);
    if (!known.contains(name) && provider(name).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no source %s: there are %s"
              .formatted(
                  name,
                  Stream.concat(known.stream(), providers().map(one -> one.type().getSimpleName()))
                      .collect(joining(", "))));
    }
  }

  /// For the log.
  @Override
  public String toString() {
    return steps.stream().map(Step::toString).collect(joining(","));
  }
}
