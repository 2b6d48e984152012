package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The Raspberry Pi's firmware, network boot of its ROM or EEPROM
/// (raspberrypi.com/documentation, `config.txt` and "Network booting").
final class RaspberryPi implements Loader {

  /// What it asks for in its folder on the server.
  @Override
  public Outcome start(URI program, Machine machine, Files files) throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          PiConfig config = new PiConfig(run, model(machine));
          String folder = folder(run, program);
          Optional<URI> uri = Locations.of(folder + "config.txt");
          if (uri.isPresent()
              && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got) {
            config.read(
                run.text(uri.get(), got), uri.get().toString(), name -> text(run, folder, name));
          }
          return boot(run, folder, config);
        });
  }

  @Override
  public Outcome read(String script, URI from, Machine machine, Files files)
      throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          Run.checkLength(from, script);
          PiConfig config = new PiConfig(run, model(machine));
          String folder = folder(from);
          config.read(script, from.toString(), name -> text(run, folder, name));
          return boot(run, folder, config);
        });
  }

  /// Below its serial number or, where its EEPROM says so, its MAC address; else the root.
  private static String folder(Run run, URI program) throws InterruptedException {
    String root = folder(program);
    String serial = run.machine.board().getOrDefault("serial", "").toLowerCase(Locale.ROOT);
    String mac = run.machine.mac().toString().toLowerCase(Locale.ROOT).replace(':', '-');
    if (!Locations.folder(program).matches("/+")) {
      return root;
    }
    String number = serial.substring(Math.max(0, serial.length() - 8));
    for (String name : number.matches("[0-9a-f]{8}") ? List.of(number, mac) : List.of(mac)) {
      for (String file : List.of("config.txt", "start4.elf", "start.elf")) {
        Optional<URI> uri = Locations.of(root + name + "/" + file);
        if (uri.isPresent()
            && run.get(uri.get(), Files.Role.PART, true) instanceof Files.Answer.Got) {
          return root + name + "/";
        }
      }
    }
    return root;
  }

  private static String folder(URI from) {
    return from.getScheme() + "://" + from.getRawAuthority() + Locations.folder(from);
  }

  private static Optional<String> text(Run run, String folder, String name)
      throws InterruptedException {
    Optional<URI> uri = Locations.of(folder + name);
    return uri.isPresent() && run.get(uri.get(), Files.Role.SCRIPT) instanceof Files.Answer.Got got
        ? Optional.of(run.text(uri.get(), got))
        : Optional.empty();
  }

  /// By the product's name, `Raspberry Pi 5 Model B`; the one that boots from the network most
  /// where nothing says.
  private static PiConfig.Model model(Machine machine) {
    String product = machine.board().getOrDefault("product", "").toLowerCase(Locale.ROOT);
    for (PiConfig.Model model : PiConfig.Model.values()) {
      if (product.contains(model.product())) {
        return model;
      }
    }
    return PiConfig.Model.PI4;
  }

  private static Reading boot(Run run, String folder, PiConfig config) throws InterruptedException {
    for (String part : config.model().parts(config)) {
      if (fetch(run, folder, part, Files.Role.PART, false).isEmpty()) {
        throw new Run.End(Cause.LOADER_PART_MISSING, folder + part);
      }
    }
    String prefix = config.get("os_prefix").orElse("");
    Optional<Image> kernel = kernel(run, folder, prefix, config);
    if (kernel.isEmpty()) {
      throw new Run.End(Cause.SCRIPT_NO_KERNEL, folder + ": none of " + config.kernels());
    }
    List<Image> initrds = new ArrayList<>();
    for (String name : config.initrds(kernel.get().name())) {
      Optional<Image> initrd = fetch(run, folder, prefix + name, Files.Role.INITRD, false);
      if (initrd.isEmpty()) {
        return new Reading.Exit("could not load " + Run.show(name), true);
      }
      initrds.add(initrd.get());
    }
    Optional<Image> tree = Optional.empty();
    for (String name : config.trees()) {
      tree =
          tree.isPresent() ? tree : fetch(run, folder, prefix + name, Files.Role.DEVICE_TREE, true);
    }
    String words = prefix + config.get("cmdline").orElse("cmdline.txt");
    Optional<URI> uri = Locations.of(folder + words);
    String line =
        uri.isPresent()
                && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got
            ? run.text(uri.get(), got).lines().findFirst().orElse("").strip()
            : "";
    return new Reading.Kernel(kernel.get(), initrds, line, tree);
  }

  private static Optional<Image> kernel(Run run, String folder, String prefix, PiConfig config)
      throws InterruptedException {
    List<String> names = config.kernels();
    for (String name : names) {
      boolean last = name.equals(names.getLast());
      Optional<Image> kernel = fetch(run, folder, prefix + name, Files.Role.KERNEL, !last);
      if (kernel.isPresent()) {
        return kernel.map(image -> new Image(image.uri(), name));
      }
    }
    return Optional.empty();
  }

  private static Optional<Image> fetch(
      Run run, String folder, String name, Files.Role role, boolean optional)
      throws InterruptedException {
    Optional<URI> uri = Locations.of(folder + name);
    return uri.isPresent() && run.get(uri.get(), role, optional) instanceof Files.Answer.Got
        ? Optional.of(new Image(uri.get(), name))
        : Optional.empty();
  }
}
