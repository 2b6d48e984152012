package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.boot.MachineValues.Reader;
import dev.bootbus.kernel.boot.Template.BrokenException;
import dev.bootbus.kernel.catalogue.ConfigFile;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.KernelType;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.node.Machine;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes the [ConfigFile]s of machines: the operator's text under `config` in the catalogue, with
/// [Values] in it, else a [Template].
final class ConfigText {
  private static final List<String> K3OS_MODULES = List.of("kvm", "nvme");

  private final Machines machines;
  private final MachineValues values;
  private final @Nullable BootUrl url;
  private final Templates templates;
  private final Cluster cluster;

  ConfigText(Machines machines, @Nullable BootUrl url, Templates templates) {
    this.machines = machines;
    this.values = new MachineValues(machines, url);
    this.url = url;
    this.templates = templates;
    this.cluster = new Cluster(machines);
  }

  /// @param kernel that the machine boots, if it has one
  /// @param reader a stranger has no file
  Rendered render(Machine machine, Optional<Kernel> kernel, ConfigFile file, Reader reader) {
    Provision provision =
        machines.provision(machine.mac(), kernel.map(Kernel::provision).orElse(Provision.NONE));
    Values known = values.of(machine, kernel, reader);
    for (ConfigFile source : sources(file, kernel)) {
      Optional<String> own = provision.template(source);
      if (own.isPresent()) {
        return fill(machine, source, own.get(), known);
      }
      try {
        Optional<Template> template = templates.find(source, kernel);
        if (template.isPresent()) {
          return render(machine, kernel, file, provision, known, reader, template.get());
        }
      } catch (BrokenException e) {
        return new Rendered.Refused(e.sentence());
      }
    }
    return new Rendered.Missing(
        file.path(),
        "%s has no %s: name a file for it under config in the catalogue, or put a template %s.mustache into the folder of templates"
            .formatted(machine.hostname(), file.path(), file.path()));
  }

  /// cloud-init reads Ubuntu's autoinstall as the user-data.
  private static List<ConfigFile> sources(ConfigFile file, Optional<Kernel> kernel) {
    boolean ubuntu = kernel.map(Kernel::type).filter(KernelType.UBUNTU::equals).isPresent();
    return ubuntu && file == ConfigFile.USER_DATA
        ? List.of(ConfigFile.AUTOINSTALL, ConfigFile.USER_DATA)
        : List.of(file);
  }

  private static Rendered fill(Machine machine, ConfigFile file, String text, Values known) {
    Optional<String> missing = known.missing(text);
    return missing.isPresent()
        ? new Rendered.Missing(
            missing.get(),
            "%s has ${%s} in it, which is not known for %s"
                .formatted(file.path(), missing.get(), machine.hostname()))
        : new Rendered.Text(file.mediaType(), known.fill(text));
  }

  private Rendered render(
      Machine machine,
      Optional<Kernel> kernel,
      ConfigFile file,
      Provision provision,
      Values known,
      Reader reader,
      Template template) {
    List<String> keys = Machines.sshKeys(machine, provision);
    if (file == ConfigFile.SSH_KEYS && keys.isEmpty()) {
      return new Rendered.Missing(
          "ssh-keys",
          machine.hostname() + " has no SSH keys: list them under ssh-keys in the catalogue");
    }
    Map<String, Object> context = new HashMap<>();
    known.known().forEach((name, value) -> context.put(name.key(), value));
    context.put("options", known.options());
    context.put("ssh-keys", keys);
    context.put("groups", machine.groups());
    context.put("control-node", machine.controlNode());
    kernel.ifPresent(one -> kernel(one, known, context));
    if (file == ConfigFile.K3OS) {
      Cluster.Part part = cluster.of(machine);
      if (part instanceof Cluster.Part.NotYet(String reason)) {
        return new Rendered.NotReady(reason, Cluster.RETRY_AFTER);
      }
      context.put("k3os", k3os(part, known, reader instanceof Reader.Operator));
    }
    return told(template.render(file.mediaType(), context), machine);
  }

  /// Where to give an option is worth saying.
  private static Rendered told(Rendered rendered, Machine machine) {
    return rendered instanceof Rendered.Missing(String value, String sentence)
            && value.startsWith("options.")
        ? new Rendered.Missing(
            value, sentence + ": set it for " + machine.hostname() + " or its kernel")
        : rendered;
  }

  /// What it is, and the URLs of what the system fetches by itself.
  private void kernel(Kernel kernel, Values known, Map<String, Object> context) {
    context.put("type", kernel.type().key());
    Kernel.Sources sources = kernel.sources();
    Map<String, String> named =
        Map.of(
            "modloop", sources.modloop(),
            "rootfs", sources.rootfs(),
            "iso", sources.iso(),
            "repo", sources.repo());
    named.forEach(
        (name, location) -> {
          if (!location.isEmpty() && url != null) {
            context.put(name, url.of(known.fill(location)));
          }
        });
  }

  private static Map<String, Object> k3os(Cluster.Part part, Values known, boolean hidden) {
    Map<String, Object> k3os = new LinkedHashMap<>();
    k3os.put("modules", list(known, "modules", K3OS_MODULES));
    k3os.put("dns", list(known, "dns", List.of()));
    k3os.put("ntp", list(known, "ntp", List.of()));
    k3os.put("taints", list(known, "taints", List.of()));
    k3os.put(
        "labels",
        list(known, "labels", List.of()).stream()
            .map(label -> label.split("=", 2))
            .map(label -> Map.of("name", label[0], "value", label.length < 2 ? "" : label[1]))
            .toList());
    List<String> more = list(known, "k3s_args", List.of());
    switch (part) {
      case Cluster.Part.Alone _ -> k3os.put("args", joined(List.of("server"), more));
      case Cluster.Part.Control(String secret, Inet4Address address) -> {
        k3os.put("token", hidden ? MachineValues.HIDDEN : secret);
        k3os.put(
            "args",
            joined(
                List.of("server", "--cluster-init", "--tls-san=" + address.getHostAddress()),
                more));
      }
      case Cluster.Part.Agent(String secret, String serverUrl) -> {
        k3os.put("token", hidden ? MachineValues.HIDDEN : secret);
        k3os.put("server-url", serverUrl);
        k3os.put("args", joined(List.of("agent"), more));
      }
      case Cluster.Part.NotYet _ -> throw new IllegalStateException("answered before");
    }
    return k3os;
  }

  private static List<String> list(Values known, String option, List<String> otherwise) {
    return known
        .option(option)
        .map(text -> Arrays.stream(text.split("[ ,]+")).filter(one -> !one.isEmpty()).toList())
        .orElse(otherwise);
  }

  private static List<String> joined(List<String> first, List<String> then) {
    return Stream.concat(first.stream(), then.stream()).toList();
  }
}
