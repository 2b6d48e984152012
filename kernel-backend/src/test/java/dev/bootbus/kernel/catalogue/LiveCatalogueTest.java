package dev.bootbus.kernel.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.bootbus.kernel.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveCatalogueTest {
  private static final String A = "kernels:\n  - {name: a, kernel: k}\n";
  private static final String B = "kernels:\n  - {name: b, kernel: k}\n";

  @TempDir Path folder;
  private final Log log = new Log();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(log));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private LiveCatalogue open(Path path) throws CatalogueException {
    return LiveCatalogue.open(path, Catalogue.EMPTY, true, _ -> {});
  }

  private LiveCatalogue watched(Path path) throws CatalogueException {
    LiveCatalogue live = open(path);
    open.add(CatalogueWatch.start(live, Duration.ofMillis(20)));
    return live;
  }

  private static void awaitKernels(LiveCatalogue live, String... names) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(live.get().kernels().keySet()).isEqualTo(Set.of(names)));
  }

  @Test
  void theFilesOfAFolderAreReadAsOne() throws Exception {
    Files.writeString(folder.resolve("10-kernels.yaml"), A);
    Files.writeString(folder.resolve("20-more.yml"), B);
    Files.writeString(folder.resolve("05-nodes.yaml"), "nodes:\n  - {mac: 5254, kernel: b}\n");
    Files.writeString(folder.resolve("00-default.yaml"), "default: {x86_64: a}\n");
    Files.writeString(folder.resolve("30-default.yaml"), "default: {aarch64: b}\n");
    Files.writeString(folder.resolve("notes.txt"), "kernels: [");
    Files.writeString(folder.resolve(".hidden.yaml"), "kernels: [");
    Files.createDirectory(folder.resolve("sub.yaml"));
    Catalogue catalogue = open(folder).get();
    assertThat(catalogue.kernels()).containsOnlyKeys("a", "b");
    assertThat(catalogue.nodes().values()).extracting(Declared::kernel).containsExactly("b");
    assertThat(catalogue.defaults().byArch()).hasSize(2);
    assertThat(catalogue.origins().kernels().get("b"))
        .hasToString("declared in " + folder.resolve("20-more.yml") + ", line 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernels:\n  - {name: a, kernel: k}\n|there is another kernel a",
        "default: a\n|there is another default",
        "nodes:\n  - {mac: 5254}\n|there is another node 52:54",
        "nodes:\n  - {mac: 5255, hostname: h}\n|another node is called h",
        "nodes:\n  - {mac: 5255, address: 10.0.0.1}\n|another node has 10.0.0.1",
      })
  void whatStandsTwiceIsRefusedWithBothPlaces(String row) throws IOException {
    Path first = folder.resolve("a.yaml");
    Path second = folder.resolve("b.yaml");
    Files.writeString(
        first, A + "default: a\nnodes:\n  - {mac: 5254, hostname: h, address: 10.0.0.1}\n");
    Files.writeString(second, row.split("\\|")[0]);
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> open(folder))
        .withMessageStartingWith(second + ":")
        .withMessageContaining(row.split("\\|")[1] + ", declared in " + first + ", line ");
  }

  @Test
  void aFileThatChangesIsReadAgainAndListenersAreTold() throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, A);
    LiveCatalogue live = watched(file);
    List<String> heard = new ArrayList<>();
    live.onChange((before, after) -> heard.add(new CatalogueChange(before, after).toString()));
    Files.writeString(
        file, "kernels:\n  - {name: b, kernel: k}\nnodes:\n  - {mac: 5254, address: 10.0.0.1}\n");
    awaitKernels(live, "b");
    assertThat(live.get().fixedAddresses()).hasSize(1);
    Files.writeString(file, "kernels:\n  - {name: b, kernel: other}\ndefault: b\n");
    await().until(() -> live.get().kernels().get("b").kernel().equals("other"));
    await().until(() -> log.lines("read again").size() == 2);
    assertThat(log.lines("catalogue"))
        .containsExactly(
            "INFO catalogue read again changed=kernels=-a,+b nodes=+52:54",
            "INFO catalogue read again changed=kernels=~b nodes=-52:54 defaults=~");
    assertThat(heard)
        .containsExactly("kernels=-a,+b nodes=+52:54", "kernels=~b nodes=-52:54 defaults=~");
  }

  @Test
  void aFaultIsToldOnceAndTheCatalogueStays() throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, A);
    LiveCatalogue live = open(file);
    Files.writeString(file, "kernels:\n  - {name: b, kernal: k}\n");
    live.reload();
    live.reload();
    assertThat(live.get().kernels()).containsOnlyKeys("a");
    Files.delete(file);
    live.reload();
    assertThat(live.get().kernels()).containsOnlyKeys("a");
    Files.writeString(file, A);
    live.reload();
    live.reload();
    assertThat(log.lines("catalogue"))
        .containsExactly(
            "WARN catalogue kept as it was: "
                + file
                + ":2: kernels[0].kernal: unknown field; did you mean kernel?",
            "WARN catalogue kept as it was: " + file + ": no such file",
            "INFO catalogue read again changed=nothing");
  }

  @Test
  void whatDoesNotFitToTheRestIsRefused() throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, A);
    LiveCatalogue live =
        LiveCatalogue.open(
            file,
            Catalogue.EMPTY,
            true,
            fresh -> {
              if (!fresh.nodes().isEmpty()) {
                throw new IllegalArgumentException("10.0.0.1 is not in 10.1.0.0/24");
              }
            });
    Files.writeString(file, A + "nodes:\n  - {mac: 5254, address: 10.0.0.1}\n");
    live.reload();
    assertThat(live.get().nodes()).isEmpty();
    assertThat(log.lines("kept as it was: " + file + ": 10.0.0.1 is not in 10.1.0.0/24"))
        .hasSize(1);
  }

  @Test
  void theLinksOfAConfigMapAreFollowed() throws Exception {
    version("..2026_1", A);
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_1"));
    Files.createSymbolicLink(folder.resolve("c.yaml"), Path.of("..data/c.yaml"));
    LiveCatalogue live = watched(folder);
    awaitKernels(live, "a");
    version("..2026_2", B);
    Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2026_2"));
    Files.move(
        folder.resolve("..data_tmp"),
        folder.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    awaitKernels(live, "b");
  }

  private void version(String name, String text) throws IOException {
    Files.createDirectory(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve("c.yaml"), text);
  }

  @Test
  void filesComeAndGo() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), A);
    LiveCatalogue live = watched(folder);
    Files.writeString(folder.resolve("b.yaml"), B);
    awaitKernels(live, "a", "b");
    Files.delete(folder.resolve("a.yaml"));
    awaitKernels(live, "b");
    Files.delete(folder.resolve("b.yaml"));
    awaitKernels(live);
  }

  @Test
  void aTemplateIsReadAgainAlsoOneThatWasMissing() throws Exception {
    Path file = folder.resolve("c.yaml");
    Path template = folder.resolve("seed.cfg");
    Files.writeString(template, "one");
    Files.writeString(
        file,
        "kernels:\n  - {name: a, type: debian, kernel: k, initrd: i, config: {preseed: seed.cfg}}\n");
    LiveCatalogue live = watched(file);
    Files.writeString(template, "two");
    await().untilAsserted(() -> assertThat(preseed(live)).isEqualTo("two"));
    Files.delete(template);
    await().until(() -> log.lines("seed.cfg cannot be read: no such file").size() == 1);
    assertThat(preseed(live)).isEqualTo("two");
    Files.writeString(template, "three");
    await().untilAsserted(() -> assertThat(preseed(live)).isEqualTo("three"));
  }

  private static String preseed(LiveCatalogue live) {
    return live.get().kernels().get("a").provision().templates().get(ConfigFile.PRESEED);
  }

  @Test
  void aFileGoesBeforeWhatIsShipped() throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, "kernels:\n  - {name: alpine, kernel: mine}\ndefault: netboot.xyz\n");
    LiveCatalogue live = LiveCatalogue.open(file, ShippedCatalogue.read(), false, _ -> {});
    assertThat(live.get().kernels().get("alpine").kernel()).isEqualTo("mine");
    assertThat(live.get().kernels().get("alpine-3.22-aarch64").kernel())
        .startsWith("http://dl-cdn.alpinelinux.org/alpine/v3.22/releases/aarch64/");
    Files.writeString(file, "");
    live.reload();
    assertThat(live.get().kernels().get("alpine").type()).isEqualTo(KernelType.ALPINE);
  }

  @Test
  void aFolderHasABound() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), "#" + "x".repeat(16 << 20));
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> open(folder))
        .withMessage(folder + ": larger than 16777216 bytes");
    Files.delete(folder.resolve("a.yaml"));
    for (int i = 0; i < 1025; i++) {
      Files.createFile(folder.resolve(i + ".yaml"));
    }
    assertThatExceptionOfType(CatalogueException.class)
        .isThrownBy(() -> open(folder))
        .withMessage(folder + ": more than 1024 files");
  }

  @Test
  void manyNamesAreToldInFewWords() throws CatalogueException {
    StringBuilder many = new StringBuilder("kernels:\n");
    for (int i = 10; i < 40; i++) {
      many.append("  - {name: k").append(i).append(", kernel: k}\n");
    }
    Catalogue catalogue = CatalogueFile.read("c.yaml", many.toString());
    assertThat(new CatalogueChange(catalogue, Catalogue.EMPTY).toString())
        .startsWith("kernels=-k10,-k11,")
        .endsWith(",-k29,and 10 more");
    assertThat(Set.copyOf(catalogue.kernels().keySet())).hasSize(30);
  }
}
