package dev.bootbus.kernel.lease;

import static dev.bootbus.kernel.lease.LeaseLab.claim;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.api.Resource.Change;
import dev.bootbus.kernel.api.Resource.Fault;
import dev.bootbus.kernel.api.Resource.Item;
import dev.bootbus.kernel.lease.Claim.Kind;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseResourceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OptionalLong ANY = OptionalLong.empty();
  private static final String SUBNETS =
      """
      subnets:
        - {subnet: 10.0.0.0/24, pools: 10.0.0.10-10.0.0.13}
        - {subnet: 10.1.0.0/24, pools: 10.1.0.10-10.1.0.13}
      nodes: [{mac: 52:54:00:00:00:50, address: 10.0.0.12}]
      """;

  private static NatsServer nats;
  private LeaseLab lab;
  private Leases leases;
  private LeaseResource resource;

  @BeforeAll
  static void startNats() throws IOException {
    nats = NatsServer.start(true);
  }

  @AfterAll
  static void stopNats() throws IOException {
    nats.close();
  }

  @BeforeEach
  void open() throws Exception {
    lab = new LeaseLab(nats);
    leases = lab.replica(10, SUBNETS);
    resource = lab.resource(leases);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void showsALease() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    Item item = resource.find("10.0.0.10").orElseThrow();
    assertThat(item.id()).isEqualTo("10.0.0.10");
    assertThat(item.body())
        .isEqualTo(
            json(
                "{'id':'10.0.0.10','address':'10.0.0.10','mac':'52:54:00:00:00:01',"
                    + "'state':'bound','hostname':'brave-otter','clientId':'01',"
                    + "'subnet':'10.0.0.0/24','expires':1767229200000,'updated':1767225600000}"));
    assertThat(resource.items()).containsExactly(item);
    assertThat(resource.find("52-54-00-00-00-01")).contains(item);
    assertThat(resource.find("52:54:00:00:00:01")).contains(item);
    assertThat(resource.find("Brave-Otter")).contains(item);
    for (String nobody : List.of("10.0.0.11", "52-54-00-00-00-02", "otter", "", "10.0.0.300")) {
      assertThat(resource.find(nobody)).isEmpty();
    }
  }

  @Test
  void showsTheLatestOfSeveral() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    lab.clock.pass(Duration.ofMinutes(1));
    claim(leases, Lab.mac(1), Kind.BIND, "10.1.0.10");
    assertThat(resource.find("52-54-00-00-00-01").orElseThrow().id()).isEqualTo("10.1.0.10");
    assertThat(resource.find("brave-otter").orElseThrow().id()).isEqualTo("10.1.0.10");
  }

  @Test
  void whatIsOverIsStillShown() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.11");
    claim(leases, Lab.mac(2), Kind.RELEASE, "10.0.0.11");
    claim(leases, Lab.mac(3), Kind.BIND, "10.0.0.13");
    claim(leases, Lab.mac(3), Kind.DECLINE, "10.0.0.13");
    lab.clock.pass(Duration.ofHours(2));
    assertThat(state("10.0.0.10")).isEqualTo("expired");
    assertThat(state("10.0.0.11")).isEqualTo("released");
    assertThat(state("10.0.0.13")).isEqualTo("declined");
  }

  private String state(String id) {
    return resource.find(id).orElseThrow().body().get("state").asText();
  }

  @Test
  void aDeletedLeaseFreesItsAddressAndStaysToBeRead() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    assertThat(claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.10")).startsWith("409 ");
    lab.clock.pass(Duration.ofMinutes(1));
    assertThat(get(resource.delete("52-54-00-00-00-01", ANY)))
        .isEqualTo(new Change.Gone("52-54-00-00-00-01"));
    Item item = resource.find("10.0.0.10").orElseThrow();
    assertThat(item.body().get("state").asText()).isEqualTo("deleted");
    assertThat(item.body().get("deleted").asLong()).isEqualTo(lab.clock.instant().toEpochMilli());
    assertThat(item.body().get("mac").asText()).isEqualTo("52:54:00:00:00:01");
    assertThat(leases.holderOf(Ipv4.parse("10.0.0.10"))).isEmpty();
    assertThat(lab.events.remove().kind()).isEqualTo(EventKind.LEASE_RELEASED);
    assertThat(get(resource.delete("10.0.0.10", ANY))).isEqualTo(new Change.Gone("10.0.0.10"));
    assertThat(lab.events).isEmpty();
    assertThat(claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.10")).isEqualTo("10.0.0.10");
    assertThat(claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10")).startsWith("409 ");

    List<ObjectNode> history = get(resource.history("10.0.0.10"));
    assertThat(history)
        .extracting(row -> row.get("state").asText() + " " + row.get("mac").asText())
        .containsExactly(
            "bound 52:54:00:00:00:02", "deleted 52:54:00:00:00:01", "bound 52:54:00:00:00:01");
    assertThat(history.getFirst().get("revision").asLong())
        .isEqualTo(resource.find("10.0.0.10").orElseThrow().revision());
    assertThat(get(resource.history("10.0.0.99"))).isEmpty();
    assertThat(get(resource.history("nobody"))).isEmpty();
  }

  @Test
  void whoHasSeenAnOldOneIsTold() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    long seen = resource.find("10.0.0.10").orElseThrow().revision();
    lab.clock.pass(Duration.ofMinutes(1));
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    OptionalLong old = OptionalLong.of(seen);
    assertThat(get(resource.delete("10.0.0.10", old))).isEqualTo(new Change.Stale("10.0.0.10"));
    assertThat(get(resource.replace("10.0.0.10", json("{}"), old)))
        .isEqualTo(new Change.Stale("10.0.0.10"));
    assertThat(get(resource.delete("10.0.0.11", ANY))).isEqualTo(new Change.NotFound("10.0.0.11"));
  }

  @Test
  void anOperatorGivesAnAddressForATime() throws Exception {
    long end = lab.clock.instant().plus(Duration.ofDays(2)).toEpochMilli();
    Change change =
        get(
            resource.create(
                json(
                    "{'address':'10.1.0.11','mac':'52-54-00-00-00-07','hostname':'rack-7','expires':"
                        + end
                        + "}")));
    assertThat(change).isInstanceOf(Change.Created.class);
    Item item = ((Change.Created) change).item();
    assertThat(item.body().get("expires").asLong()).isEqualTo(end);
    BootEvent event = lab.events.remove();
    assertThat(event.kind()).isEqualTo(EventKind.LEASE_BOUND);
    assertThat(event.mac()).isEqualTo(Lab.mac(7));
    lab.clock.pass(Duration.ofDays(1));
    assertThat(claim(leases, Lab.mac(8), Kind.BIND, "10.1.0.11")).startsWith("409 ");
    assertThat(claim(leases, Lab.mac(7), Kind.OFFER, "10.1.0.10")).isEqualTo("10.1.0.11");
    Change usual = get(resource.create(json("{'address':'10.0.0.10','mac':'525400000007'}")));
    assertThat(((Change.Created) usual).item().body().get("expires").asLong())
        .isEqualTo(lab.clock.instant().plusSeconds(3600).toEpochMilli());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'address':'10.0.0.10','mac':'525400000009'} | 10.0.0.10 is leased to 52:54:00:00:00:01",
        "{'address':'10.0.0.10','mac':'525400000001'} | 10.0.0.10 is leased to 52:54:00:00:00:01",
        "{'address':'10.0.0.13','mac':'525400000001'}"
            + " | 52:54:00:00:00:01 has 10.0.0.10: delete that lease first",
        "{'address':'10.0.0.11','mac':'525400000009'}"
            + " | 10.0.0.11 was declined: somebody else answers there",
        "{'address':'10.0.0.12','mac':'525400000009'}"
            + " | 10.0.0.12 is in no pool, or fixed for a machine: declare or reserve it",
        "{'address':'10.9.0.1','mac':'525400000009'}"
            + " | 10.9.0.1 is in no pool, or fixed for a machine: declare or reserve it",
        "{'address':'10.1.0.13','mac':'525400000009'}"
            + " | 10.1.0.13 is offered to 52:54:00:00:00:03 at this moment",
      })
  void whatCannotBeGivenIsAConflict(String body, String why) throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    claim(leases, Lab.mac(2), Kind.BIND, "10.0.0.11");
    claim(leases, Lab.mac(2), Kind.DECLINE, "10.0.0.11");
    claim(leases, Lab.mac(3), Kind.OFFER, "10.1.0.13");
    assertThat(get(resource.create(json(body)))).isEqualTo(new Change.Conflict(why));
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'mac':'525400000009'} | /address | an address such as 192.168.77.100 is needed",
        "{'address':'10.0.0','mac':'525400000009'} | /address"
            + " | an address such as 192.168.77.100 is needed",
        "{'address':'10.0.0.10'} | /mac | a hardware address such as 52:54:00:12:34:56 is needed",
        "{'address':'10.0.0.10','mac':'x'} | /mac"
            + " | a hardware address such as 52:54:00:12:34:56 is needed",
        "{'address':'10.0.0.10','mac':'525400000009','hostname':'-'} | /hostname"
            + " | a host name is needed, such as storage-1",
        "{'address':'10.0.0.10','mac':'525400000009','hostname':7} | /hostname"
            + " | a host name is needed, such as storage-1",
        "{'address':'10.0.0.10','mac':'525400000009','expires':7} | /expires"
            + " | a time to come is needed, in ms since 1970",
        "{'address':'10.0.0.10','mac':'525400000009','expires':1e30} | /expires"
            + " | a time to come is needed, in ms since 1970",
        "{'address':'10.0.0.10','mac':'525400000009','state':'bound'} | /state"
            + " | there is only address, expires, hostname, mac",
      })
  void aNewOneNeedsItsFields(String body, String field, String why) throws Exception {
    assertThat(get(resource.create(json(body))))
        .isEqualTo(new Change.Invalid(List.of(new Fault(field, why))));
  }

  @Test
  void nameAndEndOfALeaseMayBeChanged() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    Item item = resource.find("10.0.0.10").orElseThrow();
    long end = lab.clock.instant().plus(Duration.ofDays(9)).toEpochMilli();
    ObjectNode body = item.body().deepCopy().put("hostname", "rack-1").put("expires", end);
    Change change = get(resource.replace(item.id(), body, OptionalLong.of(item.revision())));
    Item now = ((Change.Done) change).item();
    assertThat(now.revision()).isGreaterThan(item.revision());
    assertThat(now.body().get("hostname").asText()).isEqualTo("rack-1");
    assertThat(now.body().get("expires").asLong()).isEqualTo(end);

    ObjectNode more = body.deepCopy().put("mac", "52:54:00:00:00:09").put("colour", "red");
    assertThat(get(resource.replace(item.id(), more, ANY)))
        .isEqualTo(
            new Change.Invalid(
                List.of(
                    new Fault("/mac", "cannot be changed, it is 52:54:00:00:00:01"),
                    new Fault("/colour", "there is no such field"))));
    lab.clock.pass(Duration.ofDays(10));
    assertThat(get(resource.replace(item.id(), body, ANY)))
        .isEqualTo(new Change.Conflict("10.0.0.10 is leased to nobody"));
  }

  @Test
  void withoutABucketNothingIsChangedNorRemembered() throws Exception {
    claim(leases, Lab.mac(1), Kind.BIND, "10.0.0.10");
    leases.bucket().close();
    assertThat(get(resource.delete("10.0.0.10", ANY))).isInstanceOf(Change.Unavailable.class);
    assertThat(resource.history("10.0.0.10").toCompletableFuture())
        .failsWithin(Duration.ofSeconds(5));
  }
}
