package dev.bootbus.kernel.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.MacAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class IpxeScriptTest {
  private static final BootUrl URL = BootUrl.parse("http://192.168.77.1");
  private static final Machine MACHINE =
      new Machine(
          MacAddress.parse("52:54:00:12:34:56"),
          "brave-otter",
          Architecture.X86_64,
          "",
          true,
          null);

  @Test
  void bootsAKernelWithItsInitrd() throws Exception {
    Kernel kernel =
        new Kernel(
            "alpine",
            Architecture.X86_64,
            "alpine/vmlinuz-lts",
            List.of("alpine/initramfs-lts"),
            "console=ttyS0 BOOTIF=01-${net0/mac:hexhyp}");
    golden(kernel, "one-initrd.ipxe");
  }

  @Test
  void bootsAKernelAlone() throws Exception {
    Kernel kernel = new Kernel("memtest", Architecture.ANY, "/memtest", List.of(), "");
    golden(kernel, "no-initrd.ipxe");
  }

  @Test
  void tellsInitrdsOfOneNameApart() throws Exception {
    Kernel kernel =
        new Kernel(
            "debian",
            Architecture.X86_64,
            "https://mirror.example/debian/linux",
            List.of("a/initrd.gz", "http://mirror.example/b/initrd.gz?v=1", "c/%20x"),
            "quiet");
    golden(kernel, "three-initrds.ipxe");
  }

  @Test
  void asksAgainWithTheHardwareAddress() throws Exception {
    Golden.is(
        "identify.ipxe", IpxeScript.identify(BootUrl.parse("http://boot.example:8080/files")));
  }

  private static void golden(Kernel kernel, String name) throws Exception {
    Golden.is(name, IpxeScript.of(Golden.plan(MACHINE, kernel, URL), URL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "console=ttyS0 quiet",
        "init=/bin/sh -- -c x",
        "root=${root-path} a||b a;b a#b",
        "modules=loop,squashfs x=\"y z\"",
        "a || b && c ; d # e",
      })
  void commandLines(String cmdline) {
    assertThat(IpxeScript.checkCmdline(cmdline)).isEqualTo(cmdline);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nreboot", "a\rb", "a\0"})
  void notCommandLines(String cmdline) {
    assertThatIllegalArgumentException().isThrownBy(() -> IpxeScript.checkCmdline(cmdline));
  }

  /// iPXE splits a command before it replaces settings.
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "a b=c            ! a b=c",
        "a || b           ! a ${bootbus-nothing}|| b",
        "&& ; x           ! ${bootbus-nothing}&& ${bootbus-nothing}; x",
        "a #b c#d         ! a ${bootbus-nothing}#b c#d",
        "a;b a||b ${ip}   ! a;b a||b ${ip}",
      })
  void noWordEndsTheCommand(String cmdline, String escaped) throws CannotLoadException {
    assertThat(IpxeScript.escaped(cmdline)).isEqualTo(escaped);
  }

  @ParameterizedTest(name = "{0} and {1} is {2}")
  @CsvSource({
    "http://192.168.77.1, vmlinuz, http://192.168.77.1/vmlinuz",
    "http://192.168.77.1/, /vmlinuz, http://192.168.77.1/vmlinuz",
    "https://boot.example:8443/x, a/b, https://boot.example:8443/x/a/b",
    "http://192.168.77.1/, http://other/k, http://other/k",
    "tftp://192.168.77.1/, k, tftp://192.168.77.1/k",
  })
  void resolves(String base, String location, String url) {
    assertThat(BootUrl.parse(base).of(location)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "192.168.77.1",
        "/files",
        "file:///srv",
        "http://",
        "http://a b/",
        "http://x/?y",
        "http://x/#y",
        "http://${next-server}/"
      })
  void notBootUrls(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> BootUrl.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "http://192.168.77.1/alpine/vmlinuz, alpine/vmlinuz",
    "http://boot.example:8080/files//a/../b/./vmlinuz?x=1#y, files/b/vmlinuz",
    "tftp://192.168.77.1//vmlinuz%20lts, vmlinuz lts",
    "alpine/vmlinuz, alpine/vmlinuz",
    "//alpine/vm:linuz, alpine/vm:linuz",
    "http://192.168.77.1/${buildarch}/vmlinuz, ''",
    "http://192.168.77.1/%zz, ''",
    "http://192.168.77.1, ''",
  })
  void theNameOfAFileOnItsServer(String location, String name) {
    assertThat(BootUrl.file(location)).isEqualTo(name);
  }
}
