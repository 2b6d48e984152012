package dev.bootbus.kernel.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.Backends;
import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.Log;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.testing.NatsServer;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class NodesTest {
  /// The bucket comes late, as it does when nats-server is away.
  @Test
  void aMachineIsServedBeforeItsNodeIsStored() throws Exception {
    List<Node> registered = new CopyOnWriteArrayList<>();
    Nodes nodes =
        new Nodes(() -> Catalogue.EMPTY, () -> Unknown.REGISTER, new Lab.Clock(), "late-nodes", 1);
    Facts facts = Lab.request(Lab.mac(0), Mode.DHCP, "DISCOVER", null, List.of(7)).facts();
    try (Log log = new Log();
        NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      for (int i = 0; i < 100; i++) {
        Machine machine = nodes.seen(Lab.mac(i), facts, registered::add).orElseThrow();
        assertThat(machine.arch()).isEqualTo(Architecture.X86_64);
        assertThat(nodes.find(Lab.mac(i))).contains(machine); // the same as long as it waits
      }
      assertThat(nodes.bucket().size()).isZero();
      assertThat(log.lines("not stored"))
          .containsExactly(
              "WARN nodes not stored for now, trying again:"
                  + " bucket late-nodes has not been read yet");
      nodes.bucket().load(backends.connection());
      await().until(() -> registered.size() == 100);
      assertThat(nodes.bucket().size()).isEqualTo(100);
      assertThat(log.lines("nodes stored again")).hasSize(1);
      assertThat(registered).extracting(Node::hostname).doesNotHaveDuplicates();
      nodes.bucket().close();
    }
  }

  /// Two replicas may give it to two nodes at once, and one of them loses it again.
  @Test
  void anAddressStaysSomebodysUntilTheLastNodeHasGivenItUp() throws Exception {
    Inet4Address address = Ipv4.parse("10.0.0.10");
    Map<Inet4Address, Boolean> fixed = new ConcurrentHashMap<>();
    Nodes nodes =
        new Nodes(() -> Catalogue.EMPTY, () -> Unknown.REGISTER, new Lab.Clock(), "two-nodes", 1);
    nodes.onAddress(fixed::put);
    try (NatsServer nats = NatsServer.start(true);
        Backends backends = new Backends(nats)) {
      nodes.bucket().load(backends.connection());
      give(nodes, 1, address);
      give(nodes, 2, address);
      assertThat(fixed).isEqualTo(Map.of(address, true));
      nodes.settle((_, _) -> {});
      await().until(() -> addressOf(nodes, 2) == null);
      assertThat(addressOf(nodes, 1)).isEqualTo(address);
      assertThat(fixed).isEqualTo(Map.of(address, true));
      give(nodes, 1, null);
      assertThat(fixed).isEqualTo(Map.of(address, false));
      nodes.bucket().close();
    }
  }

  private static void give(Nodes nodes, int machine, @Nullable Inet4Address address)
      throws Exception {
    CompletableFuture<Node> stored = new CompletableFuture<>();
    nodes.change(
        Lab.mac(machine),
        node -> node.with(node.given().withAddress(address)),
        (_, after) -> stored.complete(after));
    stored.get(10, TimeUnit.SECONDS);
  }

  private static @Nullable Inet4Address addressOf(Nodes nodes, int machine) {
    return nodes.node(Lab.mac(machine)).orElseThrow().given().address();
  }
}
