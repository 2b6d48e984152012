package dev.bootbus.schema.testing.lab;

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
public record Host(Lab lab, String namespace) {
  /// Plugs the next cable in.
  ///
  /// @param port the interface's name
  /// @param address with its prefix length, or nothing for a machine that has none yet
  public Host plug(String port, String mac, Link link, String address) throws IOException {
    lab.plug(this, port, mac, link, address);
    return this;
  }

  /// Lets no more than so many bytes of an IP packet through its cable, from the switch's side, and
  /// nobody is told: such as a tunnel on the way, and a filter that drops its ICMP.
  public void narrow(String port, int mtu) throws IOException {
    lab.narrow(this, port, mtu);
  }

  public Program start(String... command) throws IOException {
    return start(Map.of(), List.of(command));
  }

  /// @param environment all of it that begins with `BOOTBUS_`, and more
  public Program start(Map<String, String> environment, List<String> command) throws IOException {
    String program = Path.of(command.getFirst()).getFileName().toString();
    Path log = lab.folder(program + "-").resolve("log");
    return lab.started(Program.start(log, environment, inside(command)));
  }

  /// Runs it to its end.
  ///
  /// @return what it printed
  public String run(String command) throws IOException {
    return Lab.run(inside(List.of(command.split(" "))));
  }

  private List<String> inside(List<String> command) {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    words.addAll(command);
    return words;
  }

  /// One of the services, when it is ready.
  public Program service(String name, String options) throws IOException {
    return startService(name, options).awaitSaid(" ready ");
  }

  /// One of the services; when it is ready it says so: ` ready `.
  public Program startService(String name, String options) throws IOException {
    List<String> command = new ArrayList<>(lab.services().command(name));
    command.addAll(Arrays.asList(options.split(" ")));
    Map<String, String> environment =
        Map.of("JAVA_HOME", System.getProperty("java.home"), "BOOTBUS_LOG_LEVEL", "DEBUG");
    return start(environment, command);
  }

  /// A nats-server that all hosts of the link can reach.
  public Program bus() throws IOException {
    String[] command =
        "nats-server -a 0.0.0.0 -p 4222 -js -sd %s".formatted(lab.folder("nats")).split(" ");
    return start(command).awaitSaid("Server is ready");
  }

  /// Does this in the host's network: sockets that are opened belong to the host for good, and so
  /// do threads that are started.
  public <T> T inside(Callable<T> action) throws Exception {
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
