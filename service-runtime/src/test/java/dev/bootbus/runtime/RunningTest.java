package dev.bootbus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bootbus.runtime.log.LogFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningTest {
  private static ServiceSettings settings(int port, boolean insists) {
    return new ServiceSettings(
        InetAddress.getLoopbackAddress(), port, insists, LogFormat.TEXT, Duration.ofSeconds(5));
  }

  private static ServerSocket taken() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void theStepsAreTakenInOrderOnceAndUnready() {
    Running running = Running.begin("test", settings(0, true));
    List<String> steps = new ArrayList<>();
    running.atEnd(
        left ->
            steps.add("server " + running.readiness().isReady() + " " + (left.toSeconds() > 3)));
    running.atEnd(_ -> steps.add("bus"));
    assertThat(running.readiness().isReady()).isFalse();
    running.begun(() -> "offer=1");
    assertThat(running.readiness().isReady()).isTrue();
    running.close();
    running.close();
    assertThat(steps).containsExactly("server false true", "bus");
  }

  @Test
  void aPortThatWasNamedMustBeThere() throws IOException {
    try (ServerSocket other = taken()) {
      assertThatThrownBy(() -> Running.begin("test", settings(other.getLocalPort(), true)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("cannot bind TCP port " + other.getLocalPort())
          .hasMessageEndingWith("choose another with --management-port");
    }
  }

  @Test
  void theUsualPortIsOnlyMissed() throws IOException {
    try (ServerSocket other = taken();
        Running running = Running.begin("test", settings(other.getLocalPort(), false))) {
      assertThat(running.managementPort()).isEqualTo(ServiceSettings.OFF);
    }
    try (Running running = Running.begin("test", settings(ServiceSettings.OFF, true))) {
      assertThat(running.managementPort()).isEqualTo(ServiceSettings.OFF);
    }
  }
}
