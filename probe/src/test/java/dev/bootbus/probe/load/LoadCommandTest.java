package dev.bootbus.probe.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadCommandTest {
  @ParameterizedTest
  @CsvSource({
    "--clients 0, a fleet has 1 to 100000 machines",
    "--mac-prefix 01, begins group addresses",
    "--mac-prefix what, not a hardware address",
    "--ramp 3601, --ramp is 0 to 3600",
    "--at-once 0, --at-once is 1 to 8192",
    "--tftp-port 0, --tftp-port is 1 to 65535",
    "--timeout 0, --timeout is 1 to 3600",
    "--offers 10001, --offers is 0 to 10000",
    "--files file:///etc/passwd, neither a tftp: nor an http: URL",
    "--files vmlinuz, neither a tftp: nor an http: URL",
    "--release maybe, --release is on or off",
    "--as toaster, toaster",
    "'', say one of --interface NAME"
  })
  void whatMakesNoSenseIsRefusedBeforeAnythingIsSent(String options, String why) {
    StringWriter said = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(said));

    int status = line.execute(("load " + options).strip().split(" "));

    assertThat(status).isEqualTo(2);
    assertThat(said.toString()).contains(why);
  }
}
