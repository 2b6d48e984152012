package dev.bootbus.kernel.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The form of what is shipped; that a server has the files is not asked here.
class ShippedCatalogueTest {
  private static final Set<String> BY_HAND = Set.of("memtest-x86_64");

  static Stream<Kernel> kernels() {
    return ShippedCatalogue.read().kernels().values().stream();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyFileIsAUrlThatNothingIsLeftOpenIn(Kernel kernel) {
    Kernel direct = kernel.direct();
    List<String> places =
        Stream.concat(direct.files().stream(), Stream.of(direct.sources().repo()))
            .filter(place -> !place.isEmpty())
            .toList();
    if (!BY_HAND.contains(kernel.name())) {
      assertThat(places)
          .allSatisfy(
              place -> {
                URI url = URI.create(place);
                assertThat(url.getScheme()).isIn("http", "https");
                assertThat(url.getHost()).contains(".");
                assertThat(url.normalize()).isEqualTo(url);
                assertThat(place).doesNotContain("${", " ");
              });
    }
    assertThat(kernel.namesVersion()).isFalse();
    assertThat(kernel.checksums().values()).allMatch(sum -> sum.matches("[0-9a-f]{64}"));
    assertThat(KernelCheck.problems(kernel)).isEmpty();
    if (!kernel.arch().equals(Architecture.ANY)) {
      assertThat(kernel.name())
          .satisfiesAnyOf(
              name -> assertThat(name).endsWith("-" + kernel.arch()),
              name -> assertThat(name).isIn("alpine", "k3os"));
    }
  }

  @Test
  void alpineAndK3osArePredefinedAndNothingIsADefault() {
    Catalogue shipped = ShippedCatalogue.read();
    assertThat(shipped.kernels().get("alpine"))
        .returns("3.14.0", Kernel::version)
        .returns(Architecture.X86_64, Kernel::arch)
        .returns(
            "http://dl-cdn.alpinelinux.org/alpine/v3.14/releases/x86_64/netboot-3.14.0/vmlinuz-lts",
            kernel -> kernel.direct().kernel());
    assertThat(shipped.kernels().get("k3os"))
        .returns("v0.21.5-k3s2r1", Kernel::version)
        .returns(
            "https://github.com/rancher/k3os/releases/download/v0.21.5-k3s2r1/k3os-amd64.iso",
            kernel -> kernel.direct().sources().iso());
    assertThat(shipped.defaults()).isEqualTo(Catalogue.Defaults.NONE);
    assertThat(shipped.nodes()).isEmpty();
  }

  @Test
  void whatAnInstallerOrASystemIsHasAnEntry() {
    Set<KernelType> without = new HashSet<>(Arrays.asList(KernelType.values()));
    without.removeAll(kernels().map(Kernel::type).collect(Collectors.toSet()));
    assertThat(without)
        .containsExactlyInAnyOrder(KernelType.FREEBSD, KernelType.NIXOS, KernelType.MENU);
  }
}
