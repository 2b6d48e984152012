package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignmentsTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "NODES | hostname=a address= | {\"hostname\":\"a\",\"address\":null}",
        "NODES | groups=web,db, | {\"groups\":[\"web\",\"db\"]}",
        "NODES | groups= | {\"groups\":null}",
        "NODES | netboot=false controlNode=true | {\"netboot\":false,\"controlNode\":true}",
        "NODES | options.disk=/dev/sda options.a.b=c=d | {\"options\":{\"disk\":\"/dev/sda\",\"a.b\":\"c=d\"}}",
        "NODES | options.disk= | {\"options\":{\"disk\":null}}",
        "NODES | options= | {\"options\":null}",
        "NODES | unheard=of | {\"unheard\":\"of\"}",
        "KERNELS | cmdline=console=ttyS0,115200 | {\"cmdline\":\"console=ttyS0,115200\"}",
        "KERNELS | initrd=a,b version=3.10 | {\"initrd\":[\"a\",\"b\"],\"version\":\"3.10\"}",
        "KERNELS | checksums.x/vmlinuz.efi=00 | {\"checksums\":{\"x/vmlinuz.efi\":\"00\"}}",
        "LEASES | expires=17 | {\"expires\":17}",
      })
  void becomeAMergePatch(Kind kind, String assignments, String patch) {
    assertThat(Assignments.patch(kind, List.of(assignments.split(" ")))).hasToString(patch);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hostname | not FIELD=VALUE: hostname",
        "=a | not FIELD=VALUE: =a",
        "hostname=a hostname=b | hostname is given twice",
        "options.a=1 options.a=2 | options.a is given twice",
        "options= options.a=2 | options is given twice",
        "options.a=2 options= | options is given twice",
        "options=a | options: say options.NAME=a for one part of it",
        "hostname.a=b | hostname.a: hostname has no parts",
        "netboot=yes | netboot: neither true nor false: yes",
      })
  void areRefusedBeforeAnythingIsAsked(String assignments, String complaint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Assignments.patch(Kind.NODES, List.of(assignments.split(" "))))
        .withMessage(complaint);
  }
}
