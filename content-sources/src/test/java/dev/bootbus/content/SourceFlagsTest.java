package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.content.ContentSource.Answer;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SourceFlagsTest {
  private static final Asker ASKER =
      new Asker(
          Protocol.TFTP, InetAddress.getLoopbackAddress(), MacAddress.NONE, Traceparent.fresh());

  @Command
  private static final class Server {
    @Mixin private SourceFlags sources = new SourceFlags();
  }

  private static SourceOrder order(Map<String, String> environment, String... flags) {
    Server server = new Server();
    new CommandLine(server).parseArgs(flags);
    return server.sources.order(environment);
  }

  private static SourceOrder order(String flags) {
    return order(Map.of(), flags.isEmpty() ? new String[0] : flags.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | disk,generated",
        "--upstream http://h/ | disk,generated,upstream",
        "--objects b | disk,generated,objects",
        "--upstream http://h/ --objects b | disk,generated,objects,upstream",
        "--sources generated | generated",
        "--sources generated,disk | generated,disk",
        "--sources upstream=/a//b/,disk --upstream http://h | upstream=/a/b/,disk",
        "--sources disk,Countdown | disk,Countdown",
        "--sources disk,countdown=/x/ | disk,countdown=/x/",
        "--sources generated=/a/,disk,generated=/b/ | generated=/a/,disk,generated=/b/",
      })
  void theOrderIsAsGiven(String flags, String order) {
    assertThat(order(flags).toString()).isEqualTo(order);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sources tape | --sources: there is no source tape: there are disk, generated, objects,"
            + " upstream, Countdown",
        "--sources disk=x | --sources: a folder begins and ends in a slash, not x",
        "--sources disk=/../ | --sources: /../: the path leads out of the root",
        "--sources , | --sources names no source",
        "--sources upstream | --sources names upstream: say which with --upstream",
        "--sources disk --upstream http://h | --upstream is set, and --sources does not name it",
        "--sources objects | --sources names objects: say which with --objects",
        "--upstream ftp://h | --upstream: an upstream is http://HOST/PATH or https://HOST/PATH",
        "--upstream /a=http://h | --upstream: a folder begins and ends in a slash, not /a",
        "--upstream http://h --upstream-timeout 0 | --upstream-timeout must be 1 to 300",
        "--upstream http://h --upstream-timeout x | --upstream-timeout must be 1 to 300",
        "--upstream http://h --upstream-fetches 65536 | --upstream-fetches must be 1 to 65535",
        "--upstream http://h --upstream-proxy socks://h | --upstream-proxy: a proxy is"
            + " http://HOST:PORT, without user and password",
        "--upstream http://h --upstream-ca /no.pem | --upstream-ca: /no.pem cannot be read: /no.pem",
        "--objects a.b | --objects: a bucket has a name of letters, digits, dashes and underscores",
        "--max-generated 0 | --max-generated must be 1 or more",
      })
  void aMistakeIsOneSentence(String flags, String sentence) {
    assertThatThrownBy(() -> order(flags))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void whatIsNotGivenComesFromTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "BOOTBUS_SOURCES", "upstream,disk,objects",
            "BOOTBUS_UPSTREAM", "http://a/x /deb/=https://b",
            "BOOTBUS_UPSTREAM_TIMEOUT", "7",
            "BOOTBUS_UPSTREAM_FETCHES", "9",
            "BOOTBUS_OBJECTS", "one,/two/=two",
            "BOOTBUS_MAX_GENERATED", "5");

    SourceOrder order = order(environment);

    assertThat(order.toString()).isEqualTo("upstream,disk,objects");
    assertThat(order.maxGenerated()).isEqualTo(5);
    assertThat(order.buckets().toString()).contains("what=one", "what=two");
    assertThat(order.upstreams())
        .extracting(mount -> mount.folder() + " " + mount.what().base())
        .containsExactly(" http://a/x/", "deb https://b/");
    assertThat(order.upstreams().getFirst().what().timeout()).hasSeconds(7);
    assertThat(order.upstreams().getFirst().what().maxFetches()).isEqualTo(9);
    assertThat(order(environment, "--upstream", "http://c").upstreams()).hasSize(1);
  }

  private static Answer ask(ContentSource source, String name) throws Exception {
    return source.open(BootPath.ofTftp(name), ASKER);
  }

  private static String text(Answer answer) throws Exception {
    if (!(answer instanceof Answer.Found(Content content))) {
      return answer.getClass().getSimpleName();
    }
    try (content;
        var in = content.from(0)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void foldersRestrictASourceOrAreItsPlace() throws Exception {
    List<String> asked = new ArrayList<>();
    ContentSource disk =
        (path, asker) -> {
          asked.add("disk " + path);
          return ContentSource.missing(path);
        };
    try (Bus bus = Bus.connect(BusSettings.of("x").withServers("nats://127.0.0.1:1"), _ -> {});
        FakeMirror debian =
            FakeMirror.start(
                (request, out) -> FakeMirror.say(out, "200 OK", "", "debian".getBytes(UTF_8)));
        FakeMirror rest =
            FakeMirror.start(
                (request, out) -> FakeMirror.say(out, "404 Not Found", "", new byte[0]));
        SourceOrder.Opened opened =
            order(
                    "--sources disk=/boot/,countdown,upstream --upstream /deb/ian/=%sdists"
                            .formatted(debian.url())
                        + " --upstream "
                        + rest.url())
                .open(bus, new SimpleMeterRegistry(), Map.of("disk", disk), upstream -> upstream)) {
      ContentSource source = opened.source();

      assertThat(text(ask(source, "countdown/3"))).isEqualTo("3\n2\n1\n");
      assertThat(text(ask(source, "deb/ian/linux"))).isEqualTo("debian");
      assertThat(debian.requests.getFirst().target()).isEqualTo("/dists/linux");
      assertThat(ask(source, "boot/x"))
          .isEqualTo(new Answer.Missing("/boot/x is not here: no such file."));
      assertThat(ask(source, "deb/ian")).isInstanceOf(Answer.Missing.class);
      assertThat(asked).containsExactly("disk boot/x");
      assertThat(rest.requests)
          .extracting(FakeMirror.Request::target)
          .containsExactly("/boot/x", "/deb/ian");
      assertThat(debian.requests).hasSize(1);
    }
  }

  @Test
  void theReadmeHasEveryFlagWithItsVariable() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    Map<String, String> missing = new HashMap<>();
    for (var option : new CommandLine(new Server()).getCommandSpec().options()) {
      String name = option.longestName();
      String variable = "BOOTBUS_" + name.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
      if (!readme.contains("| `%s` | `%s` |".formatted(name, variable))) {
        missing.put(name, variable);
      }
      assertThat(String.join(" ", option.description())).contains(variable);
    }
    assertThat(missing).isEmpty();
  }
}
