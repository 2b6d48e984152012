package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class MainTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--bogus | Unknown option: '--bogus'",
        "--lease-time=soon | Invalid value for option '--lease-time': 'soon' is not a long",
        "--pool=10.0.0.1 | --pool: not FIRST-LAST: 10.0.0.1",
        "--pool=10.0.0.1-10.0.0.9 | machines need a subnet mask: set --subnet",
        "--catalogue=/no/such.yaml | /no/such.yaml: no such file",
        "--bucket-prefix=a.b | --bucket-prefix: letters, digits, '-' and '_' only: a.b",
        "--replicas=0 | --replicas: not from 1 to 5: 0",
        "--boot-url=x | --boot-url: not a URL such as http://192.168.77.1/: x",
      })
  void aMistakeIsOneLineAndExitCode2(String args, String complaint) {
    StringWriter err = new StringWriter();
    assertThat(run(err, args)).isEqualTo(2);
    assertThat(err).hasToString("kernel-backend: " + complaint + System.lineSeparator());
  }

  @Test
  void aFaultInTheCatalogueNamesFileLineAndField(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, "kernels:\n  - name: a\n    kernl: b\n");
    StringWriter err = new StringWriter();
    assertThat(run(err, "--catalogue=" + file)).isEqualTo(2);
    assertThat(err.toString()).startsWith("kernel-backend: " + file + ":3: kernels[0].kernl: ");
  }

  private static int run(StringWriter err, String... args) {
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(args);
  }

  /// Every option has a row in README.md, with its environment variable and its default.
  @Test
  void theReadmeNamesEveryOption() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    CommandLine command = Main.commandLine();
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      String flag = option.longestName();
      String name = flag.equals("--nats") ? "NATS_URL" : flag.substring(2);
      String variable = "BOOTBUS_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
      String defaults =
          ((Field) option.userObject()).getAnnotation(CommandLine.Option.class).defaultValue();
      assertThat(defaults).startsWith("${env:" + variable).endsWith("}");
      String value = defaults.substring(("${env:" + variable).length(), defaults.length() - 1);
      assertThat(readme)
          .contains(
              "| `%s` | `%s` | %s |"
                  .formatted(flag, variable, value.isEmpty() ? "-" : value.substring(2)));
    }
  }
}
