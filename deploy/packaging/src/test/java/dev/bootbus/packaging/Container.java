package dev.bootbus.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One that runs in the Docker engine.
record Container(String name) {
  String logs() throws Exception {
    return Command.output("docker", "logs", name);
  }

  String pid() throws Exception {
    return Command.output("docker", "inspect", "-f", "{{.State.Pid}}", name).strip();
  }

  /// Its process is this user, and has these capabilities and no more.
  ///
  /// @param user number of user and group
  /// @param effective capabilities(7), the lowest 16 in hex: NET_BIND_SERVICE is bit 10, NET_RAW 13
  /// @param alone whether it can get no more (`no_new_privs`)
  void isConfined(String user, String effective, boolean alone) throws Exception {
    assertThat(Files.readAllLines(Path.of("/proc", pid(), "status")))
        .as(name)
        .contains("CapEff:\t000000000000" + effective)
        .contains("NoNewPrivs:\t" + (alone ? 1 : 0))
        .contains("Uid:\t%1$s\t%1$s\t%1$s\t%1$s".formatted(user))
        .contains("Gid:\t%1$s\t%1$s\t%1$s\t%1$s".formatted(user));
  }

  void remove() throws Exception {
    Command.run(List.of("docker", "rm", "-f", "-v", name));
  }
}
