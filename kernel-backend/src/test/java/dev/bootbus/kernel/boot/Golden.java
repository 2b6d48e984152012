package dev.bootbus.kernel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.boot.BootPlan.Entry;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Texts that a change of behaviour shows in; `-Dgolden.update` writes them.
final class Golden {
  private Golden() {}

  static void is(String name, String actual) throws IOException {
    Path file = Path.of("src/test/resources/golden", name);
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(actual).as(name).isEqualTo(Files.exists(file) ? Files.readString(file) : "no file");
  }

  static BootPlan plan(Machine machine, Kernel kernel, BootUrl url) throws CannotLoadException {
    return BootPlan.of(machine, entry(machine, kernel, url));
  }

  static Entry entry(Machine machine, Kernel kernel, BootUrl url) throws CannotLoadException {
    Map<String, String> options = new HashMap<>(kernel.options());
    options.putAll(machine.options());
    Values values =
        new Values(
            Map.of(
                Values.Name.HOSTNAME, machine.hostname(),
                Values.Name.KERNEL, kernel.name(),
                Values.Name.VERSION, kernel.version()),
            options,
            "10.0.0.9 is not known to be " + machine.hostname());
    return new Entry(
        kernel.name(),
        kernel.arch(),
        Start.of(kernel, kernel.provision(), values, url, file -> url.of(file.path())));
  }
}
