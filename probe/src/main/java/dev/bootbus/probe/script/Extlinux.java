package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The form of PXELINUX's configuration that U-Boot reads (doc/README.pxe): no modules, one initrd
/// for each label, and a device tree.
final class Extlinux {
  private final Run run;
  private final String prefix;

  Extlinux(Run run, String prefix) {
    this.run = run;
    this.prefix = prefix;
  }

  Reading boot(String text, URI from) throws InterruptedException {
    PxelinuxConfig config = new PxelinuxConfig(run);
    PxelinuxRun names = new PxelinuxRun(run, prefix);
    config.read(text, from.toString(), names::text);
    List<PxelinuxConfig.Label> order = new ArrayList<>();
    config.menuDefault().ifPresent(order::add);
    for (PxelinuxConfig.Label label : config.inOrder) {
      if (order.size() < 100 && !order.contains(label)) {
        order.add(label);
      }
    }
    if (order.isEmpty()) {
      throw new Run.End(Cause.SCRIPT_NO_KERNEL, from + " has no label");
    }
    if (config.global("prompt").filter(word -> !word.equals("0")).isPresent()) {
      long tenths = config.timeout();
      run.passed(
          new Menu(
              "U-Boot",
              order.stream().map(label -> Run.show(label.title())).toList(),
              Run.show(order.getFirst().title()),
              tenths == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(tenths * 100))));
    }
    for (PxelinuxConfig.Label label : order) {
      Optional<Reading> reading = label(config, label, names);
      if (reading.isPresent()) {
        return reading.get();
      }
    }
    return new Reading.Exit("no label of " + from + " boots", true);
  }

  /// @return none where a file of it does not come; U-Boot then tries the next
  private Optional<Reading> label(
      PxelinuxConfig config, PxelinuxConfig.Label label, PxelinuxRun names)
      throws InterruptedException {
    run.step(label.name());
    if (label.type() == PxelinuxConfig.Type.LOCALBOOT) {
      return Optional.of(new Reading.Disk("LOCALBOOT " + Run.show(label.file())));
    }
    if (label.word("file").isEmpty()) {
      return Optional.empty();
    }
    // behind a # stands the configuration of a FIT
    Optional<Image> kernel = names.fetch(label.file().replaceFirst("#.*", ""), Files.Role.KERNEL);
    if (kernel.isEmpty()) {
      return Optional.empty();
    }
    String append = config.append(label);
    Optional<String> initrd =
        label
            .word("initrd")
            .or(
                () ->
                    PxelinuxRun.initrds(append).isEmpty()
                        ? Optional.empty()
                        : Optional.of(String.join(",", PxelinuxRun.initrds(append))));
    List<Image> initrds = new ArrayList<>();
    if (initrd.isPresent()) {
      Optional<Image> image = names.fetch(initrd.get(), Files.Role.INITRD);
      if (image.isEmpty()) {
        return Optional.empty();
      }
      initrds.add(image.get());
    }
    Optional<Image> tree = Optional.empty();
    if (label.word("fdt").isPresent()) {
      tree = names.fetch(label.word("fdt").get(), Files.Role.DEVICE_TREE);
    } else if (label.word("fdtdir").isPresent()) {
      run.found(
          Cause.SCRIPT_NOT_FOLLOWED,
          "FDTDIR: the name of the board's tree is known to U-Boot only");
    }
    return Optional.of(
        new Reading.Kernel(kernel.get(), initrds, PxelinuxRun.join(append, system(label)), tree));
  }

  /// `IPAPPEND`: of its bits U-Boot knows the first two.
  private String system(PxelinuxConfig.Label label) {
    long bits = label.word("ipappend").flatMap(SettingType::integer).orElse(0L);
    String mac = run.machine.mac().toString().toLowerCase(Locale.ROOT).replace(':', '-');
    return PxelinuxRun.join(
        (bits & 1) == 0
            ? ""
            : "ip=%s:%s::"
                .formatted(
                    run.machine.address().getHostAddress(),
                    run.machine.nextServer().getHostAddress()),
        (bits & 2) == 0 ? "" : "BOOTIF=01-" + mac);
  }
}
