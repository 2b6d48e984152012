package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.BootPlan.Entry;
import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.boot.MachineValues.Reader;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Menu;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileRequest.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plans what machines boot, and writes the plan in the language of a loader.
final class BootPlanner {
  /// How a loader asks.
  ///
  /// @param inFolder whether PXELINUX puts a folder before relative names
  record Form(Loader loader, Protocol protocol, boolean inFolder) {}

  private interface Language {
    String of(LoadPlan plan) throws CannotLoadException;
  }

  private interface Menus {
    String of(BootPlan plan, List<LoadPlan> entries) throws CannotLoadException;
  }

  private final Machines machines;
  private final BootUrl url;
  private final ConfigText configs;
  private final MachineValues values;

  BootPlanner(Machines machines, BootUrl url, ConfigText configs) {
    this.machines = machines;
    this.url = url;
    this.configs = configs;
    this.values = new MachineValues(machines, url);
  }

  /// To the machine's own disk.
  static BootPlan disk(Machine machine, boolean start, String reason) {
    return BootPlan.of(machine, new Entry("disk", Architecture.ANY, new Start.Disk(start, reason)));
  }

  /// @param kernel a menu is of those of its kernels that the machine can boot
  BootPlan plan(Machine machine, Kernel kernel, Reader reader) throws CannotLoadException {
    Optional<Menu> menu = Menu.of(kernel);
    if (menu.isEmpty()) {
      return BootPlan.of(machine, entry(machine, kernel, reader));
    }
    List<Entry> entries = new ArrayList<>();
    List<String> why = new ArrayList<>();
    for (String name : menu.get().kernels()) {
      try {
        entries.add(entry(machine, named(name, machine), reader));
      } catch (CannotLoadException e) {
        why.add(e.sentence());
      }
    }
    if (entries.isEmpty()) {
      throw new CannotLoadException(
          "nothing in %s can be booted: %s".formatted(kernel.name(), String.join("; ", why)));
    }
    return new BootPlan(machine, entries, menu.get().preset(), true, menu.get().timeout());
  }

  private Kernel named(String name, Machine machine) throws CannotLoadException {
    Kernel kernel = machines.catalogue().get().kernels().get(name);
    if (kernel == null) {
      throw new CannotLoadException("there is no kernel " + name);
    }
    if (!kernel.arch().isCompatible(machine.arch())) {
      throw new CannotLoadException(name + " is for " + kernel.arch());
    }
    return kernel;
  }

  private Entry entry(Machine machine, Kernel kernel, Reader reader) throws CannotLoadException {
    Provision provision = machines.provision(machine.mac(), kernel.provision());
    Provision all =
        new Provision(
            provision.templates(), Machines.sshKeys(machine, provision), provision.apkovl());
    return new Entry(
        kernel.name(),
        kernel.arch(),
        Start.of(
            kernel,
            all,
            values.of(machine, Optional.of(kernel), reader),
            url,
            file -> config(machine, kernel, file)));
  }

  /// A machine that starts to install itself and then finds no answer file waits for a person.
  private String config(Machine machine, Kernel kernel, ConfigFile file)
      throws CannotLoadException {
    return switch (configs.render(machine, Optional.of(kernel), file, new Reader.Operator())) {
      case Rendered.Text _, Rendered.NotReady _, Rendered.Unknown _ -> url.of(file.path());
      case Rendered.Refused(String sentence) -> throw new CannotLoadException(sentence);
      case Rendered.Missing(String value, _) when value.equals(Values.Name.ADDRESS.key()) ->
          url.of(file.path()); // known when the machine asks
      case Rendered.Missing(String value, String sentence) ->
          throw CannotLoadException.missing(value, kernel.name() + ": " + sentence);
    };
  }

  /// @throws CannotLoadException if the loader cannot do it
  String text(BootPlan plan, Form form) throws CannotLoadException {
    return switch (form.loader()) {
      case IPXE -> IpxeScript.of(plan, url);
      case PXELINUX ->
          text(
              plan,
              form,
              one -> PxelinuxConfig.of(one, form.inFolder()),
              (all, entries) -> PxelinuxConfig.menu(all, entries, form.inFolder()));
      case GRUB -> text(plan, form, GrubConfig::of, GrubConfig::menu);
      case U_BOOT -> UBootScript.script(load(plan, plan.only(), form));
      case PI_CONFIG -> PiFiles.config(load(plan, plan.only(), form));
      case PI_CMDLINE -> PiFiles.cmdline(load(plan, plan.only(), form));
    };
  }

  /// A menu is of what this loader can do; each entry is tried alone.
  private String text(BootPlan plan, Form form, Language language, Menus menus)
      throws CannotLoadException {
    if (!plan.menu()) {
      return language.of(load(plan, plan.only(), form));
    }
    List<LoadPlan> entries = new ArrayList<>();
    CannotLoadException last = null;
    for (Entry entry : plan.entries()) {
      try {
        LoadPlan load = load(plan, entry, form);
        language.of(load);
        entries.add(load);
      } catch (CannotLoadException e) {
        last = e;
      }
    }
    if (last != null && entries.isEmpty()) {
      throw last;
    }
    return menus.of(plan, entries);
  }

  private LoadPlan load(BootPlan plan, Entry entry, Form form) throws CannotLoadException {
    return LoadPlan.of(plan, entry, url, form.protocol());
  }

  /// What is sent over the wire, if it is not the text.
  Optional<byte[]> image(BootPlan plan, Form form, String text) {
    return form.loader() == Loader.U_BOOT
        ? Optional.of(UBootScript.image(plan.title(), text))
        : Optional.empty();
  }
}
