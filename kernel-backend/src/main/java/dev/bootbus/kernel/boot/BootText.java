package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.boot.MachineValues.Reader;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileRequest.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What machines would be given to read, for an operator's eyes: nothing happens to a machine by
/// that, and secrets are `***`.
public final class BootText {
  /// One file of a node.
  ///
  /// @param path as the machine asks for it: `user-data`, `k3os/config`
  public record File(String path, String mediaType, Rendered rendered) {}

  private final Machines machines;
  private final @Nullable BootUrl bootUrl;
  private final ConfigText configs;

  /// @param bootUrl null where machines get no scripts from here
  public BootText(Machines machines, @Nullable BootUrl bootUrl, Templates templates) {
    this.machines = machines;
    this.bootUrl = bootUrl;
    this.configs = new ConfigText(machines, bootUrl, templates);
  }

  /// What a boot loader gets, wherever the node is on its way.
  ///
  /// @param nodeId `52-54-00-12-34-56`, or a host name, UUID or address that only one node has
  /// @param kernelName empty for the one that is chosen for the node
  public Rendered generate(String nodeId, String kernelName, Loader loader) {
    Optional<Machine> machine = machines.named(nodeId);
    if (machine.isEmpty()) {
      return new Rendered.Unknown(Rendered.Kind.NODE, nodeId);
    }
    if (bootUrl == null) {
      return new Rendered.Missing(
          "boot-url", "the backend writes no scripts: start it with --boot-url");
    }
    if (!kernelName.isEmpty() && !machines.catalogue().get().kernels().containsKey(kernelName)) {
      return new Rendered.Unknown(Rendered.Kind.KERNEL, kernelName);
    }
    return switch (machines.choose(machine.get(), kernelName)) {
      case Catalogue.Choice.None(String reason) -> new Rendered.Refused(reason);
      case Catalogue.Choice.Boot(Kernel kernel) ->
          generate(machine.get(), kernel, loader, new BootPlanner(machines, bootUrl, configs));
    };
  }

  private static Rendered generate(
      Machine machine, Kernel kernel, Loader loader, BootPlanner planner) {
    try {
      BootPlan plan = planner.plan(machine, kernel, new Reader.Operator());
      return new Rendered.Text("text/plain", planner.text(plan, form(loader)));
    } catch (CannotLoadException e) {
      return e.missing().isEmpty()
          ? new Rendered.Refused(e.sentence())
          : new Rendered.Missing(e.missing(), e.sentence());
    }
  }

  /// As each asks mostly.
  private static BootPlanner.Form form(Loader loader) {
    return new BootPlanner.Form(
        loader, loader == Loader.IPXE ? Protocol.HTTP : Protocol.TFTP, false);
  }

  /// Every config file of a node, in the order of [ConfigFile]; empty for no such node.
  public Optional<List<File>> files(String nodeId) {
    return machines
        .named(nodeId)
        .map(
            machine ->
                Arrays.stream(ConfigFile.values())
                    .map(file -> new File(file.path(), file.mediaType(), file(machine, file)))
                    .toList());
  }

  /// @param path as the machine asks for it
  public Rendered file(String nodeId, String path) {
    Optional<Machine> machine = machines.named(nodeId);
    if (machine.isEmpty()) {
      return new Rendered.Unknown(Rendered.Kind.NODE, nodeId);
    }
    return ConfigFile.of(path)
        .map(file -> file(machine.get(), file))
        .orElseGet(() -> new Rendered.Unknown(Rendered.Kind.FILE, path));
  }

  private Rendered file(Machine machine, ConfigFile file) {
    return configs.render(machine, machines.kernel(machine), file, new Reader.Operator());
  }
}
