package dev.bootbus.probe.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `config.txt` of a Raspberry Pi as one model reads it: conditional filters, includes.
final class PiConfig {
  private static final int MAX_SETTINGS = 10_000;

  /// @see RaspberryPi
  enum Model {
    PI5("raspberry pi 5", List.of("pi5"), List.of("bcm2712-rpi-5-b.dtb")),
    CM4("compute module 4", List.of("pi4", "cm4"), List.of("bcm2711-rpi-cm4.dtb")),
    PI400("raspberry pi 400", List.of("pi4", "pi400"), List.of("bcm2711-rpi-400.dtb")),
    PI4("raspberry pi 4", List.of("pi4"), List.of("bcm2711-rpi-4-b.dtb")),
    PI3_PLUS(
        "raspberry pi 3 model b plus",
        List.of("pi3", "pi3+"),
        List.of("bcm2710-rpi-3-b-plus.dtb", "bcm2710-rpi-3-b.dtb")),
    PI3("raspberry pi 3", List.of("pi3"), List.of("bcm2710-rpi-3-b.dtb")),
    PI2("raspberry pi 2", List.of("pi2"), List.of("bcm2709-rpi-2-b.dtb"));

    private final String product;
    private final List<String> filters;
    private final List<String> trees;

    Model(String product, List<String> filters, List<String> trees) {
      this.product = product;
      this.filters = filters;
      this.trees = trees;
    }

    String product() {
      return product;
    }

    /// What the ROM or EEPROM asks for before there is a kernel to ask for. A Pi 5 has all of it in
    /// its EEPROM, a Pi 4 all but the second stage.
    List<String> parts(PiConfig config) {
      String middle = config.get("start_x").filter("1"::equals).isPresent() ? "x" : "";
      return switch (this) {
        case PI5 -> List.of();
        case PI4, CM4, PI400 ->
            List.of(
                config.get("start_file").orElse("start4" + middle + ".elf"),
                config.get("fixup_file").orElse("fixup4" + middle + ".dat"));
        case PI3, PI3_PLUS, PI2 ->
            List.of(
                "bootcode.bin",
                config.get("start_file").orElse("start" + middle + ".elf"),
                config.get("fixup_file").orElse("fixup" + middle + ".dat"));
      };
    }
  }

  private final Run run;
  private final Model model;
  private final Map<String, String> settings = new TreeMap<>();
  private boolean forModel = true;
  private boolean forOthers = true;

  PiConfig(Run run, Model model) {
    this.run = run;
    this.model = model;
  }

  Model model() {
    return model;
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(settings.get(key)).filter(value -> !value.isEmpty());
  }

  void read(String text, String where, PxelinuxConfig.Include include) throws InterruptedException {
    run.enter(where);
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      run.step(where + " line " + number);
      if (line.startsWith("[")) {
        filter(line.replaceAll("[\\[\\]]", "").strip().toLowerCase(Locale.ROOT));
      } else if (forModel && forOthers) {
        setting(line, include);
      }
    }
    run.leave();
  }

  /// A model takes the place of a model; other kinds must all hold, until `[all]`.
  private void filter(String filter) {
    if (filter.equals("all")) {
      forModel = true;
      forOthers = true;
    } else if (filter.startsWith("pi") || filter.startsWith("cm")) {
      forModel = model.filters.contains(filter);
    } else {
      forOthers = false; // a serial number, a display, a pin: of no machine that is known here
    }
  }

  private void setting(String line, PxelinuxConfig.Include include) throws InterruptedException {
    String[] words = line.split("\\s+", 2);
    if (words[0].equals("include") && words.length == 2) {
      Optional<String> text = include.text(words[1]);
      if (text.isPresent()) {
        read(text.get(), words[1], include);
      }
      return;
    }
    if (words[0].equals("initramfs") && words.length == 2) {
      put("initramfs", words[1].split("\\s+")[0]);
      return;
    }
    int equals = line.indexOf('=');
    if (equals > 0) {
      put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
    }
  }

  private void put(String key, String value) {
    if (settings.size() < MAX_SETTINGS) {
      settings.put(key, value);
    }
  }

  private boolean is64Bit() {
    boolean byItself = model != Model.PI2 && model != Model.PI3 && model != Model.PI3_PLUS;
    return get("arm_64bit").map(value -> !value.equals("0")).orElse(byItself);
  }

  /// In the order in which they are tried.
  List<String> kernels() {
    Optional<String> named = get("kernel");
    if (named.isPresent()) {
      return List.of(named.get());
    }
    List<String> names = new ArrayList<>();
    if (model == Model.PI5) {
      names.add("kernel_2712.img");
    }
    if (is64Bit()) {
      names.add("kernel8.img");
    } else {
      names.add(model.filters.contains("pi4") ? "kernel7l.img" : "kernel7.img");
      names.add("kernel.img");
    }
    return names;
  }

  /// Of `initramfs`, with commas between; or with `auto_initramfs` the one of the kernel's name.
  List<String> initrds(String kernel) {
    Optional<String> named = get("initramfs").or(() -> get("ramfsfile"));
    if (named.isPresent()) {
      return List.of(named.get().split(",")).stream().filter(n -> !n.isEmpty()).toList();
    }
    boolean automatic = get("auto_initramfs").filter("1"::equals).isPresent();
    return automatic && kernel.startsWith("kernel")
        ? List.of(kernel.replaceFirst("^kernel", "initramfs").replaceFirst("\\.img$", ""))
        : List.of();
  }

  List<String> trees() {
    return get("device_tree").map(List::of).orElse(model.trees);
  }
}
