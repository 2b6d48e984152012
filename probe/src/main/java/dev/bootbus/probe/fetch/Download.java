package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.JsonDocument;
import dev.bootbus.probe.Report;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// One file to fetch and to tell about, on a command line: a mixin.
final class Download {
  private static final long MOST_SECONDS = 86_400;
  private static final Duration BETWEEN_LINES = Duration.ofMillis(200);
  private static final String CLEARED = "\r\u001b[K";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--output", paramLabel = "FILE", description = "Keep the file there.")
  private @Nullable Path output;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description = "For the whole file, 1 to 86400 (default: 300).",
      defaultValue = "300")
  private long deadline;

  @Option(
      names = "--max-size",
      paramLabel = "BYTES",
      description = "Give up after so many (default: 17179869184, 16 GiB).",
      defaultValue = "17179869184")
  private long maxSize;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "Address of this machine to ask from.")
  private @Nullable InetAddress from;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  Optional<InetAddress> from() {
    return Optional.ofNullable(from);
  }

  /// @return the exit code
  int run(Fetcher fetcher, URI uri) throws InterruptedException {
    if (deadline < 1 || deadline > MOST_SECONDS || maxSize < 0) {
      throw new ParameterException(
          spec().commandLine(), "--deadline is 1 to 86400, --max-size not negative");
    }
    var limits = new Fetcher.Limits(Duration.ofSeconds(deadline), maxSize, 0);
    PrintWriter out = spec().commandLine().getOut();
    PrintWriter err = spec().commandLine().getErr();
    Terminal terminal = Terminal.ofEnvironment();
    Path part = output == null ? null : output.resolveSibling(output.getFileName() + ".part");
    try (FileChannel file = part == null ? null : create(part)) {
      Keeping sink = new Keeping(file, terminal.err() && !json ? err : null);
      Fetcher.Fetched fetched = fetcher.fetch(uri, limits, sink);
      sink.clear();
      if (output != null && part != null) {
        if (fetched instanceof Fetcher.Fetched.Whole) {
          Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
        } else {
          Files.delete(part);
        }
      }
      print(uri, fetched, new Report(terminal), out);
      return exitCode(fetched);
    } catch (IOException | UncheckedIOException e) {
      err.println(part + ": " + e.getMessage());
      return Report.BROKEN;
    }
  }

  private CommandSpec spec() {
    if (command == null) {
      throw new IllegalStateException("not on a command line");
    }
    return command;
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private static List<Finding> findings(Fetcher.Fetched fetched) {
    return switch (fetched) {
      case Fetcher.Fetched.Whole whole -> whole.findings();
      case Fetcher.Fetched.Broken broken -> List.of(broken.finding());
    };
  }

  private static int exitCode(Fetcher.Fetched fetched) {
    List<Finding> findings = findings(fetched);
    return findings.stream().anyMatch(f -> isSilence(f.cause()))
        ? Report.SILENCE
        : Report.exitCode(findings);
  }

  static boolean isSilence(Cause cause) {
    return cause == Cause.TFTP_NO_ANSWER
        || cause == Cause.TFTP_PORT_CLOSED
        || cause == Cause.HTTP_NO_ANSWER
        || cause == Cause.HTTP_PORT_CLOSED
        || cause == Cause.HOST_UNREACHABLE;
  }

  private void print(URI uri, Fetcher.Fetched fetched, Report report, PrintWriter out) {
    if (json) {
      JsonDocument.print(document(uri, fetched), out);
      return;
    }
    switch (fetched) {
      case Fetcher.Fetched.Whole whole -> {
        out.println(
            "%s in %s, %s"
                .formatted(
                    size(whole.size()), seconds(whole.took()), rate(whole.size(), whole.took())));
        out.println("agreed  " + Terminal.printable(whole.how()));
        out.println("sha256  " + HexFormat.of().formatHex(whole.sha256()));
        if (output != null) {
          out.println("kept    " + output);
        }
      }
      case Fetcher.Fetched.Broken broken ->
          out.println("%s in %s, then".formatted(size(broken.received()), seconds(broken.took())));
    }
    report.print(findings(fetched), out);
  }

  private static Map<String, Object> document(URI uri, Fetcher.Fetched fetched) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("url", uri.toString());
    map.put("seconds", fetched.took().toMillis() / 1000.0);
    switch (fetched) {
      case Fetcher.Fetched.Whole whole -> {
        map.put("bytes", whole.size());
        map.put("sha256", HexFormat.of().formatHex(whole.sha256()));
        map.put("agreed", whole.how());
      }
      case Fetcher.Fetched.Broken broken -> map.put("bytes", broken.received());
    }
    map.put("findings", JsonDocument.of(findings(fetched)));
    return map;
  }

  static String size(long bytes) {
    return bytes == 1 ? "1 byte" : "%,d bytes".formatted(bytes).replace(',', ' ');
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.3f s", took.toNanos() / 1e9);
  }

  private static String rate(long bytes, Duration took) {
    return String.format(Locale.ROOT, "%.1f MB/s", bytes * 1e3 / Math.max(1, took.toNanos()));
  }

  /// Writes the file if there is one to write, and where it stands if somebody watches.
  private static final class Keeping implements Fetcher.Sink {
    private final @Nullable FileChannel file;
    private final @Nullable PrintWriter watched;
    private final long start = System.nanoTime();
    private long printed = start;
    private boolean dirty;
    private long expected;
    private long size;

    Keeping(@Nullable FileChannel file, @Nullable PrintWriter watched) {
      this.file = file;
      this.watched = watched;
    }

    @Override
    public void expect(long bytes) {
      expected = bytes;
    }

    @Override
    public void take(ByteBuffer piece) {
      size += piece.remaining();
      try {
        while (file != null && piece.hasRemaining()) {
          file.write(piece);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      long now = System.nanoTime();
      if (watched != null && now - printed > BETWEEN_LINES.toNanos()) {
        printed = now;
        dirty = true;
        String of =
            expected > 0 ? " of " + size(expected) + ", " + size * 100 / expected + "%" : "";
        watched.print(CLEARED + size(size) + of + ", " + rate(size, Duration.ofNanos(now - start)));
        watched.flush();
      }
    }

    void clear() {
      if (watched != null && dirty) {
        dirty = false;
        watched.print(CLEARED);
        watched.flush();
      }
    }
  }
}
