package dev.bootbus.probe.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumsTest {
  private static final String ONE = "11".repeat(32);
  private static final String TWO = "22".repeat(32);

  @TempDir private Path folder;

  private Checksums read(String text) throws IOException {
    return Checksums.read(Files.writeString(folder.resolve("SHA256SUMS"), text));
  }

  private static boolean isWrong(Checksums sums, String uri, String sum) {
    return sums.check(URI.create(uri), HexFormat.of().parseHex(sum)).isPresent();
  }

  @Test
  void theLongestEndOfAPathCounts() throws Exception {
    Checksums sums = read("%s  vmlinuz\n%s *arm/vmlinuz\n\n".formatted(ONE, TWO));

    assertThat(isWrong(sums, "http://h/a/vmlinuz", ONE)).isFalse();
    assertThat(isWrong(sums, "http://h/a/vmlinuz", TWO)).isTrue();
    assertThat(isWrong(sums, "http://h/arm/vmlinuz", TWO)).isFalse();
    assertThat(isWrong(sums, "tftp://h/vmlinuz", TWO)).isTrue();
    assertThat(isWrong(sums, "http://h/xvmlinuz", TWO)).isFalse();
  }

  @Test
  void whatIsNoneIsRefused() {
    assertThatThrownBy(() -> read("vmlinuz 1234")).hasMessageContaining("not a line of sha256sum");
  }

  /// As the API of kernel-backend has them; a name of which two kernels differ is left out.
  @Test
  void aCatalogueSaysWhatItsFilesShouldBe() throws Exception {
    String kernels =
        """
        [{"name": "a", "checksums": {"/a/vmlinuz": "%1$s", "http://m/d/linux": "%2$s", "x": "%1$s"}},
         {"name": "b", "checksums": {"x": "%2$s"}}, {"name": "c"}]
        """
            .formatted(ONE, TWO);

    Checksums sums = Catalogue.read(new ObjectMapper().readTree(kernels));

    assertThat(isWrong(sums, "http://h/a/vmlinuz", TWO)).isTrue();
    assertThat(isWrong(sums, "http://h/d/linux", TWO)).isFalse();
    assertThat(isWrong(sums, "http://h/d/linux", ONE)).isTrue();
    assertThat(isWrong(sums, "http://h/x", ONE)).isFalse();
  }

  @Test
  void anApiThatIsNotThereIsSaidSo() {
    Catalogue nowhere = new Catalogue(URI.create("http://127.0.0.1:1"), Optional.empty());

    assertThatThrownBy(nowhere::checksums).isInstanceOf(IOException.class);
  }
}
