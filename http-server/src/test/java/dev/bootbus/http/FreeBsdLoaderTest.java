package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// FreeBSD's two loaders, as strict and as careless as they are: the HTTP client of the BIOS loader
/// for PXE (2007), and the one in loader.efi, on top of UEFI's.
class FreeBsdLoaderTest {
  private static final byte[] KERNEL = new byte[100_000];

  static {
    new Random(7).nextBytes(KERNEL);
  }

  @TempDir private Path root;
  private Served served;

  @BeforeEach
  void serve() throws Exception {
    served = Served.from(root);
    served.put("boot/kernel/kernel", KERNEL);
    served.put("boot/loader.conf", "autoboot_delay=3\n".getBytes(ISO_8859_1));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  /// Keeps one connection, asks for the size with HEAD and reads in ranges; opens a new one when
  /// the server has closed it. Knows nothing of redirects, chunks and headers in other spelling.
  private static final class PxeHttp implements AutoCloseable {
    private static final int PIECE = 8192;
    private static final int MAX_HEAD = 1024;

    private final int port;
    private RawClient client;

    PxeHttp(int port) throws IOException {
      this.port = port;
      client = new RawClient(port);
    }

    byte[] file(String path) throws IOException {
      int size = length(request("HEAD", path, "Connection: keep-alive\r\n"));
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      while (file.size() < size) {
        int last = Math.min(file.size() + PIECE, size) - 1;
        String head =
            request(
                "GET",
                path,
                "Connection: keep-alive\r\nKeep-Alive: 300\r\nRange: bytes=%d-%d\r\n"
                    .formatted(file.size(), last));
        file.write(client.in().readNBytes(length(head)));
      }
      return file.toByteArray();
    }

    /// @return the head of the answer
    private String request(String method, String path, String headers) throws IOException {
      client.send(
          "%s %s HTTP/1.1\r\nHost: 10.0.0.1\r\nUser-Agent: pxe_http/0\r\n%s\r\n"
              .formatted(method, path, headers));
      String head = head();
      if (head.isEmpty()) {
        client.close();
        client = new RawClient(port);
        return request(method, path, headers);
      }
      if (!head.startsWith("HTTP/1.1 2")) {
        throw new FileNotFoundException(head);
      }
      return head;
    }

    private String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < MAX_HEAD && head.indexOf("\r\n\r\n") < 0) {
        int b = client.in().read();
        if (b < 0) {
          return "";
        }
        head.append((char) b);
      }
      return head.toString();
    }

    private static int length(String head) {
      String rest = head.substring(head.indexOf("Content-Length:") + "Content-Length:".length());
      return Integer.parseInt(rest.substring(0, rest.indexOf('\r')).strip());
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /// One GET on a connection of its own for each file; what is `text/html` is a directory, what is
  /// not 200 is asked for again with a slash.
  private record EfiHttp(int port) {
    RawClient.Answer open(String path) throws IOException {
      RawClient.Answer answer = get(path);
      if (answer.status() == 200) {
        return answer;
      }
      RawClient.Answer again = get(path + "/");
      if (again.status() != 200) {
        throw new FileNotFoundException(path);
      }
      return again;
    }

    private RawClient.Answer get(String path) throws IOException {
      try (RawClient client = new RawClient(port)) {
        client.send(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\nAccept: */*\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(client.isClosedByServer()).isTrue();
        return answer;
      }
    }

    static boolean isDirectory(RawClient.Answer answer) {
      return answer.header("Content-Type").startsWith("text/html");
    }

    /// What its scan finds, nothing decoded.
    static List<String> entries(RawClient.Answer directory) {
      List<String> names = new ArrayList<>();
      String text = directory.text();
      String mark = "<a href=\"";
      for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
        int from = at + mark.length();
        names.add(text.substring(from, text.indexOf('"', from)));
      }
      return names;
    }
  }

  @Test
  void theBiosLoaderReadsInRangesOnOneConnection() throws Exception {
    try (PxeHttp loader = new PxeHttp(served.port())) {
      RawClient first = loader.client;
      assertThat(loader.file("/boot/loader.conf")).asString().isEqualTo("autoboot_delay=3\n");
      assertThat(loader.file("/boot/kernel/kernel")).isEqualTo(KERNEL);
      assertThat(loader.client).isSameAs(first);
      assertThatThrownBy(() -> loader.file("/boot/kernel/kernel.gz"))
          .hasMessageStartingWith("HTTP/1.1 404");
    }
  }

  @Test
  void theBiosLoaderGoesOnOnANewConnection() throws Exception {
    try (PxeHttp loader = new PxeHttp(served.port())) {
      RawClient first = loader.client;
      loader.file("/boot/loader.conf");
      loader.client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").answer();
      assertThat(loader.file("/boot/kernel/kernel")).isEqualTo(KERNEL);
      assertThat(loader.client).isNotSameAs(first);
    }
  }

  @Test
  void theUefiLoaderFindsItsWay() throws Exception {
    EfiHttp loader = new EfiHttp(served.port());
    RawClient.Answer boot = loader.open("/boot");

    assertThat(EfiHttp.isDirectory(boot)).isTrue();
    assertThat(EfiHttp.entries(boot)).containsExactly("kernel/", "loader.conf");
    RawClient.Answer kernels = loader.open("/boot/kernel");
    assertThat(EfiHttp.entries(kernels)).containsExactly("kernel");
    RawClient.Answer kernel = loader.open("/boot/kernel/" + EfiHttp.entries(kernels).getFirst());
    assertThat(EfiHttp.isDirectory(kernel)).isFalse();
    assertThat(kernel.header("Content-Length")).isEqualTo("100000");
    assertThat(kernel.body()).isEqualTo(KERNEL);
  }

  @Test
  void theUefiLoaderHearsOfWhatIsMissing() {
    EfiHttp loader = new EfiHttp(served.port());

    assertThatThrownBy(() -> loader.open("/boot/loader.rc"))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void aPageThatAnOperatorPutThereIsNoDirectory() throws Exception {
    served.put("boot/readme.html", "<a href=\"x\">".getBytes(ISO_8859_1));

    assertThat(EfiHttp.isDirectory(new EfiHttp(served.port()).open("/boot/readme.html"))).isFalse();
  }
}
