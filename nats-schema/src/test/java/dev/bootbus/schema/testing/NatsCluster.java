package dev.bootbus.schema.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Three real nats-servers that route to each other, on loopback ports: processes, because in
/// containers they would tell clients addresses that only they can reach.
public final class NatsCluster implements AutoCloseable {
  private static final int NODES = 3;

  private final List<Integer> ports = new ArrayList<>();
  private final List<NatsProcess> nodes = new ArrayList<>();

  private NatsCluster() {}

  /// @return whether there is a nats-server to start
  public static boolean isPossible() {
    return NatsProcess.isOnPath();
  }

  /// Starts one without JetStream.
  public static NatsCluster start() throws IOException {
    return start(false);
  }

  public static NatsCluster start(boolean jetStream) throws IOException {
    var cluster = new NatsCluster();
    List<Integer> routes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      cluster.ports.add(NatsServer.freePort());
      routes.add(NatsServer.freePort());
    }
    String all = routes.stream().map(NatsCluster::url).collect(Collectors.joining(","));
    try {
      for (int i = 0; i < NODES; i++) {
        List<String> options =
            List.of(
                "--name",
                "node" + i,
                "--cluster_name",
                "test",
                "--cluster",
                url(routes.get(i)),
                "--routes",
                all);
        cluster.nodes.add(
            new NatsProcess(cluster.ports.get(i), jetStream, NatsConfig.of(""), options));
        cluster.nodes.getLast().start();
      }
      cluster.awaitRoutes();
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static String url(int port) {
    return "nats://127.0.0.1:" + port;
  }

  /// Each server tells clients the addresses of all it has routes to.
  private void awaitRoutes() {
    for (int i = 0; i < NODES; i++) {
      int port = ports.get(i);
      NatsServer.await(
          "no routes",
          () -> {
            String greeting = NatsServer.greeting(port);
            return ports.stream().allMatch(other -> greeting.contains("127.0.0.1:" + other));
          },
          nodes.get(i));
    }
  }

  /// Those of all nodes, separated by commas.
  public String urls() {
    return ports.stream().map(NatsCluster::url).collect(Collectors.joining(","));
  }

  /// The same, one by one.
  public List<String> nodes() {
    return ports.stream().map(NatsCluster::url).toList();
  }

  /// Kills a node without a word to anyone.
  ///
  /// @param url of the node
  public void kill(String url) {
    nodes.get(node(url)).stop();
  }

  /// Starts the node again, and waits until all route to each other.
  public void restart(String url) throws IOException {
    nodes.get(node(url)).start();
    awaitRoutes();
  }

  private int node(String url) {
    return IntStream.range(0, NODES)
        .filter(i -> url.endsWith(":" + ports.get(i)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node of this cluster: " + url));
  }

  @Override
  public void close() throws IOException {
    for (NatsProcess node : nodes) {
      node.close();
    }
  }
}
