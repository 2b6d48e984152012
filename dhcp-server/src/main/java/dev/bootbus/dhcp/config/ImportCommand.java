package dev.bootbus.dhcp.config;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `import pypxe`: takes a foreign configuration over.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = "Writes the configuration of another boot server as ours.",
    footer = "What cannot be taken over is told on stderr.")
public final class ImportCommand implements Callable<Integer> {
  private static final double MILLIS_PER_SECOND = 1e3;

  /// Servers whose files are understood.
  enum Kind {
    pypxe
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "pypxe", description = "Whose configuration it is.")
  private Kind kind = Kind.pypxe;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "PyPXE's configuration, or the output of its --dump-config-merged: JSON.")
  private Path config = Path.of("");

  @Option(
      names = "--static",
      paramLabel = "FILE",
      description = "Its static bindings (--static-config): JSON.")
  private @Nullable Path bindings;

  @Option(
      names = "--leases",
      paramLabel = "FILE",
      description = "Its leases (--save-leases): JSON. Those that are over are left out.")
  private @Nullable Path leases;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "New file for dhcp-server's --config; stdout unless set.")
  private @Nullable Path output;

  @Option(
      names = "--catalogue",
      paramLabel = "FILE",
      description = "New file for kernel-backend's --catalogue: all machines with an address.")
  private @Nullable Path catalogue;

  @Override
  public Integer call() throws ConfigException {
    CommandLine commandLine = java.util.Objects.requireNonNull(spec).commandLine();
    PyPxeImport imported = read();
    if (!imported.catalogue().isEmpty() && catalogue == null) {
      throw ConfigException.of("there are machines with addresses: say --catalogue FILE");
    }
    PrintWriter err = commandLine.getErr();
    imported.warnings().forEach(warning -> err.println("warning: " + warning));
    if (catalogue != null && !imported.catalogue().isEmpty()) {
      write(catalogue, imported.catalogue());
    }
    if (output == null) {
      commandLine.getOut().print(imported.configuration());
      commandLine.getOut().flush();
    } else {
      write(output, imported.configuration());
    }
    return CommandLine.ExitCode.OK;
  }

  private PyPxeImport read() throws ConfigException {
    PyPxeSettings settings = PyPxeSettings.of(config.toString(), Document.readJson(config));
    List<String> warnings = new ArrayList<>();
    Map<String, String> network =
        Map.of(
            "subnet", settings.text("DHCP_SUBNET"),
            "router", settings.text("DHCP_ROUTER"),
            "dns", settings.text("DHCP_DNS"));
    PyPxeMachines.Reading machines = new PyPxeMachines.Reading(network, warnings::add);
    if (bindings != null) {
      machines.bindings(bindings.toString(), Document.readJson(bindings));
    }
    if (leases != null) {
      double now = Instant.now().toEpochMilli() / MILLIS_PER_SECOND;
      machines.leases(leases.toString(), Document.readJson(leases), now);
    }
    return PyPxeImport.of(settings, machines.machines(), warnings);
  }

  /// Never over something that somebody may have written by hand.
  private static void write(Path file, String text) throws ConfigException {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw ConfigException.of(file + ": is there already");
    } catch (IOException e) {
      throw ConfigException.of(file + ": cannot be written: " + e.getMessage());
    }
  }
}
