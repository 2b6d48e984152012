package dev.bootbus.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A machine of a lab: a network namespace.
record Host(Lab lab, String namespace) {
  private static final Path LAUNCHER = Path.of("../deploy/target/bootbus/bin/bootbus");

  /// Plugs the next cable in.
  ///
  /// @param port the interface's name
  /// @param address with its prefix length, or nothing for a machine that has none yet
  Host plug(String port, String mac, Link link, String address) throws IOException {
    lab.plug(this, port, mac, link, address);
    return this;
  }

  Program start(String... command) throws IOException {
    return start(Map.of(), List.of(command));
  }

  private Program start(Map<String, String> environment, List<String> command) throws IOException {
    String program = Path.of(command.getFirst()).getFileName().toString();
    Path log = lab.folder(program + "-").resolve("log");
    return lab.started(Program.start(log, environment, inside(command)));
  }

  /// Runs it to its end.
  ///
  /// @return what it printed
  String run(String command) throws IOException {
    return Lab.run(inside(List.of(command.split(" "))));
  }

  private List<String> inside(List<String> command) {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    words.addAll(command);
    return words;
  }

  /// One of the services, when it is ready.
  Program service(String name, String options) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toRealPath().toString(), name));
    command.addAll(Arrays.asList(options.split(" ")));
    Map<String, String> environment =
        Map.of("JAVA_HOME", System.getProperty("java.home"), "BOOTBUS_LOG_LEVEL", "DEBUG");
    return start(environment, command).awaitSaid(" ready ");
  }

  /// A nats-server that all hosts of the link can reach.
  Program bus() throws IOException {
    String[] command =
        "nats-server -a 0.0.0.0 -p 4222 -js -sd %s".formatted(lab.folder("nats")).split(" ");
    return start(command).awaitSaid("Server is ready");
  }

  /// Does this in the host's network: sockets that are opened belong to the host for good, and so
  /// do threads that are started.
  <T> T inside(Callable<T> action) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              NetworkNamespace.enter(Path.of("/run/netns", namespace));
              return action.call();
            });
    Thread.ofPlatform().name("in-" + namespace).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
