package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "-o table | bootctl: which command? bootctl --help lists them",
        "nods | bootctl: Unmatched argument at index 0: 'nods': did you mean nodes?",
        "nodes --serch x | bootctl nodes: Unknown options: '--serch', 'x': did you mean --search?",
        "nodes get | bootctl nodes get: Missing required parameter: 'ID'",
        "nodes --page=0 | bootctl nodes: --page: the first is 1",
        "nodes --page-size=1001 | bootctl nodes: --page-size: not from 1 to 1000",
        "nodes --in=a | bootctl nodes: --in: what for? Say --search too",
        "nodes list --deleted | bootctl nodes list: --deleted: only leases are remembered",
        "nodes set a b | bootctl nodes set: not FIELD=VALUE: b",
        "nodes set a netboot=no | bootctl nodes set: netboot: neither true nor false: no",
        "settings set a | bootctl settings set: not NAME=VALUE: a",
        "import | bootctl import: of which server? pypxe, dnsmasq-leases",
        "import pypxe /no/such | bootctl import pypxe: /no/such: no such file",
        "kernels apply -f /no/such | bootctl kernels apply: /no/such: no such file",
        "render a b --files | bootctl render: a PATH, --files, or --loader and --kernel: one of"
            + " them",
        "--timeout=0 status | bootctl: --timeout: not from 1 to 3600",
        "--api=ftp://x status | bootctl: --api: not a URL such as http://127.0.0.1:8081: ftp://x",
        "--api=http://u:p@x status | bootctl: --api: not a URL such as http://127.0.0.1:8081:"
            + " http://u:p@x",
        "--api=off status | bootctl: --api: not a URL such as http://127.0.0.1:8081: off",
        "--token-file=/no/such status | bootctl: --token-file: there is no file /no/such",
        "--api=https://x --cacert=/no/such status | bootctl: --cacert: there is no file /no/such",
        "--api=https://x --cacert=pom.xml status | bootctl: --cacert: pom.xml is not a certificate"
            + " as PEM: No certificate data found",
      })
  void aMistakeIsOneLineAndExitCode2(String line, String complaint) {
    assertThat(Run.of(Terminal.NONE, line.split(" ")))
        .isEqualTo(new Run(2, "", complaint + System.lineSeparator()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a b\n", "a\u00e9\n"})
  void aTokenIsOneVisibleWordOfAscii(String text, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), text);
    assertThat(Run.of(Terminal.NONE, "--token-file=" + file, "status").err())
        .isEqualTo("bootctl: --token-file: the first line of " + file + " is no token\n");
  }

  @Test
  void everyCommandHasHelpThatFitsTheScreen() {
    helpFits(Main.commandLine(Terminal.NONE, InstantSource.system()));
  }

  private static void helpFits(CommandLine command) {
    assertThat(command.getUsageMessage().lines()).allMatch(line -> line.length() <= 100);
    assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
    command.getSubcommands().values().forEach(CommandLineTest::helpFits);
  }

  /// README.md names every command and every option of all of them, with its variable.
  @Test
  void theReadmeNamesEveryCommandAndVariable() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    CommandLine root = Main.commandLine(Terminal.NONE, InstantSource.system());
    assertThat(root.getSubcommands().keySet())
        .allSatisfy(name -> assertThat(readme).contains("bootctl " + name));
    for (String flag : new String[] {"--api", "--token-file", "--cacert", "--timeout"}) {
      String variable =
          flag.equals("--api")
              ? "BOOTBUS_API"
              : "BOOTBUS_API_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      assertThat(readme).contains("| `" + flag + "` | `" + variable + "` |");
      Field field = (Field) root.getCommandSpec().findOption(flag).userObject();
      assertThat(field.getAnnotation(CommandLine.Option.class).defaultValue())
          .startsWith("${env:" + variable);
    }
  }
}
