package dev.bootbus.kernel.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.Log;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Fault;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelResourceTest {
  private static final String FILE = "kernels:\n  - {name: ours, kernel: k}\n";
  private static final OptionalLong ANY = OptionalLong.empty();

  /// One replica as far as kernels go.
  private record Replica(
      LiveCatalogue live, Bucket<String, Kernel> bucket, KernelResource kernels) {}

  @TempDir Path folder;
  private final List<String> changed = new ArrayList<>();
  private final Map<String, String> users = Map.of("used", "the node otter boots used");
  private NatsServer nats;
  private Connection connection;
  private Replica mine;
  private Replica theirs;

  @BeforeEach
  void twoReplicas() throws Exception {
    nats = NatsServer.start(true);
    connection = Nats.connect(nats.url());
    Files.writeString(folder.resolve("c.yaml"), FILE);
    mine = replica();
    theirs = replica();
  }

  private Replica replica() throws Exception {
    LiveCatalogue live =
        LiveCatalogue.open(folder.resolve("c.yaml"), ShippedCatalogue.read(), false, _ -> {});
    Bucket<String, Kernel> bucket = new Bucket<>("kernels", 1, new KernelFormat(), live::stored);
    bucket.load(connection);
    return new Replica(
        live,
        bucket,
        new KernelResource(
            live, bucket, name -> Optional.ofNullable(users.get(name)), changed::add));
  }

  @AfterEach
  void stop() throws Exception {
    mine.bucket().close();
    theirs.bucket().close();
    connection.close();
    nats.close();
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  private static Change done(CompletionStage<Change> change) {
    return change.toCompletableFuture().join();
  }

  private Change create(String body) {
    return done(mine.kernels().create(json(body)));
  }

  private static Item found(Replica replica, String name) {
    return replica.kernels().find(name).orElseThrow();
  }

  @Test
  void whatOneReplicaStoresAllFollow() {
    Change change =
        create("{'name':'a','version':'1','kernel':'k-${version}','archive':'http://x.example/'}");
    assertThat(change).isInstanceOf(Change.Created.class);
    Item item = found(mine, "a");
    assertThat(change).isEqualTo(new Change.Created(item));
    assertThat(item.body())
        .isEqualTo(
            json(
                "{'name':'a','version':'1','arch':'any','type':'linux','kernel':'k-${version}',"
                    + "'archive':'http://x.example/','source':'stored','id':'a'}"));
    await().until(() -> theirs.live().get().kernels().containsKey("a"));
    assertThat(theirs.live().get().kernels().get("a").kernel()).isEqualTo("http://x.example/k-1");
    assertThat(found(theirs, "a")).isEqualTo(item);

    assertThat(done(theirs.kernels().replace("a", json("{'kernel':'other'}"), ANY)))
        .isInstanceOf(Change.Done.class);
    await().until(() -> mine.live().get().kernels().get("a").kernel().equals("other"));
    assertThat(done(mine.kernels().delete("a", ANY))).isEqualTo(new Change.Gone("a"));
    await().until(() -> theirs.kernels().find("a").isEmpty());
    assertThat(mine.live().get().kernels()).doesNotContainKey("a");
    assertThat(changed).containsExactly("a", "a", "a");
    assertThat(create("{'name':'a','kernel':'again'}")).isInstanceOf(Change.Created.class);
  }

  @Test
  void everyFieldGoesRound() {
    String body =
        """
        {"name":"all","version":"1","arch":"x86_64","type":"alpine","kernel":"k","initrd":["i","j"],
        "modloop":"m","archive":"http://x.example/","repo":"r/","apkovl":"o","cmdline":"c",
        "checksums":{"k":"%s"},"options":{"a":"b"},"installs":true,
        "config":{"user-data":"#cloud-config\\n"},"ssh-keys":["ssh-ed25519 AAAA"]}
        """
            .formatted("0123456789abcdef".repeat(4));
    create(body);
    ObjectNode read = found(mine, "all").body();
    assertThat(List.copyOf(json(body).properties()))
        .allMatch(field -> field.getValue().equals(read.get(field.getKey())));
    assertThat(done(mine.kernels().replace("all", read, ANY))).isInstanceOf(Change.Done.class);
    assertThat(found(mine, "all").body()).isEqualTo(read);
  }

  @Test
  void aRevisionThatIsNotTheLatestIsStale() {
    create("{'name':'a','kernel':'k'}");
    OptionalLong first = OptionalLong.of(found(mine, "a").revision());
    assertThat(done(mine.kernels().replace("a", json("{'kernel':'l'}"), first)))
        .isInstanceOf(Change.Done.class);
    assertThat(done(mine.kernels().replace("a", json("{'kernel':'m'}"), first)))
        .isEqualTo(new Change.Stale("a"));
    assertThat(done(mine.kernels().delete("a", first))).isEqualTo(new Change.Stale("a"));
    assertThat(found(mine, "a").body().get("kernel").asText()).isEqualTo("l");
  }

  @Test
  void ofTwoThatChangeOneAtOnceOneIsTooLate() throws Exception {
    create("{'name':'a','kernel':'k'}");
    await().until(() -> theirs.kernels().find("a").isPresent());
    CompletionStage<Change> one = mine.kernels().replace("a", json("{'kernel':'l'}"), ANY);
    CompletionStage<Change> two = theirs.kernels().replace("a", json("{'kernel':'m'}"), ANY);
    assertThat(List.of(done(one), done(two)))
        .anyMatch(change -> change instanceof Change.Done)
        .anyMatch(change -> change instanceof Change.Done || change.equals(new Change.Stale("a")));
    await().until(() -> found(mine, "a").equals(found(theirs, "a")));
  }

  @Test
  void aKernelOfAFileIsTheFiles() {
    Path file = folder.resolve("c.yaml");
    String declared = "the kernel ours is declared in " + file + ", line 2";
    assertThat(create("{'name':'ours','kernel':'mine'}")).isEqualTo(new Change.Conflict(declared));
    assertThat(done(mine.kernels().replace("ours", json("{'kernel':'mine'}"), ANY)))
        .isEqualTo(new Change.Conflict(declared));
    assertThat(done(mine.kernels().delete("ours", ANY))).isEqualTo(new Change.Conflict(declared));
    assertThat(found(mine, "ours").body())
        .isEqualTo(
            json(
                "{'name':'ours','arch':'any','type':'linux','kernel':'k','source':'file',"
                    + "'declared':'%s, line 2','id':'ours'}".formatted(file)));
    assertThat(found(theirs, "ours").revision()).isEqualTo(found(mine, "ours").revision());
  }

  @Test
  void aStoredKernelGoesBeforeAShippedOneAndAFileBeforeBoth() throws Exception {
    assertThat(found(mine, "alpine").body().get("source").asText()).isEqualTo("shipped");
    assertThat(done(mine.kernels().delete("alpine", ANY)))
        .isEqualTo(new Change.Conflict("the kernel alpine is shipped with Bootbus"));
    assertThat(done(mine.kernels().replace("alpine", json("{'kernel':'mine'}"), ANY)))
        .isInstanceOf(Change.Done.class);
    assertThat(mine.live().get().kernels().get("alpine").kernel()).isEqualTo("mine");
    try (Log log = new Log()) {
      Files.writeString(folder.resolve("c.yaml"), "kernels:\n  - {name: alpine, kernel: file}\n");
      mine.live().reload();
      assertThat(mine.live().get().kernels().get("alpine").kernel()).isEqualTo("file");
      assertThat(log.lines("read again")).hasSize(1);
    }
    Files.writeString(folder.resolve("c.yaml"), FILE);
    mine.live().reload();
    assertThat(mine.live().get().kernels().get("alpine").kernel()).isEqualTo("mine");
    assertThat(done(mine.kernels().delete("alpine", ANY))).isEqualTo(new Change.Gone("alpine"));
    assertThat(mine.live().get().kernels().get("alpine").type()).isEqualTo(KernelType.ALPINE);
  }

  @Test
  void whatIsInUseIsNotDeleted() {
    create("{'name':'used','kernel':'k'}");
    create("{'name':'free','kernel':'k'}");
    assertThat(done(mine.kernels().delete("used", ANY)))
        .isEqualTo(new Change.Conflict("the node otter boots used"));
    mine.live().setDefault(Optional.of("free"));
    assertThat(done(mine.kernels().delete("free", ANY)))
        .isEqualTo(new Change.Conflict("the setting default-kernel names free"));
    mine.live().setDefault(Optional.empty());
    assertThat(done(mine.kernels().delete("free", ANY))).isEqualTo(new Change.Gone("free"));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(mine.kernels().find("x")).isEmpty();
    assertThat(done(mine.kernels().replace("x", json("{}"), ANY)))
        .isEqualTo(new Change.NotFound("x"));
    assertThat(done(mine.kernels().delete("x", ANY))).isEqualTo(new Change.NotFound("x"));
    create("{'name':'a','kernel':'k'}");
    assertThat(create("{'name':'a','kernel':'k'}"))
        .isEqualTo(new Change.Conflict("the kernel a is there already"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'a','kernal':'k'} | /kernal: unknown field; did you mean kernel?",
        "{'kernel':'k'} | /name: missing",
        "{'name':'a..b','kernel':'k'} | /name: no dots at its end, or one after another",
        "{'name':'a b','kernel':'k'} | /name: letters, digits, '.', '_' and '-' only: a b",
        "{'name':'a','arch':'mips','kernel':'a b'} | /arch: not x86_64, aarch64 or any: mips;"
            + " /kernel: has a space in it, write it as %20: a b",
        "{'name':'a','type':'alpine','kernel':'k','repo':'r'}"
            + " | /initrd: missing; a kernel of type alpine needs kernel, initrd, modloop, repo;"
            + " /modloop: missing; a kernel of type alpine needs kernel, initrd, modloop, repo",
        "{'name':'a','kernel':'k','config':{'k3os/confg':'x'}} | /config/k3os~1confg: unknown"
            + " field; did you mean k3os/config?",
        "{'name':'a','kernel':{'x':1}} | /kernel: not a single value",
        "{'name':'a','kernel':'k','options':{'x':[[[[[1]]]]]}} | : nested deeper than 4",
        "{'name':'a','kernel':'k','cmdline':'quiet\\nreboot'}"
            + " | /cmdline: has a line break or control character in it",
      })
  void faultsNameTheirFields(String body, String faults) {
    assertThat(create(body))
        .isInstanceOfSatisfying(
            Change.Invalid.class,
            invalid ->
                assertThat(invalid.faults())
                    .extracting(fault -> fault.field() + ": " + fault.message())
                    .containsExactly(faults.split("; (?=/)")));
  }

  @Test
  void aKernelKeepsItsNameAndHasABound() {
    create("{'name':'a','kernel':'k'}");
    assertThat(done(mine.kernels().replace("a", json("{'name':'b','kernel':'k'}"), ANY)))
        .isEqualTo(new Change.Invalid(List.of(new Fault("/name", "a kernel keeps its name, a"))));
    ObjectNode large = json("{'name':'b','kernel':'k'}");
    large.putObject("config").put("user-data", "x".repeat(70_000));
    assertThat(done(mine.kernels().create(large)))
        .isEqualTo(new Change.Invalid(List.of(new Fault("", "larger than 65536 bytes"))));
  }

  /// A record of a newer version, or a broken one, is no reason to stop.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'bad','type':'plan10','kernel':'k'} | type: unknown type plan10",
        "{'name':'bad','kernel':'k','firmware':'f'} | firmware: unknown field",
        "{'name':'bad'} | kernel: missing; a kernel of type linux needs kernel",
        "[] | not a JSON object",
        "x | not JSON",
        "{'name':'good','kernel':'k'} | it is the kernel good",
      })
  void aRecordThatCannotBeReadIsSkippedAndReported(String record, String why) throws Exception {
    try (Log log = new Log()) {
      connection.keyValue("kernels").put("bad", record.replace('\'', '"').getBytes(UTF_8));
      create("{'name':'a','kernel':'k'}");
      await().until(() -> theirs.kernels().find("a").isPresent());
      await().until(() -> log.lines("record skipped").size() >= 2);
      assertThat(log.lines("record skipped")).allMatch(line -> line.contains("key=bad"));
      assertThat(log.lines("record skipped").getFirst()).contains(why);
      assertThat(theirs.kernels().find("bad")).isEmpty();
      assertThat(theirs.live().get().kernels()).containsKeys("ours", "a");
      assertThat(replica().kernels().find("a")).as("after a restart").isPresent();
    }
  }
}
