package dev.bootbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedNamesTest {
  private static final GeneratedNames LOADERS =
      GeneratedNames.of(
          List.of("@ipxe", "@pxelinux", "@grub", "@u-boot", "@raspberry-pi", "@machine"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boot.ipxe",
        "autoexec.ipxe",
        // PXELINUX, in the order in which it asks
        "pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d",
        "pxelinux.cfg/01-88-99-aa-bb-cc-dd",
        "pxelinux.cfg/C0A84D49",
        "pxelinux.cfg/default",
        "bios/5.10/pxelinux.cfg/default",
        // GRUB
        "grub/grub.cfg-01-52-54-00-12-34-56",
        "grub/grub.cfg-C0A84D49",
        "EFI/debian/grub.cfg-b8945908-d6a6-41a9-611d-74a6ab80b83d",
        "grub.cfg",
        "EFI/debian/grub.cfg",
        "boot.scr.uimg",
        "9ffefdef/config.txt",
        "dc-a6-32-01-36-c2/cmdline.txt",
        "user-data",
        "k3os/config",
        "talos/config",
        "boot-failed/52-54-00-12-34-56/alpine/0x2c0d603b",
      })
  void asked(String name) throws Exception {
    assertThat(LOADERS.contains(BootPath.ofTftp(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // shortened by PXELINUX and GRUB, they say less and less of the machine
        "pxelinux.cfg/C0A84D4",
        "pxelinux.cfg/C",
        "grub/grub.cfg-C0A84D4",
        "x/boot.ipxe",
        "boot.ipxe.gz",
        "boot.ipxe/",
        "xpxelinux.cfg/default",
        "pxelinux.cfg",
        "grub/x86_64-efi/command.lst",
        "grub/xgrub.cfg",
        "9ffefdef/start4.elf",
        "x/user-data",
        "config.txt",
        "boot-failed",
        "x/boot-failed/x",
        "alpine/vmlinuz",
        "",
      })
  void notAsked(String name) throws Exception {
    assertThat(LOADERS.contains(BootPath.ofTftp(name))).isFalse();
  }

  @Test
  void namesOfOnesOwn() throws Exception {
    GeneratedNames names = GeneratedNames.of(List.of(" a?c/*.cfg ", "**/kick.start", "", "x+(y"));

    for (String name : List.of("abc/.cfg", "abc/x.cfg", "kick.start", "a/b/kick.start", "x+(y")) {
      assertThat(names.contains(BootPath.ofTftp(name))).as(name).isTrue();
    }
    for (String name : List.of("ac/x.cfg", "abc/x/y.cfg", "abc/xcfg", "kickxstart", "xx(y")) {
      assertThat(names.contains(BootPath.ofTftp(name))).as(name).isFalse();
    }
  }

  @Test
  void wholeFolders() throws Exception {
    GeneratedNames names = GeneratedNames.of(List.of("overlay/"));
    assertThat(names.contains(BootPath.ofTftp("overlay/a/b"))).isTrue();
    assertThat(names.contains(BootPath.ofTftp("overlay"))).isFalse();
    assertThat(names.contains(BootPath.ofTftp("overlays/a"))).isFalse();
    assertThat(GeneratedNames.of(List.of("/")).contains(BootPath.ofTftp("a/b"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@pxe   | @pxe: there are @grub, @ipxe, @machine, @pxelinux, @raspberry-pi, @u-boot",
        "../x   | ../x: the path leads out of the root",
        "a/**/x | a/**/x: ** stands only at the beginning",
      })
  void mistakes(String pattern, String complaint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GeneratedNames.of(List.of(pattern)))
        .withMessage(complaint);
  }
}
