package dev.bootbus.kernel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.boot.LoaderFile.Identity;
import dev.bootbus.kernel.boot.LoaderFile.Loader;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.node.Node;
import dev.bootbus.kernel.node.Uuids;
import dev.bootbus.schema.MacAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class LoaderFileTest {
  private static final Identity MAC = new Identity.Mac(MacAddress.parse("52:54:00:12:34:56"));
  private static final Identity ADDRESS = new Identity.Address(Ipv4.parse("192.168.77.73"));
  private static final Identity UUID = new Identity.Uuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  private static final Identity ASKER = new Identity.Asker();

  private static void is(String path, Loader loader, Identity identity, boolean inFolder) {
    assertThat(LoaderFile.of(path)).contains(new LoaderFile(loader, identity, inFolder));
  }

  @Test
  void pxelinuxAsksInThisOrder() {
    is("pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d", Loader.PXELINUX, UUID, false);
    is("pxelinux.cfg/01-52-54-00-12-34-56", Loader.PXELINUX, MAC, false);
    is("pxelinux.cfg/C0A84D49", Loader.PXELINUX, ADDRESS, false);
    is("pxelinux.cfg/default", Loader.PXELINUX, ASKER, false);
    is("bios/pxelinux.cfg/default", Loader.PXELINUX, ASKER, true);
  }

  @Test
  void grubAsksInThisOrder() {
    is("grub/grub.cfg-B8945908-d6a6-41a9-611d-74a6ab80b83d", Loader.GRUB, UUID, true);
    is("grub/grub.cfg-01-52-54-00-12-34-56", Loader.GRUB, MAC, true);
    is("grub.cfg-C0A84D49", Loader.GRUB, ADDRESS, false);
    is("EFI/debian/grub.cfg", Loader.GRUB, ASKER, true);
  }

  @Test
  void theOthers() {
    is("boot.ipxe", Loader.IPXE, ASKER, false);
    is("boot.scr.uimg", Loader.U_BOOT, ASKER, false);
    is("9ffefdef/config.txt", Loader.PI_CONFIG, new Identity.Serial("9ffefdef"), true);
    is("52-54-00-12-34-56/cmdline.txt", Loader.PI_CMDLINE, MAC, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pxelinux.cfg/C0A84D4",
        "pxelinux.cfg/C0A84D4G",
        "pxelinux.cfg/20-52-54-00-12-34-56", // not Ethernet
        "pxelinux.cfg/",
        "pxelinux.cfg",
        "grub.cfg-",
        "grub.cfg-C",
        "x/boot.ipxe",
        "config.txt",
        "x/9ffefdef/config.txt",
        "9FFEFDEF/config.txt",
        "9ffefdef/start4.elf",
        "vmlinuz",
        "",
        "/",
      })
  void none(String path) {
    assertThat(LoaderFile.of(path)).isEmpty();
  }

  @ParameterizedTest(name = "{0} finds {1}")
  @CsvSource({
    // what dhcp-server makes of option 97, and the same bytes as they stand in it
    "b8945908-d6a6-41a9-611d-74a6ab80b83d, b8945908-d6a6-41a9-611d-74a6ab80b83d",
    "b8945908-d6a6-41a9-611d-74a6ab80b83d, 085994b8-a6d6-a941-611d-74a6ab80b83d",
  })
  void aUuidInEitherByteOrder(String known, String asked) {
    Uuids uuids = new Uuids();
    Node node = node(1, known);
    uuids.changed(node.mac(), null, node);
    assertThat(uuids.find(asked)).contains(node.mac());
    uuids.changed(node.mac(), node, null);
    assertThat(uuids.find(asked)).isEmpty();
  }

  @Test
  void aUuidOfTwoIsNobodys() {
    Uuids uuids = new Uuids();
    String uuid = "03000200-0400-0500-0006-000700080009";
    uuids.changed(Lab.mac(1), null, node(1, uuid));
    uuids.changed(Lab.mac(2), null, node(2, uuid));
    assertThat(uuids.find(uuid)).isEmpty();
    uuids.changed(Lab.mac(1), node(1, uuid), null);
    assertThat(uuids.find(uuid)).contains(Lab.mac(2));
    uuids.changed(Lab.mac(3), null, node(3, "no uuid"));
    uuids.changed(Lab.mac(4), null, node(4, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "34695052-3114-00d0-32b9-3cd5ca5a9435, ca5a9435",
    "34695052-3114-00d0-32b9-3cd5ca5a9435, 35945aca",
    "35945aca-5aca-3594-ca5a-9435ca5a9435, ca5a9435",
  })
  void aPisSerialNumber(String uuid, String serial) {
    Uuids uuids = new Uuids();
    uuids.changed(Lab.mac(1), null, node(1, uuid));
    uuids.changed(Lab.mac(2), null, node(2, "b8945908-d6a6-41a9-611d-74a6ca5a9435"));
    assertThat(uuids.findPi(serial)).contains(Lab.mac(1));
    assertThat(uuids.findPi("00000001")).isEmpty();
  }

  private static Node node(int number, String uuid) {
    MacAddress mac = Lab.mac(number);
    return Node.fresh(mac, "node-" + number, Instant.EPOCH).with(Architecture.ANY, uuid);
  }
}
