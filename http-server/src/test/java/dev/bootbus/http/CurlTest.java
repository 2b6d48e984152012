package dev.bootbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that we did not write.
class CurlTest {
  @TempDir private Path folder;
  private Path target;
  private Served served;
  private byte[] content;

  @BeforeEach
  void serve() throws Exception {
    assumeTrue(isOnPath("curl"), "needs curl: apt-get install curl");
    Path root = Files.createDirectory(folder.resolve("root"));
    target = folder.resolve("target");
    served = Served.from(root);
    content = new byte[5_000_000];
    new Random(2).nextBytes(content);
    served.put("initrd", content);
  }

  @AfterEach
  void stop() {
    if (served != null) {
      served.close();
    }
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private String curl(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
    command.addAll(List.of(options));
    command.add(served.url("/initrd"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void aWholeFile() throws Exception {
    assertThat(curl("-o", target.toString(), "-w", "%{http_code} %{size_download}"))
        .isEqualTo("200 5000000");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void withHttp10() throws Exception {
    assertThat(curl("-0", "-o", target.toString(), "-w", "%{http_code}")).isEqualTo("200");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void aDownloadThatWasInterruptedGoesOn() throws Exception {
    Files.write(target, Arrays.copyOf(content, 1_234_567));

    assertThat(curl("-C", "-", "-o", target.toString(), "-w", "%{http_code} %{size_download}"))
        .isEqualTo("206 3765433");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void aRange() throws Exception {
    curl("-r", "-1000", "-o", target.toString());

    assertThat(target).hasBinaryContent(Arrays.copyOfRange(content, 4_999_000, 5_000_000));
  }

  @Test
  void onlyIfItIsNewer() throws Exception {
    curl("-R", "-o", target.toString());

    assertThat(curl("-z", target.toString(), "-o", "/dev/null", "-w", "%{http_code}"))
        .isEqualTo("304");
  }

  @Test
  void headsLengthIsGets() throws Exception {
    assertThat(curl("-I")).contains("Content-Length: 5000000");
  }

  @Test
  void manyOnOneConnection() throws Exception {
    String url = served.url("/initrd");
    List<String> options = new ArrayList<>(List.of("-w", "%{num_connects}"));
    for (int i = 0; i < 5; i++) {
      options.addAll(List.of("-o", "/dev/null", url));
    }
    options.addAll(List.of("-o", "/dev/null"));

    assertThat(curl(options.toArray(String[]::new))).isEqualTo("100000");
  }
}
