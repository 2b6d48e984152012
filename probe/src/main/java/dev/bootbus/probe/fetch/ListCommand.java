package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.JsonDocument;
import dev.bootbus.probe.Report;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bootbus-probe ls`.
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Walks a web server's listing as FreeBSD's loader does.")
public final class ListCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "A directory: http://… or https://…")
  private String url = "";

  @Option(names = "--recursive", description = "Directories below, too.")
  private boolean recursive;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "16",
      description = "Directories below one another, 1 to 64 (default: 16).")
  private int depth;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Entries, 1 to 1000000 (default: 10000).")
  private int most;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "For all of it, 1 to 86400 (default: 300).")
  private long deadline;

  @Mixin private final WebOptions web = new WebOptions();

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "Address of this machine to ask from.")
  private @Nullable InetAddress from;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not on a command line");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (HttpFetcher fetcher = web.fetcher(HttpProfile.PLAIN, Optional.ofNullable(from))) {
      checkRanges();
      var walk =
          new ListingWalk(
              fetcher,
              recursive ? depth : 0,
              most,
              Duration.ofSeconds(deadline),
              json ? _ -> {} : found -> print(found, out));
      ListingWalk.Result result = walk.walk(HttpCommand.uri(url));
      if (json) {
        JsonDocument.print(document(result), out);
      } else {
        out.println("%d files, %d directories".formatted(result.files(), result.directories()));
        new Report(Terminal.ofEnvironment()).print(result.findings(), out);
      }
      List<Finding> findings = result.findings();
      return findings.stream().anyMatch(f -> Download.isSilence(f.cause()))
          ? Report.SILENCE
          : Report.exitCode(findings);
    } catch (IllegalArgumentException | IOException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void checkRanges() {
    if (depth < 1 || depth > 64 || most < 1 || most > 1_000_000) {
      throw new IllegalArgumentException("--depth is 1 to 64, --most 1 to 1000000");
    }
    if (deadline < 1 || deadline > 86_400) {
      throw new IllegalArgumentException("--deadline is 1 to 86400");
    }
  }

  private static void print(ListingWalk.Found found, PrintWriter out) {
    String size = found.size().isPresent() ? String.valueOf(found.size().getAsLong()) : "";
    out.println(
        "%12s  %s%s".formatted(size, "  ".repeat(found.depth()), Terminal.printable(found.name())));
    out.flush();
  }

  private static Map<String, Object> document(ListingWalk.Result result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("entries", result.found().stream().map(ListCommand::document).toList());
    map.put("files", result.files());
    map.put("directories", result.directories());
    map.put("findings", JsonDocument.of(result.findings()));
    return map;
  }

  private static Map<String, Object> document(ListingWalk.Found found) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("url", found.url());
    map.put("directory", found.directory());
    found.size().ifPresent(size -> map.put("bytes", size));
    return map;
  }
}
