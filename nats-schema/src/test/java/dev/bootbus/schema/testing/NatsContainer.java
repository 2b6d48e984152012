package dev.bootbus.schema.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/// nats-server in a container.
final class NatsContainer implements NatsServer.Host {
  private static final String IMAGE =
      System.getenv().getOrDefault("BOOTBUS_TEST_NATS_IMAGE", "nats:2.10-alpine");

  private static final String FOLDER = "/etc/nats/";

  private final GenericContainer<?> container;

  NatsContainer(int port, boolean jetStream, NatsConfig config) {
    List<String> command = new ArrayList<>(List.of("-a", "0.0.0.0", "-p", "4222"));
    command.addAll(List.of("-c", FOLDER + NatsConfig.NAME));
    if (jetStream) {
      command.addAll(List.of("-js", "-sd", "/data"));
    }
    container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withCommand(command.toArray(String[]::new))
            .withWorkingDirectory(FOLDER)
            .withEnv(config.environment())
            .withImagePullPolicy(image -> !IMAGE.endsWith(":local-test"));
    // a port of our own choice, because a mapped one changes when the container is started again
    container.setPortBindings(List.of("127.0.0.1:" + port + ":4222"));
    config
        .contents()
        .forEach(
            (name, bytes) -> container.withCopyToContainer(Transferable.of(bytes), FOLDER + name));
  }

  @Override
  public void write(NatsConfig config) {
    config
        .contents()
        .forEach(
            (name, bytes) -> container.copyFileToContainer(Transferable.of(bytes), FOLDER + name));
  }

  @Override
  public void start() {
    if (container.getContainerId() == null) {
      container.start();
    } else {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public void stop() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    container
        .getDockerClient()
        .waitContainerCmd(container.getContainerId())
        .start()
        .awaitStatusCode(10, TimeUnit.SECONDS);
  }

  @Override
  public void pause() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void resume() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public String log() {
    return container.getLogs();
  }

  @Override
  public void close() {
    container.stop();
  }
}
