package dev.bootbus.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.store.EventLimits;
import dev.bootbus.runtime.ServiceFlags;
import dev.bootbus.schema.BusFlags;
import dev.bootbus.schema.Subjects;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        "--shipped-catalogue=no | --shipped-catalogue: say on or off, not no",
        "--archives=off | --archives: say mirrored or direct, not off",
        "mirror pins --catalogue=/no/such.yaml | /no/such.yaml: no such file",
        "--bucket-prefix=a.b | --bucket-prefix: letters, digits, '-' and '_' only: a.b",
        "--replicas=0 | --replicas: not from 1 to 5: 0",
        "--boot-url=x | --boot-url: not a URL such as http://192.168.77.1/: x",
        "--events-age=7 | --events-age: not a time such as 90m, 36h or 7d: 7",
        "--events-age=0d | --events-age: not a time such as 90m, 36h or 7d: 0d",
        "--events-bytes=1GB | --events-bytes: not a size such as 256MiB or 2GiB: 1GB",
        "--events-bytes=0MiB | --events-bytes: not a size such as 256MiB or 2GiB: 0MiB",
        "--events=maybe | --events: say on or off, not maybe",
        "--event-subject=bootbus.v1 | --event-subject: the stream of events would answer the"
            + " questions on bootbus.v1.dhcp",
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

  @Test
  void limitsOfEventsHaveUnitsAndDefaults() {
    assertThat(Lab.options().eventLimits()).isEqualTo(EventLimits.DEFAULT);
    assertThat(Lab.options("--events-age=", "--events-bytes=").eventLimits())
        .isEqualTo(EventLimits.DEFAULT);
    assertThat(Lab.options("--events-age=90m", "--events-bytes=2GiB").eventLimits())
        .isEqualTo(new EventLimits(Duration.ofMinutes(90), 2L << 30));
    assertThat(Lab.options("--events-age=36h").eventLimits().age()).isEqualTo(Duration.ofHours(36));
    assertThat(Lab.options("--events-age=7d").eventLimits().age()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void subjectsOfEventsAndQuestionsAreAsTheFlagsSay() {
    Options options = Lab.options("--event-subject=ours.event", "--subject=dhcp", "--events=off");
    assertThat(options.busSettings().subjects())
        .isEqualTo(new Subjects("dhcp", "bootbus.v1.file", "ours.event"));
    assertThat(options.busSettings().events()).isFalse();
  }

  private static int run(StringWriter err, String args) {
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(args.split(" "));
  }

  /// What is printed for the archives of a catalogue.
  @Test
  void aMirrorIsToldWhatItNeeds(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("c.yaml");
    String sum = "0123456789abcdef".repeat(4);
    Files.writeString(
        file,
        """
        kernels:
          - {name: a, archive: "http://x.example/", kernel: deb/a/linux, checksums: {deb/a/linux: %1$s}}
          - {name: b, archive: "http://x.example/", kernel: deb/b/linux, initrd: /deb/b/initrd}
          - {name: c, archive: "http://y.example/r/", kernel: linux, checksums: {linux: %1$s}}
          - {name: d, kernel: own/linux, checksums: {own/linux: %1$s}}
        """
            .formatted(sum));
    String options = " --shipped-catalogue=off --catalogue=" + file;
    assertThat(printed("mirror upstreams" + options))
        .isEqualTo("--upstream=/deb/=http://x.example/deb/\n--upstream=http://y.example/r/\n");
    assertThat(printed("mirror pins" + options)).isEqualTo(sum + "  a/linux\n" + sum + "  linux\n");
    assertThat(printed("mirror upstreams"))
        .contains("--upstream=/debian/=http://deb.debian.org/debian/\n")
        .contains("--upstream=/alpine/=http://dl-cdn.alpinelinux.org/alpine/\n")
        .contains("--upstream=/arm64-usr/=https://stable.release.flatcar-linux.net/arm64-usr/\n")
        .contains("--upstream=/pub/rocky/9/BaseOS/=https://dl.rockylinux.org/pub/rocky/9/BaseOS/\n")
        .doesNotContain("--upstream=http");
  }

  private static String printed(String args) {
    StringWriter out = new StringWriter();
    int code = Main.commandLine().setOut(new PrintWriter(out, true)).execute(args.split(" "));
    assertThat(code).isZero();
    return out.toString();
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
      Class<?> flags = ((Field) option.userObject()).getDeclaringClass();
      if (flags == BusFlags.class || flags == ServiceFlags.class) {
        assertThat(readme)
            .contains("`" + flag + "`"); // nats-schema and service-runtime have the rest
        continue;
      }
      String variable = "BOOTBUS_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      String defaults =
          ((Field) option.userObject()).getAnnotation(CommandLine.Option.class).defaultValue();
      assertThat(defaults).startsWith("${env:" + variable).endsWith("}");
      String value = defaults.substring(("${env:" + variable).length(), defaults.length() - 1);
      assertThat(readme)
          .contains(
              "| `%s` | `%s` | %s |"
                  .formatted(flag, variable, value.length() <= 2 ? "-" : value.substring(2)));
    }
  }
}
