package dev.bootbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of disk and backend is heard where a loader tries one name after the other.
class SearchTest {
  private static final Asker ASKER =
      new Asker(
          Protocol.TFTP, InetAddress.getLoopbackAddress(), MacAddress.NONE, Traceparent.fresh());

  @TempDir private Path root;
  private ContentSource source;

  @BeforeEach
  void order() throws Exception {
    DiskRoot disk = DiskRoot.at(root);
    ContentSource generated =
        (path, _) ->
            new ContentSource.Answer.Found(
                new Content.Written("generated".getBytes(UTF_8), "text/plain"));
    source =
        ContentSource.inOrder(
            List.of(disk, new SerialFolders(disk), new OperatorsSearch(disk, generated)));
  }

  private void put(String name) throws Exception {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "disk " + name);
  }

  private String get(String name) throws Exception {
    return switch (source.open(BootPath.ofTftp(name), ASKER)) {
      case ContentSource.Answer.Found(Content content) -> {
        try (content;
            var in = content.from(0)) {
          yield new String(in.readAllBytes(), UTF_8);
        }
      }
      case ContentSource.Answer other -> other.getClass().getSimpleName();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "pxelinux.cfg/01-52-54-00-12-34-56, pxelinux.cfg/default",
    "pxelinux.cfg/C0A84D49, pxelinux.cfg/default",
    "bios/pxelinux.cfg/C0A84D49, bios/pxelinux.cfg/default",
    "grub/grub.cfg-01-52-54-00-12-34-56, grub/grub.cfg",
    "grub.cfg-C0A84D49, grub.cfg",
  })
  void theOperatorsLastNameEndsTheSearch(String asked, String last) throws Exception {
    assertThat(get(asked)).isEqualTo("generated");
    put(last);
    assertThat(get(asked)).isEqualTo("Missing");
    assertThat(get(last)).isEqualTo("disk " + last);
    put(asked);
    assertThat(get(asked)).isEqualTo("disk " + asked);
  }

  @Test
  void anotherFoldersLastNameIsAnotherSearch() throws Exception {
    put("pxelinux.cfg/default");
    assertThat(get("bios/pxelinux.cfg/C0A84D49")).isEqualTo("generated");
    assertThat(get("boot.ipxe")).isEqualTo("generated");
  }

  @ParameterizedTest
  @CsvSource({
    "9ffefdef/start4.elf, start4.elf",
    "9ffefdef/overlays/x.dtbo, overlays/x.dtbo",
    "dc-a6-32-01-36-c2/start4.elf, start4.elf",
    "9ffefdef/config.txt, config.txt",
  })
  void aPisFolderIsTheRoot(String asked, String shared) throws Exception {
    put(shared);
    assertThat(get(asked)).isEqualTo("disk " + shared);
    put(asked);
    assertThat(get(asked)).isEqualTo("disk " + asked);
  }

  @ParameterizedTest
  @CsvSource({"9ffefde/start4.elf", "9FFEFDEG/start4.elf", "9ffefdef/x/start4.elf", "x/start4.elf"})
  void otherFoldersAreNot(String asked) throws Exception {
    put("start4.elf");
    assertThat(get(asked)).isEqualTo("generated");
  }
}
