package dev.bootbus.kernel.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.Backends;
import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.Log;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.testing.NatsServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
}
