package dev.bootbus.kernel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// bootctl as a process of its own, and bash that completes it.
class ProcessTest {
  private static Run run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path err = Files.createTempFile("bootctl", ".err");
    Process process = builder.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return new Run(process.exitValue(), said, Files.readString(err));
    } finally {
      process.destroyForcibly();
      Files.delete(err);
    }
  }

  private static ProcessBuilder bootctl(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("BOOTBUS_"));
    return builder;
  }

  @Test
  void theEnvironmentSaysWhereTheApiIs(@TempDir Path folder) throws Exception {
    try (CannedApi api = new CannedApi()) {
      api.on("GET /api/v1/kernels/a", "{\"id\":\"a\"}");
      ProcessBuilder builder = bootctl("kernels", "get", "a", "-o=name");
      // as kernel-backend's own flag has it, whose variable has the same name
      builder.environment().put("BOOTBUS_API", api.url().substring("http://".length()));
      builder.environment().put("BOOTBUS_API_CACERT", "");
      builder
          .environment()
          .put(
              "BOOTBUS_API_TOKEN_FILE",
              Files.writeString(folder.resolve("token"), "secret").toString());
      assertThat(run(builder)).isEqualTo(new Run(0, "a\n", ""));
      assertThat(api.asked()).containsExactly("GET /api/v1/kernels/a Bearer secret");
    }
  }

  @Test
  void aScreenIsAsWideAsTheLauncherSays() throws Exception {
    try (CannedApi api = new CannedApi()) {
      api.on(
          "GET /api/v1/nodes?page=1&pageSize=100",
          "{\"total\":1,\"rows\":[{\"id\":\"52-54-00-12-34-56\",\"status\":\"failed\"}]}");
      ProcessBuilder builder = bootctl("--api=" + api.url(), "nodes");
      builder.environment().put("BOOTBUS_TERMINAL", "1:60");
      builder.environment().remove("NO_COLOR");
      builder.environment().put("LC_ALL", "C.UTF-8");
      Run run = run(builder);
      assertThat(run.out())
          .isEqualTo(
              """
              ID       HOSTNA…  ADDRE…  ARCH  KERNEL  STAGE  STATUS  SINCE
              52-54-…  -        -       -     -       -      \u001b[31mfailed\u001b[0m  -
              """);
      builder.environment().put("NO_COLOR", "1");
      assertThat(run(builder).out()).doesNotContain("\u001b");
    }
  }

  @Test
  void exitCodesArriveAtTheShell() throws Exception {
    assertThat(run(bootctl("nods")).code()).isEqualTo(2);
    assertThat(run(bootctl("--api=http://127.0.0.1:1", "status")).code()).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "bootctl no | nodes",
        "bootctl nodes s | set",
        "bootctl nodes list --se | --search",
        "bootctl nodes get --tok | --token-file",
        "bootctl import d | dnsmasq-leases",
        "bootctl import pypxe --dry | --dry-run",
        "bootctl render --loader u | u-boot",
        "bootctl -o w | wide",
        "bootctl completion z | zsh",
        "bootctl kernels apply -f pom | pom.xml",
        "bootctl kernels ap | apply",
      })
  void bashCompletes(String line, String completed, @TempDir Path folder) throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, Run.of(Terminal.NONE, "completion", "bash").out());
    String ask =
        """
        compopt() { :; }  # bash has it only while somebody presses the key
        . "$0"
        read -ra COMP_WORDS <<<"$1"
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE=$1 COMP_POINT=${#1}
        "$(complete -p bootctl | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
        printf '%s\\n' "${COMPREPLY[@]}" | sed 's/ *$//'
        """;
    Run run = run(new ProcessBuilder("bash", "--norc", "-c", ask, script.toString(), line));
    assertThat(run.out().lines()).contains(completed);
    assertThat(run.err()).isEmpty();
  }
}
