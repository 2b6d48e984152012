package dev.bootbus.probe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// What the servers serve: two loaders, a kernel, an initramfs, and a script that names them. They
/// are those that `example/boot` boots.
record BootFiles(Path root) {
  private static final List<String> NAMES =
      List.of("ipxe.efi", "undionly.kpxe", "vmlinuz", "initrd.img");
  private static final String FETCH = ". ../example/lib.sh; make_assets >&2; echo \"$assets\"";

  /// @param root an empty folder, which anybody may read
  static BootFiles in(Path root) throws IOException {
    Process process =
        new ProcessBuilder("bash", "-ec", FETCH)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    assertThat(process.onExit().join().exitValue()).as(said).isZero();
    for (String name : NAMES) {
      Files.copy(Path.of(said, name), root.resolve(name));
    }
    Files.writeString(
        root.resolve("boot.ipxe"),
        """
        #!ipxe
        kernel vmlinuz initrd=initrd.img console=ttyS0
        initrd initrd.img
        boot
        """);
    return new BootFiles(root);
  }

  void remove(String name) throws IOException {
    Files.move(root.resolve(name), root.resolve(name + ".away"));
  }

  void copy(String from, String to) throws IOException {
    Files.copy(root.resolve(from), root.resolve(to));
  }

  /// Takes the place of what is there meanwhile.
  void bringBack(String name) throws IOException {
    Files.move(
        root.resolve(name + ".away"), root.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
