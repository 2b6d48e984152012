package dev.bootbus.kernel.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.Backends;
import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.Log;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Fault;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.CatalogueFile;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes by API, by two replicas with one bucket.
class NodeResourceTest {
  private static final MacAddress DECLARED = Lab.mac(0x50);
  private static final MacAddress LEASED = Lab.mac(0x99);
  private static final String KERNELS =
      """
      kernels:
        - {name: alpine, kernel: vmlinuz}
        - {name: debian, type: debian, kernel: linux, initrd: initrd.gz}
      default: alpine
      nodes:
        - {mac: 52:54:00:00:00:50, hostname: storage-1, address: 192.168.77.50, kernel: alpine}
      """;
  private static int count;

  private static NatsServer nats;
  private final Lab.Clock clock = new Lab.Clock();
  private Backends backends;
  private Catalogue catalogue;
  private final List<Nodes> replicas = new ArrayList<>();
  private Nodes nodes;
  private NodeResource resource;

  @BeforeAll
  static void startNats() throws IOException {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws IOException {
    nats.close();
  }

  @BeforeEach
  void connect() throws Exception {
    backends = new Backends(nats);
    catalogue = CatalogueFile.read("c.yaml", KERNELS);
    count++;
    nodes = replica();
    resource = resource(nodes);
  }

  @AfterEach
  void disconnect() {
    replicas.forEach(replica -> replica.bucket().close());
    backends.close();
  }

  private Nodes replica() throws Exception {
    Nodes replica = new Nodes(() -> catalogue, () -> Unknown.REGISTER, clock, "nodes" + count, 1);
    replica.bucket().load(backends.connection());
    replicas.add(replica);
    return replica;
  }

  private NodeResource resource(Nodes of) {
    return new NodeResource(
        of,
        () -> catalogue,
        new NodeResource.Addresses() {
          @Override
          public boolean isInside(Inet4Address address) {
            return !address.getHostAddress().startsWith("172.");
          }

          @Override
          public Optional<MacAddress> holderOf(Inet4Address address) {
            return address.getHostAddress().equals("192.168.77.99")
                ? Optional.of(LEASED)
                : Optional.empty();
          }
        },
        new Journal(null),
        clock);
  }

  private static ObjectNode json(String text) throws Exception {
    return Records.read(text.replace('\'', '"').getBytes(UTF_8));
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get();
  }

  private Change create(String body) throws Exception {
    return done(resource.create(json(body)));
  }

  private Change replace(String id, String body) throws Exception {
    return done(resource.replace(id, json(body), OptionalLong.empty()));
  }

  private Change act(String id, String action, String body) throws Exception {
    return done(resource.act(id, action, json(body), OptionalLong.empty()));
  }

  private static Item item(Change change) {
    return switch (change) {
      case Change.Done(Item item) -> item;
      case Change.Created(Item item) -> item;
      default -> throw new AssertionError(change);
    };
  }

  private static final String FULL =
      "{'mac':'52:54:00:00:00:01','macs':['52-54-00-00-00-02'],"
          + "'uuid':'564D4C41-4200-4077-8000-000000000010','hostname':'web-1',"
          + "'address':'192.168.77.60','arch':'x86_64','kernel':'debian','netboot':false,"
          + "'stage':'commissioned','status':'running','groups':['web','rack-7'],"
          + "'controlNode':true,'sshKeys':['ssh-ed25519 AAAA me'],"
          + "'options':{'installDisk':'/dev/sda','retries':3}}";

  @Test
  void aNodeIsMadeFoundChangedAndRemoved() throws Exception {
    Item made = item(create(FULL));
    assertThat(made.id()).isEqualTo("52-54-00-00-00-01");
    assertThat(made.revision()).isPositive();
    assertThat(made.body())
        .hasToString(
            json("{'id':'52-54-00-00-00-01','mac':'52:54:00:00:00:01',"
                    + "'macs':['52:54:00:00:00:02'],"
                    + "'uuid':'564d4c41-4200-4077-8000-000000000010','hostname':'web-1',"
                    + "'address':'192.168.77.60','arch':'x86_64','kernel':'debian',"
                    + "'netboot':false,'stage':'commissioned','status':'running','bootOnce':'',"
                    + "'groups':['web','rack-7'],'controlNode':true,"
                    + "'sshKeys':['ssh-ed25519 AAAA me'],"
                    + "'options':{'installDisk':'/dev/sda','retries':'3'},"
                    + "'since':1767225600000,'reason':'','boots':'','attempts':0,'held':false,"
                    + "'vendorClass':'','link':'','circuit':'','firstSeen':1767225600000}")
                .toString());
    for (String id :
        List.of(
            "52-54-00-00-00-01",
            "52:54:00:00:00:02",
            "WEB-1",
            "564d4c41-4200-4077-8000-000000000010",
            "414c4d56-0042-7740-8000-000000000010")) {
      assertThat(resource.find(id)).as(id).map(Item::id).contains("52-54-00-00-00-01");
    }

    ObjectNode body = made.body().deepCopy().put("hostname", "web-2").put("address", "");
    Item changed = item(done(resource.replace("web-1", body, OptionalLong.of(made.revision()))));
    assertThat(changed.body()).isEqualTo(body);
    assertThat(done(resource.replace("web-2", body, OptionalLong.of(made.revision()))))
        .isInstanceOf(Change.Stale.class);
    assertThat(resource.find("web-1")).isEmpty();
    assertThat(done(resource.delete("web-2", OptionalLong.of(made.revision()))))
        .isInstanceOf(Change.Stale.class);
    assertThat(done(resource.delete("web-2", OptionalLong.empty())))
        .isEqualTo(new Change.Gone("52-54-00-00-00-01"));
    assertThat(resource.find("52-54-00-00-00-01")).isEmpty();
    assertThat(nodes.names().isTaken("web-2", Lab.mac(7))).isFalse();
    assertThat(done(resource.delete("web-2", OptionalLong.empty())))
        .isEqualTo(new Change.NotFound("web-2"));
    assertThat(item(create(FULL)).body()).isEqualTo(made.body()); // after its marker
  }

  @Test
  void aNodeHasANameAndASecretThatIsNeverShown() throws Exception {
    Item made = item(create("{'mac':'52:54:00:12:34:56'}"));
    assertThat(made.body().path("hostname").asText()).isEqualTo("steady-hornet");
    Token token = nodes.token(Lab.mac(0x123456)).orElseThrow();
    assertThat(made.body().toString()).doesNotContain(token.text());
    item(replace("steady-hornet", "{'groups':['a']}"));
    item(act("steady-hornet", "reinstall", "{}"));
    assertThat(nodes.token(Lab.mac(0x123456))).contains(token); // made once
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | /mac",
        "{'mac':''} | /mac",
        "{'mac':7} | /mac",
        "{'mac':'xx'} | /mac",
        "{'mac':'52:54:00:00:00:01','hostnam':'a'} | /hostnam",
        "{'mac':'52:54:00:00:00:01','token':'a'} | /token",
        "{'mac':'52:54:00:00:00:01','hostname':'a b'} | /hostname",
        "{'mac':'52:54:00:00:00:01','address':'1.2.3'} | /address",
        "{'mac':'52:54:00:00:00:01','address':'0.0.0.0'} | /address",
        "{'mac':'52:54:00:00:00:01','address':'224.0.0.1'} | /address",
        "{'mac':'52:54:00:00:00:01','address':'172.16.0.1'} | /address",
        "{'mac':'52:54:00:00:00:01','kernel':'nixos'} | /kernel",
        "{'mac':'52:54:00:00:00:01','bootOnce':'nixos'} | /bootOnce",
        "{'mac':'52:54:00:00:00:01','stage':'retired'} | /stage",
        "{'mac':'52:54:00:00:00:01','status':'RUNNING'} | /status",
        "{'mac':'52:54:00:00:00:01','uuid':'1'} | /uuid",
        "{'mac':'52:54:00:00:00:01','arch':'a b'} | /arch",
        "{'mac':'52:54:00:00:00:01','netboot':'no'} | /netboot",
        "{'mac':'52:54:00:00:00:01','macs':'52:54:00:00:00:02'} | /macs",
        "{'mac':'52:54:00:00:00:01','macs':['52:54:00:00:00:02','x']} | /macs/1",
        "{'mac':'52:54:00:00:00:01','groups':['a b']} | /groups/0",
        "{'mac':'52:54:00:00:00:01','sshKeys':['ssh-rsa A\\nB']} | /sshKeys/0",
        "{'mac':'52:54:00:00:00:01','options':{'a/b':'c'}} | /options/a~1b",
        "{'mac':'52:54:00:00:00:01','options':{'a':{}}} | /options/a",
        "{'mac':'52:54:00:00:00:01','options':{'a':'b\\nc'}} | /options/a",
      })
  void whatIsWrongIsPointedTo(String body, String pointer) throws Exception {
    assertThat(create(body)).isInstanceOf(Change.Invalid.class);
    assertThat(((Change.Invalid) create(body)).faults())
        .extracting(Fault::field)
        .containsExactly(pointer);
    assertThat(nodes.bucket().size()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'hostname':'WEB-1'} | another node is called WEB-1",
        "{'hostname':'storage-1'} | another node is called storage-1",
        "{'address':'192.168.77.60'} | another node has the address 192.168.77.60",
        "{'address':'192.168.77.50'} | another node has the address 192.168.77.50",
        "{'address':'192.168.77.99'} | 192.168.77.99 is leased to 52:54:00:00:00:99",
        "{'macs':['52:54:00:00:00:01']}"
            + " | 52:54:00:00:00:01 is the node 52-54-00-00-00-01 already: remove it there",
        "{'macs':['52:54:00:00:00:02']}"
            + " | 52:54:00:00:00:02 is the node 52-54-00-00-00-01 already: remove it there",
        "{'macs':['52:54:00:00:00:50']}"
            + " | 52:54:00:00:00:50 is the node 52-54-00-00-00-50 already: remove it there",
        "{'uuid':'564d4c41-4200-4077-8000-000000000010'}"
            + " | another node has the UUID 564d4c41-4200-4077-8000-000000000010",
      })
  void whatAnotherNodeHasIsNotGivenTwice(String body, String reason) throws Exception {
    item(create(FULL));
    item(create("{'mac':'52:54:00:00:00:03','hostname':'web-3'}"));
    assertThat(replace("web-3", body)).isEqualTo(new Change.Conflict(reason));
    assertThat(create(body.replace("{", "{'mac':'52:54:00:00:00:04',")))
        .isEqualTo(new Change.Conflict(reason));
  }

  @Test
  void aMachineIsOneNode() throws Exception {
    item(create(FULL));
    for (String mac : List.of("52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:50")) {
      assertThat(create("{'mac':'" + mac + "'}")).isInstanceOf(Change.Conflict.class);
    }
    Machine other = nodes.seen(Lab.mac(2), facts("PXEClient"), _ -> {}).orElseThrow();
    assertThat(other.mac()).isEqualTo(Lab.mac(1));
    assertThat(other.hostname()).isEqualTo("web-1");
    assertThat(nodes.all()).containsExactlyInAnyOrder(Lab.mac(1), DECLARED);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'hostname':'other'} | hostname: declared in c.yaml, line 6",
        "{'address':'192.168.77.51','kernel':'debian'}"
            + " | address, kernel: declared in c.yaml, line 6",
      })
  void whatYamlDeclaresStays(String body, String reason) throws Exception {
    assertThat(replace("storage-1", body)).isEqualTo(new Change.Conflict(reason));
    assertThat(act("storage-1", "reinstall", "{'kernel':'debian'}"))
        .isInstanceOf(Change.Conflict.class);
    assertThat(done(resource.delete("storage-1", OptionalLong.empty())))
        .isInstanceOf(Change.Conflict.class);

    ObjectNode all = resource.find("storage-1").orElseThrow().body().deepCopy();
    all.putArray("groups").add("storage");
    Item changed = item(done(resource.replace("storage-1", all, OptionalLong.of(0))));
    assertThat(changed.body().path("groups")).hasSize(1);
    assertThat(changed.body().path("hostname").asText()).isEqualTo("storage-1");
    assertThat(nodes.node(DECLARED).orElseThrow().given().kernel())
        .isEmpty(); // YAML's stays its own
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "boot | {'kernel':'debian'} | commissioning | unknown | debian",
        "reinstall | {} | provisioning | unknown | ~~",
        "commission | {'options':{'installDisk':'/dev/vda'}} | commissioned | unknown | ~~",
        "provisioned | {} | provisioned | unknown | ~~",
        "fail | {'reason':'no fan'} | commissioning | failed | ~~",
      })
  void actions(String action, String body, String stage, String status, String once)
      throws Exception {
    create("{'mac':'52:54:00:00:00:01','hostname':'web-1'}");
    assertThat(resource.actions()).contains(action);
    ObjectNode now = item(act("web-1", action, body)).body();
    assertThat(now.path("stage").asText()).isEqualTo(stage);
    assertThat(now.path("status").asText()).isEqualTo(status);
    assertThat(now.path("bootOnce").asText()).isEqualTo(once);
    assertThat(act("web-1", action, "{'x':1}")).isInstanceOf(Change.Invalid.class);
    assertThat(act("web-9", action, body)).isEqualTo(new Change.NotFound("web-9"));
  }

  @Test
  void aKernelThatThereIsNotCannotBeBooted() throws Exception {
    create("{'mac':'52:54:00:00:00:01','hostname':'web-1'}");
    for (String action : List.of("boot", "reinstall")) {
      assertThat(act("web-1", action, "{'kernel':'nixos'}"))
          .isEqualTo(new Change.Invalid(List.of(new Fault("/kernel", "there is no kernel nixos"))));
    }
    assertThat(act("web-1", "boot", "{}"))
        .isEqualTo(new Change.Invalid(List.of(new Fault("/kernel", "missing"))));
  }

  /// Each replica has decided before it has heard of the other.
  @Test
  void whatTwoReplicasGiveAwayAtOnceIsOnesInTheEnd() throws Exception {
    Nodes late = new Nodes(() -> catalogue, () -> Unknown.REGISTER, clock, "nodes" + count, 1);
    replicas.add(late);
    item(create("{'mac':'52:54:00:00:00:01','hostname':'a','address':'10.0.0.1'}"));
    clock.pass(Duration.ofSeconds(1));
    String rival =
        "{'mac':'52:54:00:00:00:0%1$d','hostname':'%2$s','address':'10.0.0.1',"
            + "'macs':['52:54:00:00:00:0a']}";
    item(create(rival.formatted(2, "b").replace("10.0.0.1", "10.0.0.2")));
    clock.pass(Duration.ofSeconds(1));
    // as another replica writes it that knows of neither
    Node third = Node.fresh(Lab.mac(3), "a", clock.instant());
    third =
        third.with(
            third
                .given()
                .withMacs(List.of(Lab.mac(10), Lab.mac(1)))
                .withAddress(Ipv4.parse("10.0.0.2")));
    backends
        .connection()
        .keyValue("nodes" + count)
        .put("52-54-00-00-00-03", new NodeFormat().write(third));
    late.bucket().load(backends.connection());

    List<String> told = new ArrayList<>();
    await()
        .until(
            () -> {
              nodes.settle((_, after) -> told.add(after.hostname()));
              late.settle((_, after) -> told.add(after.hostname()));
              return late.node(Lab.mac(3)).orElseThrow().given().macs().isEmpty()
                  && nodes.node(Lab.mac(3)).orElseThrow().given().macs().isEmpty()
                  && !told.isEmpty();
            });
    for (Nodes replica : List.of(nodes, late)) {
      Given given = replica.node(Lab.mac(3)).orElseThrow().given();
      assertThat(given.hostname()).isEqualTo(HostNames.of(Lab.mac(3)));
      assertThat(given.address()).isNull();
      assertThat(replica.first(Lab.mac(1))).isEqualTo(Lab.mac(1));
      assertThat(replica.first(Lab.mac(10))).isEqualTo(Lab.mac(2));
      assertThat(replica.named("a")).contains(Lab.mac(1));
      assertThat(replica.node(Lab.mac(1)).orElseThrow().given().address()).isNotNull();
    }
    assertThat(told).containsExactly(HostNames.of(Lab.mac(3))); // by one of them
  }

  @Test
  void ofTwoReplicasThatChangeANodeAtOnceNeitherLosesItsChange() throws Exception {
    item(create("{'mac':'52:54:00:00:00:01','hostname':'web-1'}"));
    Nodes other = replica();
    await().until(() -> other.node(Lab.mac(1)).isPresent());
    List<CompletionStage<Change>> changes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      NodeResource by = resource(i % 2 == 0 ? nodes : other);
      changes.add(
          by.act(
              "web-1", "commission", json("{'options':{'o" + i + "':'v'}}"), OptionalLong.empty()));
    }
    for (CompletionStage<Change> change : changes) {
      assertThat(done(change)).isInstanceOf(Change.Done.class);
    }
    await().until(() -> nodes.node(Lab.mac(1)).orElseThrow().given().options().size() == 6);
  }

  private static Facts facts(String vendorClass) {
    return new Facts(
        Mode.DHCP,
        "DISCOVER",
        -1,
        List.of(7),
        vendorClass,
        List.of(),
        "",
        "",
        "",
        null,
        null,
        null,
        null,
        null,
        "",
        "");
  }

  @Test
  void aRecordThatCannotBeReadIsLeftAlone() throws Exception {
    try (Log log = new Log()) {
      backends
          .connection()
          .keyValue("nodes" + count)
          .put("52-54-00-00-00-01", "{\"mac\":\"52:54:00:00:00:01\",\"version\":2}");
      await().until(() -> nodes.bucket().size() == 1);
      assertThat(log.lines("record skipped")).hasSize(1);
      assertThat(nodes.seen(Lab.mac(1), facts(""), _ -> {})).isPresent(); // it is served
      assertThat(nodes.isUnreadable(Lab.mac(1))).isTrue();
      assertThat(create("{'mac':'52:54:00:00:00:01'}")).isInstanceOf(Change.Conflict.class);
      assertThat(replace("52-54-00-00-00-01", "{}")).isInstanceOf(Change.Conflict.class);
      assertThat(done(resource.delete("52-54-00-00-00-01", OptionalLong.empty())))
          .isInstanceOf(Change.Gone.class);
    }
  }

  @Test
  void aDisturbedBodyRaisesNothing() throws Exception {
    long seed = System.nanoTime();
    System.out.println("NodeResourceTest seed " + seed);
    Random random = new Random(seed);
    byte[] full = FULL.replace('\'', '"').getBytes(UTF_8);
    Map<Class<?>, Long> ends =
        IntStream.range(0, 1000)
            .mapToObj(
                _ -> {
                  byte[] bytes = full.clone();
                  for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
                    bytes[random.nextInt(bytes.length)] = (byte) (' ' + random.nextInt(95));
                  }
                  try {
                    return done(resource.create(Records.read(bytes))).getClass();
                  } catch (UnreadableRecordException e) {
                    return e.getClass();
                  } catch (Exception e) {
                    throw new AssertionError("seed " + seed + " " + new String(bytes, UTF_8), e);
                  }
                })
            .collect(Collectors.groupingBy(end -> end, Collectors.counting()));
    assertThat(ends).containsKey(Change.Invalid.class);
    assertThat(ends).doesNotContainKeys(Change.Unavailable.class, Change.Stale.class);
  }
}
