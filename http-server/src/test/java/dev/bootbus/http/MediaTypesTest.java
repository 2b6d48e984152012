package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.content.BootPath;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
  @ParameterizedTest
  @CsvSource({
    "/ipxe.efi, application/efi",
    "/EFI/BOOT/BOOTX64.EFI, application/efi",
    "/boot.ipxe, text/plain",
    "/grub/grub.cfg, text/plain",
    "/config.json, application/json",
    "/initrd.gz, application/gzip",
    "/vmlinuz, application/octet-stream",
    "/vmlinuz-6.1.0-18, application/octet-stream",
    "/undionly.kpxe, application/octet-stream",
    "/disk.iso, application/octet-stream",
    "/efi, application/octet-stream",
    "/a.efi/vmlinuz, application/octet-stream",
  })
  void aFileIsWhatItsNameSays(String path, String mediaType) throws Exception {
    assertThat(MediaTypes.of(BootPath.ofUrl(path))).isEqualTo(mediaType);
  }
}
