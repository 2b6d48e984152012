package dev.bootbus.probe.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Samples;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What each loader asks for by itself when it has been started.
class StartTest {
  private static final String UUID = "01234567-89ab-cdef-0123-456789abcdef";

  private static Options option(int code, String text) {
    return Options.builder().put(code, Bytes.of(Samples.text(text))).build();
  }

  private static Outcome start(Loader.Kind kind, String program, Machine machine, Served served)
      throws InterruptedException {
    return Loader.of(kind).start(URI.create(program), machine, served);
  }

  @Test
  void ipxeBootsTheFileOfDhcp() throws InterruptedException {
    Machine machine = Machines.of(7, "boot.ipxe", Options.EMPTY);
    Served served =
        new Served(machine.target()).with("boot.ipxe", "#!ipxe\nkernel vmlinuz a\nboot\n");
    Outcome outcome = start(Loader.Kind.IPXE, "tftp://192.168.77.1/ipxe.efi", machine, served);
    assertThat(served.asked)
        .containsExactly(
            "chain tftp://192.168.77.1/boot.ipxe", "kernel tftp://192.168.77.1/vmlinuz");
    assertThat(outcome.reading()).isInstanceOf(Reading.Kernel.class);
  }

  /// What is not needed and has an error's number in its name is for the server's eyes.
  @Test
  void noServerIsToldOfAFailureThatOnlyAProbeHad() throws InterruptedException {
    Machine machine = Machines.of(7, "boot.ipxe", Options.EMPTY);
    Served served =
        new Served(machine.target())
            .with(
                "boot.ipxe",
                """
                #!ipxe
                imgfetch /splash/${errno} ||
                kernel /missing || set error ${errno}
                iseq 1 2 ||
                imgfetch /notes.txt ||
                imgfetch /failed/${error} && echo told ||
                imgfetch /failed/${error} || goto enough
                :enough
                imgfetch --timeout 5000 /failed/${net0/mac:hexhyp}?error=${error} ||
                imgfetch /boot-failed/needs-bios ||
                exit 1
                """);
    start(Loader.Kind.IPXE, "tftp://192.168.77.1/ipxe.efi", machine, served);

    assertThat(served.asked)
        .containsExactly(
            "chain tftp://192.168.77.1/boot.ipxe",
            "other tftp://192.168.77.1/splash/0x00000000",
            "kernel tftp://192.168.77.1/missing is not there",
            "other tftp://192.168.77.1/notes.txt",
            "other tftp://192.168.77.1/failed/0x2d0c613b",
            "other tftp://192.168.77.1/failed/0x2d0c613b",
            "not told tftp://192.168.77.1/failed/52-54-00-12-34-56?error=0x2d0c613b",
            "not told tftp://192.168.77.1/boot-failed/needs-bios");
  }

  @Test
  void ipxeWithoutAFileGoesOn() throws InterruptedException {
    Machine machine = Machines.of(7);
    Outcome outcome =
        start(
            Loader.Kind.IPXE,
            "tftp://192.168.77.1/ipxe.efi",
            machine,
            new Served(machine.target()));
    assertThat(ScriptsTest.reading(outcome.reading()))
        .isEqualTo("fails: nothing to boot: no filename");
  }

  /// As pxelinux.0 of Debian 12 was seen to do: UUID, 01-MAC, address in hex, each time shorter.
  @Test
  void pxelinuxLooksForTheMachineFirst() throws InterruptedException {
    Machine machine = Machines.of(0);
    Served served =
        new Served(machine.target()).with("pxelinux.cfg/C0A8", "DEFAULT a\nLABEL a\nKERNEL k\n");
    Outcome outcome =
        start(Loader.Kind.PXELINUX, "tftp://192.168.77.1/dir/pxelinux.0", machine, served);
    assertThat(served.asked)
        .containsExactly(
            "part tftp://192.168.77.1/dir/pxelinux.0",
            "part? tftp://192.168.77.1/dir/ldlinux.c32",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/" + UUID + " is not there",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/01-52-54-00-12-34-56 is not there",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/C0A84D73 is not there",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/C0A84D7 is not there",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/C0A84D is not there",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/C0A84 is not there",
            "script? tftp://192.168.77.1/dir/pxelinux.cfg/C0A8",
            "kernel tftp://192.168.77.1/dir/k");
    assertThat(outcome.reading()).isInstanceOf(Reading.Kernel.class);
  }

  @Test
  void pxelinuxHasItsFolderFromOption210() throws InterruptedException {
    Machine machine = Machines.of(0, "", option(210, "http://192.168.77.1/tree/"));
    Served served =
        new Served(machine.target()).with("pxelinux.cfg/default", "DEFAULT a\nLABEL a\nLINUX /k\n");
    start(Loader.Kind.PXELINUX, "tftp://192.168.77.1/lpxelinux.0", machine, served);
    assertThat(served.asked)
        .contains("part? http://192.168.77.1/tree/ldlinux.c32")
        .endsWith("kernel http://192.168.77.1/tree//k");
  }

  @Test
  void anOldPxelinuxIsWhole() throws InterruptedException {
    Machine machine = Machines.of(0);
    Served served =
        new Served(machine.target())
            .with("/pxelinux.0", Samples.bootSector("PXELINUX 4.07 "))
            .with("pxelinux.cfg/default", "DEFAULT k\n");
    start(Loader.Kind.PXELINUX, "tftp://192.168.77.1/pxelinux.0", machine, served);
    assertThat(served.asked).noneMatch(asked -> asked.contains("ldlinux"));
  }

  @Test
  void withoutItsCorePxelinuxStops() throws InterruptedException {
    Machine machine = Machines.of(7);
    Served served = new Served(machine.target()).absent(uri -> uri.contains("ldlinux"));
    Outcome outcome =
        start(Loader.Kind.SYSLINUX_EFI, "tftp://192.168.77.1/efi64/syslinux.efi", machine, served);
    assertThat(ScriptsTest.reading(outcome.reading()))
        .isEqualTo("broken, loader-part-missing: tftp://192.168.77.1/efi64/ldlinux.e64");
  }

  @Test
  void withoutAConfigurationPxelinuxStops() throws InterruptedException {
    Machine machine = Machines.of(0);
    Outcome outcome =
        start(
            Loader.Kind.PXELINUX,
            "tftp://192.168.77.1/pxelinux.0",
            machine,
            new Served(machine.target()));
    assertThat(outcome.reading())
        .isInstanceOfSatisfying(
            Reading.Broken.class,
            broken -> assertThat(broken.finding().cause()).isEqualTo(Cause.CONFIG_MISSING));
  }

  /// As GRUB 2.06 of grub-mknetdir was seen to do; in which folder is built into it.
  @Test
  void grubLooksForTheMachineFirst() throws InterruptedException {
    Machine machine = Machines.of(7);
    Served served = new Served(machine.target()).with("//grub/grub.cfg", "linux /k\nboot\n");
    Outcome outcome =
        start(Loader.Kind.GRUB, "tftp://192.168.77.1/grubnetx64.efi", machine, served);
    assertThat(served.asked)
        .startsWith(
            "script? tftp://192.168.77.1//grub/grub.cfg-" + UUID + " is not there",
            "script? tftp://192.168.77.1//grub/grub.cfg-01-52-54-00-12-34-56 is not there",
            "script? tftp://192.168.77.1//grub/grub.cfg-C0A84D73 is not there")
        .endsWith("script? tftp://192.168.77.1//grub/grub.cfg", "kernel tftp://192.168.77.1//k");
    assertThat(outcome.reading()).isInstanceOf(Reading.Kernel.class);
  }

  @Test
  void grubAlsoLooksBesideItself() throws InterruptedException {
    Machine machine = Machines.of(7);
    Served served = new Served(machine.target()).with("/EFI/x/grub.cfg", "exit\n");
    Outcome outcome =
        start(Loader.Kind.GRUB, "http://192.168.77.1/EFI/x/grubx64.efi", machine, served);
    assertThat(served.asked).endsWith("script? http://192.168.77.1/EFI/x/grub.cfg");
    assertThat(outcome.reading()).isInstanceOf(Reading.Exit.class);
  }

  @Test
  void uBootRunsItsScript() throws InterruptedException {
    Machine machine = Machines.of(22);
    String script =
        "tftpboot ${kernel_addr_r} Image && booti ${kernel_addr_r} - ${fdtcontroladdr}\n";
    Served served = new Served(machine.target()).with("boot.scr.uimg", Samples.uBootScript(script));
    Outcome outcome = start(Loader.Kind.U_BOOT, "tftp://192.168.77.1/", machine, served);
    assertThat(served.asked)
        .containsExactly(
            "script? tftp://192.168.77.1/boot.scr.uimg", "chain tftp://192.168.77.1/Image");
    assertThat(outcome.reading()).isInstanceOf(Reading.Kernel.class);
  }

  @Test
  void aDamagedScriptIsNotRun() throws InterruptedException {
    Machine machine = Machines.of(22);
    byte[] kernel = Samples.uImage(22, 2, new byte[100]);
    Served served = new Served(machine.target()).with("boot.scr.uimg", kernel);
    Outcome outcome = start(Loader.Kind.U_BOOT, "tftp://192.168.77.1/", machine, served);
    assertThat(ScriptsTest.reading(outcome.reading())).startsWith("broken, script-no-script: ");
  }

  /// U-Boot's doc/README.pxe, then what `distro_bootcmd` boots as an EFI program.
  @Test
  void uBootGoesOnToMenusAndPrograms() throws InterruptedException {
    Machine machine = Machines.of(22, "arm64/grub.efi", Options.EMPTY);
    Served served = new Served(machine.target());
    Outcome outcome = start(Loader.Kind.U_BOOT, "tftp://192.168.77.1/", machine, served);
    assertThat(served.asked)
        .contains("script? tftp://192.168.77.1/arm64/pxelinux.cfg/default-arm-armv8 is not there")
        .endsWith("chain tftp://192.168.77.1/arm64/grub.efi");
    assertThat(outcome.reading()).isInstanceOf(Reading.Program.class);
  }

  /// stand/efi/libefi/efihttp.c: the tree is two folders above the loader.
  @Test
  void freeBsdAsksForPackedFilesFirst() throws InterruptedException {
    Machine machine = Machines.of(16);
    Served served = new Served(machine.target());
    start(Loader.Kind.FREEBSD, "http://192.168.77.1/fb/boot/loader.efi", machine, served);
    assertThat(served.asked)
        .contains("script? http://192.168.77.1/fb/boot/loader.conf is not there")
        .endsWith("kernel? http://192.168.77.1/fb/boot/kernel/kernel.gz");
  }

  /// stand/libsa/bootp.c: option 150 makes it TFTP, else option 17 is of NFS.
  @Test
  void freeBsdBootsFromNfsUnlessOption150IsThere() throws InterruptedException {
    Machine nfs = Machines.of(0, "", option(17, "192.168.77.1:/tree"));
    Outcome outcome =
        start(Loader.Kind.FREEBSD, "tftp://192.168.77.1/pxeboot", nfs, new Served(nfs.target()));
    assertThat(ScriptsTest.reading(outcome.reading())).startsWith("broken, script-other-loader: ");

    Options both =
        Options.builder()
            .put(17, Bytes.of(Samples.text("192.168.77.1:/tree")))
            .put(150, Bytes.ofHex("c0a84d01"))
            .build();
    Machine tftp = Machines.of(0, "", both);
    Served served = new Served(tftp.target());
    start(Loader.Kind.FREEBSD, "tftp://192.168.77.1/pxeboot", tftp, served);
    assertThat(served.asked).endsWith("kernel? tftp://192.168.77.1//tree/boot/kernel/kernel.gz");
  }

  @Test
  void aPiAsksInItsFolder() throws InterruptedException {
    Machine machine = Machines.of(41);
    Served served = new Served(machine.target()).with("cmdline.txt", "console=ttyS0\n");
    Outcome outcome =
        start(Loader.Kind.RASPBERRY_PI, "tftp://192.168.77.1/12345678/", machine, served);
    assertThat(served.asked)
        .isEqualTo(
            List.of(
                "script? tftp://192.168.77.1/12345678/config.txt is not there",
                "part tftp://192.168.77.1/12345678/start4.elf",
                "part tftp://192.168.77.1/12345678/fixup4.dat",
                "kernel tftp://192.168.77.1/12345678/kernel8.img",
                "device tree? tftp://192.168.77.1/12345678/bcm2711-rpi-4-b.dtb",
                "script? tftp://192.168.77.1/12345678/cmdline.txt"));
    assertThat(ScriptsTest.reading(outcome.reading())).endsWith(": console=ttyS0");
  }

  /// Of the serial number the last eight digits; a root without such a folder is its folder.
  @Test
  void aPiLooksBelowItsSerialNumberFirst() throws InterruptedException {
    Machine known = Machines.of(41);
    Machine machine =
        new Machine(
            known.mac(),
            known.uuid(),
            known.target(),
            known.address(),
            known.nextServer(),
            "",
            known.options(),
            Map.of("serial", "10000000ABCDEF01"));
    Served served = new Served(machine.target()).absent(uri -> uri.contains("52-54"));
    start(Loader.Kind.RASPBERRY_PI, "tftp://192.168.77.1/", machine, served);
    assertThat(served.asked)
        .startsWith("part? tftp://192.168.77.1/abcdef01/config.txt")
        .contains("kernel tftp://192.168.77.1/abcdef01/kernel8.img");

    Served flat = new Served(known.target()).absent(uri -> uri.contains("52-54"));
    start(Loader.Kind.RASPBERRY_PI, "tftp://192.168.77.1/", known, flat);
    assertThat(flat.asked).contains("kernel tftp://192.168.77.1/kernel8.img");
  }
}
