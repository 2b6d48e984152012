package dev.bootbus.schema.testing.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
  private static final Lab.Services NONE =
      service -> {
        throw new AssertionError(service);
      };

  @BeforeAll
  static void assumePossible() throws Exception {
    Lab.assumePossible("busybox busybox-static");
  }

  @Test
  void whatAKilledProcessLeftIsRemovedByTheNext(@TempDir Path logs) throws Exception {
    Process killed = new ProcessBuilder("true").start();
    killed.waitFor();
    String left = "bootbus-lab-" + killed.pid() + "-1-host";
    Lab.run(List.of("ip", "netns", "add", left));
    Process inside = new ProcessBuilder("ip", "netns", "exec", left, "sleep", "60").start();
    try (Lab own = Lab.open(logs, NONE);
        Lab other = Lab.open(logs, NONE)) {
      assertThat(inside.waitFor(10, TimeUnit.SECONDS)).isTrue();
      Host host = own.host("host");
      Host another = other.host("host");
      assertThat(Lab.run(List.of("ip", "netns", "list")))
          .doesNotContain(left)
          .contains(host.namespace())
          .contains(another.namespace());
    } finally {
      inside.destroyForcibly();
    }
  }

  @Test
  void aNarrowCableLosesWhatIsLarger(@TempDir Path logs) throws Exception {
    try (Lab lab = Lab.open(logs, NONE)) {
      Link link = lab.link("lan");
      Host one = lab.host("one").plug("eth0", "52:54:00:0a:00:01", link, "10.80.0.1/24");
      Host two = lab.host("two").plug("eth0", "52:54:00:0a:00:02", link, "10.80.0.2/24");

      two.narrow("eth0", 1400);

      assertThat(one.run("busybox ping -c 1 -W 5 -s 1300 10.80.0.2"))
          .contains("1 packets received");
      assertThat(
              one.start("busybox", "ping", "-c", "1", "-W", "1", "-s", "1450", "10.80.0.2")
                  .status())
          .isEqualTo(1);
    }
  }
}
