package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.boot.Golden;
import dev.bootbus.kernel.catalogue.Kernel;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/// Every kernel that ships becomes a script, if the node names its disk.
class ShippedKernelsTest {
  @Test
  void becomeScripts() throws Exception {
    Collection<Kernel> kernels = Lab.options().catalogue().get().kernels().values();
    assertThat(kernels).hasSizeGreaterThan(20);
    for (Kernel kernel : kernels) {
      assertThat(Golden.script(kernel))
          .as(kernel.name())
          .startsWith("#!ipxe\n")
          .endsWith("exit 1\n")
          .doesNotContain("undefined", "${version}", "=null");
    }
  }
}
