package dev.bootbus.kernel.catalogue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a person at a machine may choose: kernels, one of which is taken when nobody does. In the
/// catalogue it is a kernel of [KernelType#MENU], so that nodes, rules and "boot once" name it as
/// they name any other.
///
/// @param preset one of the kernels
/// @param timeout until it is taken; zero for as long as it takes
public record Menu(List<String> kernels, String preset, Duration timeout) {
  /// Under which name the menu of the catalogue is found.
  public static final String NAME = "menu";

  public Menu {
    kernels = List.copyOf(kernels);
  }

  public Kernel kernel(String name) {
    return new Kernel(
        name,
        "",
        Architecture.ANY,
        KernelType.MENU,
        "",
        List.of(),
        Kernel.Sources.NONE,
        "",
        Map.of(),
        Map.of(
            "kernels", String.join(" ", kernels),
            "default", preset,
            "timeout", String.valueOf(timeout.toSeconds())),
        Provision.NONE);
  }

  /// Empty for a kernel that is no menu.
  public static Optional<Menu> of(Kernel kernel) {
    if (kernel.type() != KernelType.MENU) {
      return Optional.empty();
    }
    Map<String, String> options = kernel.options();
    List<String> names = List.of(options.getOrDefault("kernels", "").trim().split("[ ,]+"));
    return Optional.of(
        new Menu(
            names,
            options.getOrDefault("default", names.getFirst()),
            timeout(options.getOrDefault("timeout", ""))));
  }

  private static Duration timeout(String seconds) {
    return seconds.matches("[0-9]{1,4}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : Duration.ofSeconds(10);
  }
}
