package dev.bootbus.kernel.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bootbus.kernel.catalogue.Catalogue.Choice;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Sighting;
import dev.bootbus.kernel.node.Stage;
import dev.bootbus.kernel.node.Status;
import dev.bootbus.schema.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultRuleTest {
  private static final String KERNELS =
      """
      kernels:
        - {name: pc, arch: x86_64, kernel: k}
        - {name: arm, arch: aarch64, kernel: k}
        - {name: other, kernel: k}
      default: {x86_64: pc, aarch64: arm}
      """;

  private static Machine machine(
      String mac, String arch, String vendorClass, String link, String address, String circuit) {
    return new Machine(
        MacAddress.parse(mac),
        "otter",
        new Architecture(arch),
        "",
        true,
        address.isEmpty() ? null : Ipv4.parse(address),
        Stage.COMMISSIONING,
        Status.UNKNOWN,
        List.of("storage", "rack-7"),
        false,
        List.of(),
        Map.of(),
        new Sighting(vendorClass, link.isEmpty() ? null : Ipv4.parse(link), circuit));
  }

  private static String chosen(Catalogue catalogue, Machine machine) {
    return switch (catalogue.choose(machine)) {
      case Choice.Boot(Kernel kernel) -> kernel.name();
      case Choice.None(String reason) -> reason;
    };
  }

  /// Against 52:54:00:12:34:56, x86_64, PXEClient:Arch:00007, behind a relay at 10.1.2.1 whose
  /// circuit is the text eth0/7, in the groups storage and rack-7, with the address 192.168.7.50.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "kernel: other                                    | other",
        "arch: x86_64, kernel: other                      | other",
        "arch: aarch64, kernel: other                     | pc",
        "arch: any, kernel: other                         | other",
        "kernel: arm                                      | pc",
        "vendor-class: PXEClient, kernel: other           | other",
        "vendor-class: HTTPClient, kernel: other          | pc",
        "vendor-class: xeClient, kernel: other            | pc",
        "subnet: 10.1.0.0/16, kernel: other               | other",
        "subnet: 10.2.0.0/16, kernel: other               | pc",
        "subnet: 192.168.7.0/24, kernel: other            | pc",
        "circuit: eth0/7, kernel: other                   | other",
        "circuit: 657468302f37, kernel: other             | other",
        "circuit: 657468302F37, kernel: other             | other",
        "circuit: eth0/8, kernel: other                   | pc",
        "circuit: eth0, kernel: other                     | pc",
        "'mac: 52:54:00, kernel: other'                   | other",
        "mac: 52-54-0, kernel: other                      | other",
        "mac: 525400123456, kernel: other                 | other",
        "mac: 52:54:01, kernel: other                     | pc",
        "group: storage, kernel: other                    | other",
        "group: rack-7, kernel: other                     | other",
        "group: rack, kernel: other                       | pc",
        "group: storage, arch: aarch64, kernel: other     | pc",
        "group: storage, subnet: 10.1.2.0/24, kernel: other | other",
      })
  void aRuleMatchesWhenAllOfItDoes(String rule, String chosen) throws CatalogueException {
    Catalogue catalogue = CatalogueFile.read("c.yaml", KERNELS + "rules:\n  - {" + rule + "}\n");
    Machine machine =
        machine(
            "52:54:00:12:34:56",
            "x86_64",
            "PXEClient:Arch:00007",
            "10.1.2.1",
            "192.168.7.50",
            "657468302f37");
    assertThat(chosen(catalogue, machine)).isEqualTo(chosen);
  }

  @Test
  void ofAMachineWithoutARelayTheDeclaredAddressSaysTheSubnet() throws CatalogueException {
    Catalogue catalogue =
        CatalogueFile.read(
            "c.yaml", KERNELS + "rules:\n  - {subnet: 192.168.7.0/24, kernel: other}\n");
    assertThat(chosen(catalogue, machine("5254", "x86_64", "", "", "192.168.7.50", "")))
        .isEqualTo("other");
    assertThat(chosen(catalogue, machine("5254", "x86_64", "", "", "", ""))).isEqualTo("pc");
  }

  @Test
  void theFirstRuleThatMatchesGoesBeforeTheSettingAndThatBeforeTheDefault()
      throws CatalogueException {
    LiveCatalogue live =
        LiveCatalogue.of(
            CatalogueFile.read(
                "c.yaml",
                KERNELS
                    + "rules:\n"
                    + "  - {mac: 52:54:01, kernel: other}\n"
                    + "  - {mac: 52:54, vendor-class: first, kernel: pc}\n"
                    + "  - {mac: 52:54, vendor-class: first, kernel: other}\n"));
    Machine first = machine("52:54:00:00:00:01", "x86_64", "first", "", "", "");
    Machine pc = machine("52:54:00:00:00:02", "x86_64", "", "", "", "");
    Machine arm = machine("52:54:00:00:00:03", "aarch64", "", "", "", "");
    assertThat(chosen(live.get(), first)).isEqualTo("pc");

    live.setDefault(Optional.of("other"));
    assertThat(chosen(live.get(), first)).isEqualTo("pc");
    assertThat(chosen(live.get(), pc)).isEqualTo("other");
    live.setDefault(Optional.of("pc"));
    assertThat(chosen(live.get(), arm)).as("of another architecture").isEqualTo("arm");
    live.setDefault(Optional.of("gone"));
    assertThat(chosen(live.get(), pc))
        .isEqualTo("the kernel of otter is not in the catalogue: gone");
    live.setDefault(Optional.empty());
    assertThat(chosen(live.get(), pc)).isEqualTo("pc");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kernel: othr | rules[0].kernel: there is no kernel othr; did you mean other?",
        "arch: any    | rules[0].kernel: missing",
        "vendorclass: a, kernel: other"
            + " | rules[0].vendorclass: unknown field; did you mean vendor-class?",
        "subnet: 10.0.0.0, kernel: other | rules[0].subnet: not ADDRESS/BITS: 10.0.0.0",
        "mac: here, kernel: other"
            + " | rules[0].mac: not the beginning of a hardware address: here",
      })
  void refuses(String rule, String complaint) {
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> CatalogueFile.read("c.yaml", KERNELS + "rules:\n  - {" + rule + "}\n"))
        .withMessage("c.yaml:7: " + complaint);
  }
}
