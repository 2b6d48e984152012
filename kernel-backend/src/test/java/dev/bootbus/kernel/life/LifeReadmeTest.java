package dev.bootbus.kernel.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifeReadmeTest {
  @ParameterizedTest
  @EnumSource(Cause.class)
  void theReadmeNamesEveryCause(Cause cause) throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains("`" + cause.key() + "`");
  }
}
