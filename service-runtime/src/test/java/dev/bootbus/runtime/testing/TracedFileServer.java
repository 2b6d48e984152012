package dev.bootbus.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import dev.bootbus.schema.BootEvent;
import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.EventKind;
import dev.bootbus.schema.Traceparent;
import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// A server of boot files that exports traces, and a dhcp-server's word on the bus about who has
/// which address.
public final class TracedFileServer implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final InetAddress MACHINE = InetAddress.getLoopbackAddress();

  private final Traceparent ack = Traceparent.fresh();
  private final OtlpReceiver collector;
  private final NatsServer nats;
  private final Bus dhcp;
  private final ServiceProcess server;

  private TracedFileServer(OtlpReceiver collector, NatsServer nats, ServiceProcess server) {
    this.collector = collector;
    this.nats = nats;
    this.server = server;
    dhcp = Bus.connect(BusSettings.of("dhcp-server").withServers(nats.url()), _ -> {});
  }

  public static TracedFileServer start(Class<?> main, List<String> options) throws IOException {
    OtlpReceiver collector = OtlpReceiver.open();
    NatsServer nats = NatsServer.start();
    List<String> all = new ArrayList<>(options);
    all.add("--nats=" + nats.url());
    ServiceProcess server =
        ServiceProcess.start(
            main,
            all,
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.endpoint(),
                "OTEL_BSP_SCHEDULE_DELAY",
                "50"));
    server.awaitReadiness();
    return new TracedFileServer(collector, nats, server);
  }

  /// The span of a fetch that belongs to the boot of the machine that was given our address.
  ///
  /// @param fetch from this host; until the ACK was heard, it belongs to no boot
  public Seen joined(ThrowingCallable fetch) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              dhcp.publish(
                  BootEvent.of(EventKind.DHCP_ACK).address(MACHINE).traceparent(ack.toString()));
              fetch.call();
              assertThat(collector.spans()).anyMatch(this::isJoined);
            });
    Seen joined = collector.spans().stream().filter(this::isJoined).findFirst().orElseThrow();
    assertThat(joined.traceId()).isEqualTo(ack.traceId());
    assertThat(joined.failed()).isFalse();
    return joined;
  }

  private boolean isJoined(Seen span) {
    return span.parentId().equals(ack.parentId());
  }

  @Override
  public void close() throws IOException {
    server.close();
    dhcp.close();
    nats.close();
    collector.close();
  }
}
