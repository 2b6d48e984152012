package dev.bootbus.kernel.ctl;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    description = {
      "Takes over what another boot server knew of machines.",
      "Static bindings become nodes with a fixed address, leases keep the time that they have left.",
      "What is here already stays; a second run changes nothing."
    })
final class ImportCommand implements Runnable {
  private static final long MAX_SIZE = 32L << 20;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "of which server? pypxe, dnsmasq-leases");
  }

  @Command(
      name = "pypxe",
      description = {
        "Of PyPXE: the file of --static-config, or that of --save-leases.",
        "Its other settings are for dhcp-server import pypxe."
      })
  int pypxe(
      @Parameters(paramLabel = "FILE", description = "JSON.") Path file,
      @Option(names = "--dry-run", description = "Say what would be done.") boolean dryRun)
      throws UnreachableException, RefusedException {
    return run(file, PyPxeFile::read, dryRun);
  }

  @Command(
      name = "dnsmasq-leases",
      description = "Of dnsmasq: its file of leases, such as /var/lib/misc/dnsmasq.leases.")
  int dnsmasqLeases(
      @Parameters(paramLabel = "FILE", description = "Its --dhcp-leasefile.") Path file,
      @Option(names = "--dry-run", description = "Say what would be done.") boolean dryRun)
      throws UnreachableException, RefusedException {
    return run(file, DnsmasqLeases::read, dryRun);
  }

  private interface Reader {
    Foreign.Contents read(String file, String text, Instant now);
  }

  private int run(Path file, Reader reader, boolean dryRun)
      throws UnreachableException, RefusedException {
    Main main = Main.of(spec);
    Output output = main.output();
    Foreign.Contents contents = reader.read(file.toString(), text(file), output.clock().instant());
    try (Api api = main.api()) {
      return new ImportRun(api, output, file.toString(), dryRun).run(contents);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_SIZE) {
        throw new IllegalArgumentException(file + ": larger than " + MAX_SIZE + " bytes");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
