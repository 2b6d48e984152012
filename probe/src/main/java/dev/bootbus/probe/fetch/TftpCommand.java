package dev.bootbus.probe.fetch;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

/// `bootbus-probe tftp`.
@Command(
    name = "tftp",
    subcommands = TftpCommand.Get.class,
    mixinStandardHelpOptions = true,
    description = "Fetches files over TFTP.")
public final class TftpCommand {
  private static final Map<String, TftpProfile> PROFILES =
      Map.of(
          "plain", TftpProfile.PLAIN,
          "edk2", TftpProfile.EDK2,
          "ipxe", TftpProfile.IPXE,
          "pxelinux", TftpProfile.PXELINUX,
          "grub", TftpProfile.GRUB,
          "shim", TftpProfile.SHIM);

  /// `bootbus-probe tftp get`.
  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Fetches one file, and says where it gets stuck.")
  static final class Get implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        arity = "1..2",
        paramLabel = "URL | HOST FILE",
        description =
            "tftp://HOST[:PORT]/FILE, or both apart, the file as it is to stand in the packet.")
    private List<String> file = List.of();

    @Option(
        names = "--as",
        paramLabel = "CLIENT",
        defaultValue = "ipxe",
        description = {
          "Whose options to ask with: plain (none), edk2, ipxe, pxelinux, grub or shim"
              + " (default: ipxe)."
        })
    private String as = "ipxe";

    @Option(names = "--blksize", paramLabel = "BYTES", description = "8 to 65464 (RFC 2348).")
    private @Nullable Integer blksize;

    @Option(names = "--windowsize", paramLabel = "BLOCKS", description = "1 to 65535 (RFC 7440).")
    private @Nullable Integer windowsize;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "1 to 255 (RFC 2349).")
    private @Nullable Integer timeout;

    @Option(names = "--tsize", description = "Ask for the size (RFC 2349).", negatable = true)
    private @Nullable Boolean tsize;

    @Option(
        names = "--wait",
        paramLabel = "SECONDS",
        defaultValue = "1",
        description = "Until a packet is sent again, 1 to 60 (default: 1).")
    private int wait;

    @Option(
        names = "--tries",
        paramLabel = "N",
        defaultValue = "4",
        description =
            "Times a packet is sent before the server counts as silent, 1 to 20 (default: 4).")
    private int tries;

    @Option(
        names = "--drop",
        paramLabel = "PERCENT",
        defaultValue = "0",
        description = "Lose so many packets on purpose, in each direction, 0 to 99 (default: 0).")
    private int drop;

    @Mixin private final Download download = new Download();

    @Override
    public Integer call() throws InterruptedException {
      TftpFetcher.Settings settings;
      URI uri;
      try {
        settings = settings(profile());
        uri = uri();
      } catch (IllegalArgumentException e) {
        throw wrong(e.getMessage());
      }
      return download.run(new TftpFetcher(settings), uri);
    }

    private URI uri() {
      if (file.size() == 2) {
        String host = file.getFirst();
        int colon = host.lastIndexOf(':');
        boolean ported =
            colon > 0
                && host.substring(colon + 1).matches("[0-9]{1,5}")
                && (host.indexOf(':') == colon || host.charAt(colon - 1) == ']');
        return TftpFetcher.uri(
            ported ? host.substring(0, colon) : host,
            ported ? Integer.parseInt(host.substring(colon + 1)) : 69,
            file.getLast());
      }
      URI uri = URI.create(file.getFirst());
      if (!"tftp".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
        throw new IllegalArgumentException(file.getFirst() + " is not tftp://HOST/FILE");
      }
      return uri;
    }

    private TftpProfile profile() {
      TftpProfile base = PROFILES.get(as.toLowerCase(Locale.ROOT));
      if (base == null) {
        throw new IllegalArgumentException("--as is plain, edk2, ipxe, pxelinux, grub or shim");
      }
      return new TftpProfile(
          Optional.ofNullable(blksize).or(base::blksize),
          Optional.ofNullable(windowsize).or(base::windowsize),
          Optional.ofNullable(timeout).or(base::timeout),
          tsize == null ? base.tsize() : tsize,
          base.sizeFirst());
    }

    private TftpFetcher.Settings settings(TftpProfile profile) {
      if (wait < 1 || wait > 60 || tries < 1 || tries > 20 || drop < 0 || drop > 99) {
        throw new IllegalArgumentException("--wait is 1 to 60, --tries 1 to 20, --drop 0 to 99");
      }
      return new TftpFetcher.Settings(
          profile, Duration.ofSeconds(wait), tries, drop, download.from(), 1);
    }

    private ParameterException wrong(@Nullable String why) {
      if (spec == null) {
        throw new IllegalStateException("not on a command line");
      }
      return new ParameterException(spec.commandLine(), String.valueOf(why));
    }
  }
}
