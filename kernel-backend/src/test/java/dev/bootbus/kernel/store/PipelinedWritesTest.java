package dev.bootbus.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.kernel.store.PipelinedWrites.Ack;
import dev.bootbus.schema.testing.NatsServer;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

public class PipelinedWritesTest {

  @Test
  void whoComesAfterTheEndIsToldAtOnce() throws Exception {
    try (NatsServer nats = NatsServer.start()) {
      Connection connection = Nats.connect(nats.url());
      PipelinedWrites writes =
          new PipelinedWrites(connection, connection.createDispatcher(), Duration.ofSeconds(1));
      writes.close();
      List<Ack> told = new ArrayList<>();
      writes.write("$KV.b.k", new byte[0], 0, told::add);
      assertThat(told).containsExactly(new Ack.Lost("the connection was lost"));
      connection.close();
    }
  }

  @Test
  void withoutAConnectionItSaysWhatIsMissing() throws Exception {
    try (NatsServer nats = NatsServer.start()) {
      Connection connection = Nats.connect(nats.url());
      PipelinedWrites writes =
          new PipelinedWrites(connection, connection.createDispatcher(), Duration.ofSeconds(1));
      connection.close();
      List<Ack> told = new ArrayList<>();
      writes.write("$KV.b.k", new byte[0], 0, told::add);
      assertThat(told).containsExactly(new Ack.Lost("nats-server is not there"));
      writes.close();
    }
  }
}
