package dev.bootbus.schema.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.PlainConnection;
import dev.bootbus.schema.Subjects;
import dev.bootbus.schema.conformance.Report.Outcome;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every check against a backend that is wrong in just that way: it fails, with its reason, and
/// nothing else does. What the simulator has a behaviour for is in [SimulatorTest].
class BrokenBackendsTest {
  private static final String FILE = "bootbus.v1.file";
  private static NatsServer nats;
  private static Connection kit;
  private static Connection backend;
  private final List<Dispatcher> started = new ArrayList<>();

  /// @param reason what the check says of it
  /// @param others what cannot but fail with it
  private record Row(String check, Broken broken, String reason, List<String> others) {
    static Row of(String check, Broken broken, String reason, String... others) {
      return new Row(check, broken, reason, List.of(others));
    }

    @Override
    public String toString() {
      return check;
    }
  }

  private static Stream<Row> rows() {
    return Stream.of(replies(), forGo(), questions(), garbage(), load()).flatMap(rows -> rows);
  }

  private static Stream<Row> replies() {
    return Stream.of(
        Row.of(
            "cloud-event",
            Broken.event(event -> event.remove("id")),
            "the CloudEvents SDK refuses it"),
        Row.of(
            "json-data",
            Broken.event(event -> event.put("data", event.get("data").toString())),
            "data is text with JSON in it"),
        Row.of(
            "json-data",
            Broken.event(event -> event.put("datacontenttype", "application/vnd.dhcp+json")),
            "datacontenttype is application/vnd.dhcp+json",
            "cloud-event"),
        Row.of("trace", Broken.event(event -> event.remove("traceparent")), "has no traceparent"),
        Row.of(
            "trace",
            Broken.event(
                event ->
                    event.put(
                        "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
            "the reply is in another trace: 00-0af7"),
        Row.of(
            "fields",
            Broken.dhcp(dhcp -> dhcp.put("SubnetMask", "255.0.255.0")),
            "SubnetMask is none: \"255.0.255.0\""),
        Row.of(
            "fields",
            Broken.data(data -> data.withObject("/Netboot").put("AllowNetboot", "yes")),
            "AllowNetboot is neither true nor false: \"yes\""),
        Row.of(
            "fields",
            Broken.data(data -> data.withObject("/Extensions/Options").put("255", "x")),
            "no DHCP option has the code 255"),
        Row.of(
            "mac-echo",
            Broken.dhcp(dhcp -> dhcp.put("MACAddress", "52:54:00:ab:cd:1")),
            "MACAddress is \"52:54:00:ab:cd:1\""),
        Row.of(
            "mac-echo",
            Broken.errors(
                event -> event.withObject("/data/DHCP").put("MACAddress", "52:54:00:00:00:01")),
            "asked for 02:00:5e:00:53:fe, answered for 52:54:00:00:00:01"),
        Row.of(
            "known-address",
            Broken.dhcp(dhcp -> dhcp.put("IPAddress", "192.0.2.11")),
            "52:54:00:ab:cd:10 should get 192.0.2.10: an answer with 192.0.2.11"),
        Row.of(
            "unknown",
            Broken.errors(event -> event.withObject("/data/Error").put("Code", 403)),
            "error 403 \"nobody knows"),
        Row.of(
            "proxy-mode", Broken.refuses(Broken.says("\"PROXY\"")), "with Mode PROXY: error 400"));
  }

  private static Stream<Row> forGo() {
    return Stream.of(
        Row.of(
            "go-dhcp-keys", Broken.dhcp(dhcp -> dhcp.put("BootFile", "x")), "DHCP holds BootFile"),
        Row.of(
            "go-text",
            Broken.dhcp(dhcp -> dhcp.put("MACAddress", Question.base64(Judged.KNOWN))),
            "MACAddress is \"UlQAq80Q\""),
        Row.of(
            "go-text",
            Broken.dhcp(
                dhcp ->
                    dhcp.put(
                        "SubnetMask",
                        Base64.getEncoder().encodeToString(new byte[] {-1, -1, -1, 0}))),
            "SubnetMask is \"////AA==\""),
        Row.of(
            "go-lists",
            Broken.dhcp(dhcp -> dhcp.put("NameServers", "192.0.2.53")),
            "NameServers is \"192.0.2.53\""),
        Row.of(
            "go-numbers",
            Broken.dhcp(dhcp -> dhcp.put("LeaseTime", "3600")),
            "LeaseTime is \"3600\""),
        Row.of(
            "go-script-url",
            Broken.data(data -> data.withObject("/Netboot").put("IPXEScriptURL", "")),
            "IPXEScriptURL is \"\""));
  }

  private static Stream<Row> questions() {
    return Stream.of(
        Row.of(
            "every-fact",
            Broken.refuses(Broken.says("RelayAddress")),
            "with every fact set: error 400 \"too much for me\""),
        Row.of("every-fact", Broken.refuses(Broken.says("node-1.example.com")), "error 400"),
        Row.of("extra-keys", Broken.refuses(Broken.says("SomethingNew")), "error 400"),
        Row.of("all-attributes", Broken.refuses(Broken.says("dataschema")), "error 400"),
        Row.of(
            "few-attributes",
            Broken.silentTo(isRequest().and(Broken.says("datacontenttype").negate())),
            "no reply in 5"),
        Row.of("data-base64", Broken.silentTo(Broken.says("data_base64")), "no reply in 5"),
        Row.of("key-case", Broken.refuses(Broken.says("macaddress")), "error 400"),
        Row.of("mac-colons", Broken.refuses(Broken.says("52:54:00:ab:cd:10")), "error 400"),
        Row.of("mac-dashes", Broken.refuses(Broken.says("52-54-00-ab-cd-10")), "error 400"),
        Row.of("mac-upper-case", Broken.refuses(Broken.says("52:54:00:AB:CD:10")), "error 400"),
        Row.of(
            "mac-absent",
            Broken.silentTo(
                isRequest()
                    .and(Broken.says("macaddress").negate())
                    .and(Broken.says("MACAddress").negate())
                    .and(Broken.says("data_base64").negate())),
            "no reply in 5"));
  }

  /// A well-formed request, as far as can be seen without reading it.
  private static Predicate<Message> isRequest() {
    return Broken.says("MessageType").or(Broken.says("data_base64"));
  }

  private static Stream<Row> garbage() {
    AtomicBoolean hurt = new AtomicBoolean();
    return Stream.of(
        silentTo("not-json", message -> Broken.text(message).startsWith("this is not")),
        silentTo("empty", message -> message.getData().length == 0),
        silentTo("json-list", message -> Broken.text(message).startsWith("[")),
        silentTo("cut-off", message -> Broken.text(message).endsWith("MACAddr")),
        silentTo(
            "no-data",
            Broken.says("datacontenttype")
                .and(Broken.says("\"data\"").or(Broken.says("data_base64")).negate())),
        silentTo("text-data", Broken.says("hello")),
        silentTo("mac-nonsense", Broken.says("%%zz%%")),
        silentTo("megabyte", message -> message.getData().length > 900_000),
        silentTo("deep", Broken.says("[[[[")),
        Row.of(
            "text-data",
            new Broken(
                message ->
                    List.of(
                        Broken.says("hello").test(message)
                            ? new Replies(Simulator.Machines.ALL)
                                .good(new Asked(Judged.KNOWN, true, "", "", ""))
                            : Broken.good(message))),
            "it is taken for a machine: an answer with 192.0.2.10"),
        Row.of(
            "survives-garbage",
            new Broken(
                message -> {
                  if (Broken.says("[[[[").test(message)) {
                    hurt.set(true);
                  } else if (Broken.says("MACAddress").test(message) && hurt.getAndSet(false)) {
                    return List.of(Broken.error(message, 500, "out of memory"));
                  }
                  return List.of(Broken.good(message));
                }),
            "error 500 \"out of memory\"; at first: an answer with 192.0.2.10"));
  }

  private static Row silentTo(String check, Predicate<Message> which) {
    return Row.of(check, Broken.silentTo(which), "no reply in 5");
  }

  private static Stream<Row> load() {
    AtomicBoolean tired = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    return Stream.of(
        Row.of(
            "one-reply",
            new Broken(
                message ->
                    asked.getAndIncrement() % 2 == 0 || index(message) < 0
                        ? List.of(Broken.good(message))
                        : List.of(Broken.good(message), Broken.good(message))),
            "of 50 requests got more than one reply, up to 2"),
        Row.of(
            "at-once",
            Broken.silentTo(message -> index(message) >= 50),
            "10 of 60 requests got no"),
        Row.of(
            "at-once",
            new Broken(
                message ->
                    List.of(
                        index(message) < 50
                            ? Broken.good(message)
                            : Broken.error(message, 500, "out of memory"))),
            "10 of 60 replies tell of a failure: error 500 \"out of memory\""),
        Row.of(
            "still-answers",
            new Broken(
                message -> {
                  tired.compareAndSet(false, index(message) >= 50);
                  return List.of(
                      tired.get() && index(message) < 0
                          ? Broken.error(message, 404, "forgotten")
                          : Broken.good(message));
                }),
            "error 404 \"forgotten\"; at first: an answer with 192.0.2.10"));
  }

  /// Which of many at once it is; -1 for one that is asked alone.
  private static int index(Message message) {
    String token = message.getReplyTo().substring(message.getReplyTo().lastIndexOf('.') + 1);
    return token.matches("\\d{1,3}") ? Integer.parseInt(token) : -1;
  }

  @BeforeAll
  static void connect() throws Exception {
    nats = NatsServer.start();
    kit = PlainConnection.open(BusSettings.of("kit").withServers(nats.url()), 0);
    backend = PlainConnection.open(BusSettings.of("backend").withServers(nats.url()), 0);
  }

  @AfterAll
  static void close() throws Exception {
    kit.close();
    backend.close();
    nats.close();
  }

  @AfterEach
  void stop() {
    started.forEach(backend::closeDispatcher);
  }

  private void start(Broken broken, String subject) throws Exception {
    started.add(broken.start(backend, subject));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void failsInThatAlone(Row row) throws Exception {
    start(row.broken, Subjects.DEFAULT.dhcp());

    Judged judged = Judged.by(kit, Judged.plan(Subjects.DEFAULT).withPatience(Judged.SHORT));

    assertThat(judged.line(row.check).verdict()).isInstanceOf(Verdict.Failed.class);
    assertThat(judged.line(row.check).detail()).contains(row.reason);
    assertThat(Stream.of(Outcome.FAILED, Outcome.ADVISED).flatMap(o -> judged.names(o).stream()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of(row.check), row.others.stream()).toList());
  }

  /// What the table here, [SimulatorTest] and the file tests below have shown to fail.
  @Test
  void noCheckIsLeftOut() {
    var shown = new TreeSet<>(rows().map(Row::check).toList());
    shown.addAll(List.of("answers", "in-time", "reply-size", "known", "go-nested"));
    shown.addAll(List.of("go-error-message", "file-known", "file-unknown", "file-garbage"));
    shown.addAll(List.of("file-pieces", "file-offset"));

    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(Kit.CHECKS.stream().map(Check::name).toList());
  }

  @Test
  void filesAreJudgedByThemselves() throws Exception {
    start(new Broken(message -> List.of(Broken.good(message))), Subjects.DEFAULT.dhcp());
    Map<String, Consumer<ObjectNode>> wrong =
        Map.of(
            "file-known", data -> data.withObject("/Error").put("Code", 403).put("Message", "no"),
            "file-unknown", data -> data.put("Content", "#!ipxe\n"),
            "file-garbage", data -> data.put("Content", "#!ipxe\n"));
    Plan plan = Judged.plan(Subjects.DEFAULT).withPatience(Judged.SHORT).withFile("boot.ipxe");

    for (Map.Entry<String, Consumer<ObjectNode>> row : wrong.entrySet()) {
      Dispatcher files = files(row.getKey(), row.getValue()).start(backend, FILE);
      Judged judged = Judged.by(kit, plan);
      backend.closeDispatcher(files);
      assertThat(Stream.of(Outcome.FAILED, Outcome.ADVISED).flatMap(o -> judged.names(o).stream()))
          .containsExactly(row.getKey());
    }
    Judged nobody = Judged.by(kit, plan);
    assertThat(nobody.names(Outcome.FAILED)).containsExactly("file-known", "file-unknown");
    assertThat(nobody.line("file-known").detail()).isEqualTo("nobody listens on bootbus.v1.file");
  }

  /// Of the file "abcdefgh" in pieces of 3 bytes.
  private static ObjectNode piece(long offset) {
    String rest = "abcdefgh".substring((int) offset);
    ObjectNode data = Answer.MAPPER.createObjectNode().put("MediaType", "text/plain");
    data.put("Content", rest.substring(0, Math.min(3, rest.length())));
    return rest.length() > 3 ? data.put("More", true) : data;
  }

  private static Stream<Arguments> pieces() {
    return Stream.of(
        Arguments.of("", "8 bytes in 3 pieces", (LongFunction<ObjectNode>) offset -> piece(offset)),
        Arguments.of(
            "",
            "8 bytes in 3 pieces",
            (LongFunction<ObjectNode>) offset -> piece(offset).put("Size", 8).put("Version", "v")),
        Arguments.of(
            "file-pieces",
            "the Size is 9, and it ends after 8",
            (LongFunction<ObjectNode>) offset -> piece(offset).put("Size", 9)),
        Arguments.of(
            "file-pieces",
            "the piece from 3 says Size 5, the first 8",
            (LongFunction<ObjectNode>) offset -> piece(offset).put("Size", 8 - offset)),
        Arguments.of(
            "file-pieces",
            "the piece from 3 is of Version \"v3\", the first of \"v0\"",
            (LongFunction<ObjectNode>) offset -> piece(offset).put("Version", "v" + offset)),
        Arguments.of(
            "file-pieces",
            "the piece from 6 has no bytes, and says More",
            (LongFunction<ObjectNode>)
                offset -> offset == 6 ? piece(8).put("More", true) : piece(offset)),
        Arguments.of(
            "file-pieces",
            "error 404 \"no\" from offset 6",
            (LongFunction<ObjectNode>)
                offset -> {
                  ObjectNode data = piece(offset);
                  if (offset == 6) {
                    data.putObject("Error").put("Code", 404).put("Message", "no");
                  }
                  return data;
                }),
        Arguments.of(
            "file-pieces",
            "a piece has neither Content nor Base64",
            (LongFunction<ObjectNode>)
                offset -> offset == 6 ? piece(6).without("Content") : piece(offset)),
        Arguments.of(
            "file-pieces",
            "Base64 cannot be decoded: ab",
            (LongFunction<ObjectNode>)
                offset ->
                    offset == 6
                        ? piece(6).<ObjectNode>without("Content").put("Base64", "ab\n")
                        : piece(offset)),
        Arguments.of(
            "file-offset",
            "from 1 it is another file",
            (LongFunction<ObjectNode>) offset -> piece(offset / 3 * 3)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("pieces")
  void piecesThatDoNotFitTogetherAreFound(
      String failing, String detail, LongFunction<ObjectNode> piece) throws Exception {
    start(new Broken(message -> List.of(Broken.good(message))), Subjects.DEFAULT.dhcp());
    start(
        new Broken(
            message -> {
              ObjectNode event = Answer.MAPPER.createObjectNode().put("specversion", "1.0");
              Matcher offset = Pattern.compile("\"Offset\":(\\d+)").matcher(Broken.text(message));
              if (Broken.says("long.bin").test(message)) {
                event.set("data", piece.apply(offset.find() ? Long.parseLong(offset.group(1)) : 0));
              } else {
                int code = Broken.says("no-such").test(message) ? 404 : 400;
                event.putObject("data").putObject("Error").put("Code", code).put("Message", "no");
              }
              return List.of(event.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }),
        FILE);

    Judged judged =
        Judged.by(
            kit, Judged.plan(Subjects.DEFAULT).withPatience(Judged.SHORT).withFile("long.bin"));

    assertThat(judged.names(Outcome.FAILED))
        .isEqualTo(failing.isEmpty() ? List.of() : List.of(failing));
    assertThat(judged.line(failing.isEmpty() ? "file-pieces" : failing).detail())
        .startsWith(detail);
  }

  /// A backend for files that is wrong in one case.
  private static Broken files(String wrong, Consumer<ObjectNode> how) {
    return new Broken(
        message -> {
          ObjectNode event = Answer.MAPPER.createObjectNode().put("specversion", "1.0");
          ObjectNode data = event.putObject("data");
          String kase =
              Broken.says("boot.ipxe").test(message)
                  ? "file-known"
                  : Broken.says("no-such").test(message) ? "file-unknown" : "file-garbage";
          if (kase.equals(wrong)) {
            how.accept(data);
          } else if (kase.equals("file-known")) {
            data.put("Content", "#!ipxe\n");
          } else {
            int code = kase.equals("file-unknown") ? 404 : 400;
            data.putObject("Error").put("Code", code).put("Message", "no");
          }
          return List.of(event.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });
  }
}
