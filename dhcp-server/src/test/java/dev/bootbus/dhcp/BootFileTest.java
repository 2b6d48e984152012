package dev.bootbus.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the text of a boot file's name tells of it.
class BootFileTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ipxe.efi,                         ipxe.efi,      false, true,  true",
    "a/b/undionly.kpxe,                undionly.kpxe, false, true,  true",
    "boot.kkkpxe,                      boot.kkkpxe,   false, true,  true",
    "boot.pxe,                         boot.pxe,      false, true,  false",
    "k.kpxe.efi,                       k.kpxe.efi,    false, true,  false",
    "SNPONLY.EFI,                      SNPONLY.EFI,   false, true,  true",
    "http://h/a/snp.efi?x=/ipxe#/b,    snp.efi,       true,  true,  true",
    "http://h/grub.efi?ipxe,           grub.efi,      true,  true,  false",
    "HTTPS://h/f,                      f,             true,  true,  false",
    "tftp://,                          '',            false, true,  false",
    "gopher://h/f,                     f,             true,  false, false",
    "1http://h/f,                      f,             false, true,  false",
    "a:http://h/f,                     f,             false, true,  false",
    "what?is/this,                     this,          false, true,  false",
    "'naïve.efi',                      naïve.efi,     false, false, false",
    "'',                               '',            false, false, false",
  })
  void aNameIsReadWithoutPatterns(
      String name, String base, boolean url, boolean sendable, boolean ipxe) {
    BootFile file = new BootFile(name);

    assertThat(file.baseName()).isEqualTo(base);
    assertThat(file.isUrl()).isEqualTo(url);
    assertThat(file.isSendable()).isEqualTo(sendable);
    assertThat(file.isIpxe()).isEqualTo(ipxe);
  }
}
