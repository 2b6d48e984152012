package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What machines get as their script, over a real bus.
@ExtendWith(OnNats.class)
class ScriptsTest {
  private static final MacAddress MAC = MacAddress.parse("52:54:00:12:34:56");

  private Backends backends;

  @BeforeEach
  void connect(Backends own) {
    backends = own;
  }

  @Test
  void writesTheScriptOfAMachine() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    DhcpRequest request = Lab.request(MAC, Mode.DHCP, "REQUEST", null, List.of(0));
    String address = backends.address(request);
    for (String name : List.of("boot.ipxe", "main.ipxe", "autoexec.ipxe")) {
      FileAnswer byMac = backends.ask(Lab.script(Protocol.HTTP, name, "10.0.0.1", MAC));
      assertThat(Lab.text(byMac))
          .contains("# steady-hornet (52:54:00:12:34:56) boots alpine\n")
          .contains(
              "\nkernel --timeout 60000 http://192.168.77.1/vmlinuz initrd=initrd.img || goto");
      assertThat(backends.ask(Lab.script(Protocol.TFTP, name, address, MacAddress.NONE)))
          .isEqualTo(byMac);
    }
    backends.clock.pass(Duration.ofSeconds(3600));
    assertThat(
            Lab.text(
                backends.ask(Lab.script(Protocol.TFTP, "main.ipxe", address, MacAddress.NONE))))
        .contains("chain");
  }

  @Test
  void aMachineThatNobodyKnowsIsAskedWhoItIsOnce() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    for (String name : List.of("boot.ipxe", "main.ipxe", "autoexec.ipxe")) {
      assertThat(
              Lab.text(backends.ask(Lab.script(Protocol.TFTP, name, "10.0.0.9", MacAddress.NONE))))
          .contains("chain http://192.168.77.1/boot.ipxe?mac=${netX/mac:hexhyp}");
    }
    assertThat(backends.ask(Lab.script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", MacAddress.NONE)))
        .isEqualTo(
            new FileAnswer.NotFound("no machine at 10.0.0.9 is known: add ?mac= to the URL"));
  }

  @Test
  void saysWhyThereIsNoScript() throws Exception {
    backends.start(Lab.KERNELS, Lab.SMALL_POOL);
    assertThat(backends.ask(Lab.script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", Lab.mac(1))))
        .isInstanceOf(FileAnswer.NotFound.class)
        .asString()
        .contains("name one for 52:54:00:00:00:01 under nodes, or under default");
    MacAddress off = MacAddress.parse("52:54:00:00:00:51");
    assertThat(backends.answer(Lab.discover(off)).netboot()).isEqualTo(Netboot.DENIED);
    assertThat(
            backends.ask(Lab.script(Protocol.TFTP, "main.ipxe", "192.168.77.102", MacAddress.NONE)))
        .isInstanceOf(FileAnswer.Denied.class);
    assertThat(backends.ask(Lab.script(Protocol.TFTP, "pxelinux.cfg/C0A8", "10.0.0.9", MAC)))
        .isEqualTo(new FileAnswer.NotFound("the backend has no such file"));
  }

  @Test
  void withoutABootUrlThereAreNoScripts() throws Exception {
    backends.start(Lab.KERNELS, "--subnet=192.168.77.0/24");
    assertThat(backends.ask(Lab.script(Protocol.HTTP, "boot.ipxe", "10.0.0.9", MAC)))
        .isEqualTo(
            new FileAnswer.NotFound("the backend writes no scripts: start it with --boot-url"));
    MacAddress storage = MacAddress.parse("52:54:00:00:00:50");
    assertThat(backends.answer(Lab.discover(storage)).netboot()).isEqualTo(new Netboot(true, ""));
  }
}
