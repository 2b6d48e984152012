package dev.bootbus.probe.fetch;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bootbus-probe http`.
@Command(
    name = "http",
    subcommands = HttpCommand.Get.class,
    mixinStandardHelpOptions = true,
    description = "Fetches files over HTTP and HTTPS.")
public final class HttpCommand {
  private static final Map<String, HttpProfile> PROFILES =
      Map.of(
          "plain", HttpProfile.PLAIN,
          "uefi", HttpProfile.UEFI,
          "ipxe", HttpProfile.IPXE,
          "pxelinux", HttpProfile.PXELINUX,
          "freebsd", HttpProfile.FREEBSD,
          "freebsd-pxe", HttpProfile.FREEBSD_PXE);

  /// How the connection is used; one of them.
  static final class Connection {
    @Option(names = "--keep-alive", description = "Use one connection for all requests.")
    private boolean keepAlive;

    @Option(names = "--close", description = "Ask for the connection's end with each answer.")
    private boolean close;

    @Option(names = "--http1.0", description = "Ask in HTTP/1.0.")
    private boolean http10;

    HttpProfile.Connection chosen() {
      if (keepAlive) {
        return HttpProfile.Connection.KEEP_ALIVE;
      }
      return close ? HttpProfile.Connection.CLOSE : HttpProfile.Connection.HTTP_1_0;
    }
  }

  /// What of the file is asked for; one of them.
  static final class Part {
    @Option(
        names = "--range",
        paramLabel = "A-[B]",
        description = "Only these bytes, both included, or from A to the end.")
    private @Nullable String range;

    @Option(
        names = "--resume",
        description = {
          "Break off in the middle, fetch the rest by Range, and compare with the file in one piece."
        })
    private boolean resume;
  }

  /// `bootbus-probe http get`.
  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Fetches one file, and says what is wrong with the answer.")
  static final class Get implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "http://… or https://…")
    private String url = "";

    @Option(
        names = "--as",
        paramLabel = "CLIENT",
        defaultValue = "plain",
        description = {
          "Whose habits to have: plain, uefi (HEAD first), ipxe, pxelinux (HTTP/1.0), freebsd (closes),"
              + " freebsd-pxe (HEAD, then 8 KiB ranges) (default: plain)."
        })
    private String as = "plain";

    @ArgGroup private @Nullable Connection connection;
    @ArgGroup private @Nullable Part part;

    @Mixin private final WebOptions web = new WebOptions();

    @Mixin private final Download download = new Download();

    @Override
    public Integer call() throws InterruptedException {
      try (HttpFetcher fetcher = web.fetcher(profile(), download.from())) {
        return download.run(fetcher, uri(url));
      } catch (IllegalArgumentException | IOException e) {
        if (spec == null) {
          throw new IllegalStateException("not on a command line", e);
        }
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
    }

    private HttpProfile profile() {
      HttpProfile profile = PROFILES.get(as.toLowerCase(Locale.ROOT));
      if (profile == null) {
        throw new IllegalArgumentException(
            "--as is plain, uefi, ipxe, pxelinux, freebsd or freebsd-pxe");
      }
      if (connection != null) {
        profile = profile.with(connection.chosen());
      }
      if (part != null) {
        profile =
            part.resume
                ? profile.resuming()
                : profile.with(ByteRange.parse(String.valueOf(part.range)));
      }
      return profile;
    }
  }

  /// @throws IllegalArgumentException if it is not of HTTP
  static URI uri(String text) {
    URI uri = URI.create(text);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
      throw new IllegalArgumentException(text + " is not http://HOST/…");
    }
    return uri;
  }
}
