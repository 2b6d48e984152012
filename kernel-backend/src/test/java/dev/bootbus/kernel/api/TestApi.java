package dev.bootbus.kernel.api;

import dev.bootbus.kernel.Lab;
import dev.bootbus.kernel.boot.BootText;
import dev.bootbus.kernel.boot.Machines;
import dev.bootbus.kernel.boot.Templates;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.lease.Leases;
import dev.bootbus.kernel.lease.Networks;
import dev.bootbus.kernel.node.Nodes;
import dev.bootbus.kernel.node.Unknown;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The server with [Shelf]s.
final class TestApi implements AutoCloseable {
  private final List<Shelf> shelves =
      List.of(
          new Shelf("nodes", "mac"),
          new Shelf("kernels", "name"),
          new Shelf.Remembering("leases", "address"),
          new Shelf.Remembering("settings", "name"));
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ApiServer server;

  TestApi() {
    this(
        new ApiSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            false,
            Optional.empty(),
            Optional.empty()));
  }

  TestApi(ApiSettings settings) {
    Nodes nodes =
        new Nodes(() -> Catalogue.EMPTY, () -> Unknown.REFUSE, InstantSource.system(), "n", 1);
    Leases leases = new Leases(Networks.of(Lab.network()), InstantSource.system(), "l", 1, 1);
    Machines machines = new Machines(() -> Catalogue.EMPTY, nodes, leases);
    Served served =
        new Served(List.copyOf(shelves), new BootText(machines, null, new Templates(null)));
    server = ApiServer.open(settings, served, new Journal(null), meters).orElseThrow();
    served.ready();
  }

  MeterRegistry meters() {
    return meters;
  }

  int port() {
    return server.port();
  }

  Shelf shelf(String name) {
    return shelves.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  void clear() {
    shelves.forEach(Shelf::clear);
  }

  @Override
  public void close() {
    server.close();
  }
}
