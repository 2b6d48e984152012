package dev.bootbus.example;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Walks from DISCOVER to a kernel like a machine would, and says what it would boot or what is
/// broken.
@Command(
    name = "walk",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Boots a machine in software from a stack on loopback ports.")
final class Walk implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int BZIMAGE_MAGIC_AT = 0x202;

  @Parameters(index = "0", description = "bios, uefi or uefi-http")
  private String kind = "";

  @CommandLine.Option(names = "--server", defaultValue = "127.0.0.1", description = "all services")
  private String server = "";

  @CommandLine.Option(names = "--dhcp-port", defaultValue = "1067")
  private int dhcpPort;

  @CommandLine.Option(names = "--client-port", defaultValue = "1068")
  private int clientPort;

  @CommandLine.Option(names = "--proxy-port", defaultValue = "5011")
  private int proxyPort;

  @CommandLine.Option(names = "--tftp-port", defaultValue = "1069")
  private int tftpPort;

  private final long start = System.nanoTime();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(DEADLINE).build();

  static void main(String[] args) {
    System.exit(new CommandLine(new Walk()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      walk(firmware());
      return 0;
    } catch (BrokenWalkException | IOException e) {
      step("broken", e.getMessage() == null ? e.toString() : e.getMessage());
      return 1;
    }
  }

  private Stage firmware() throws BrokenWalkException {
    return switch (kind) {
      case "bios" -> Stage.BIOS;
      case "uefi" -> Stage.UEFI;
      case "uefi-http" -> Stage.UEFI_HTTP;
      default -> throw new BrokenWalkException("a machine is bios, uefi or uefi-http");
    };
  }

  private void walk(Stage firmware) throws IOException, BrokenWalkException, InterruptedException {
    MacAddress mac = MacAddress.parse("52:54:00:77:00:20");
    InetAddress address = InetAddress.ofLiteral(server);
    try (DhcpClient dhcp =
        new DhcpClient(
            new InetSocketAddress(address, clientPort),
            new InetSocketAddress(address, dhcpPort),
            new InetSocketAddress(address, proxyPort),
            mac)) {
      String loader = bootFile(firmware, dhcp.bootAs(firmware));
      byte[] program =
          firmware.bootsOverHttp()
              ? get(URI.create(loader))
              : TftpClient.get(new InetSocketAddress(address, tftpPort), loader);
      checkLoader(firmware, loader, program);

      URI script = URI.create(bootFile(firmware.ipxe(), dhcp.bootAs(firmware.ipxe())));
      String text = new String(get(script), StandardCharsets.UTF_8);
      IpxeScript boot = IpxeScript.read(text, script);
      step("script", script + " names " + boot.kernel());
      checkKernel(boot.kernel(), get(boot.kernel()));
      for (URI initrd : boot.initrds()) {
        step("initrd", initrd + " " + get(initrd).length + " bytes");
      }
      step("kernel", "a real machine would start it now: " + boot.commandLine());
    }
  }

  private String bootFile(Stage stage, DhcpMessage ack) throws BrokenWalkException {
    String file = ack.options().get(Option.BOOT_FILE_NAME).orElse(ack.file());
    step(
        "dhcp",
        "%s: address %s, next server %s, boot file %s"
            .formatted(
                stage.name(),
                ack.yiaddr().getHostAddress(),
                ack.siaddr().getHostAddress(),
                file.isEmpty() ? "none" : file));
    if (file.isEmpty()) {
      throw new BrokenWalkException(stage.name() + " is given no boot file");
    }
    return file;
  }

  private void checkLoader(Stage firmware, String name, byte[] program) throws BrokenWalkException {
    step("loader", name + " " + program.length + " bytes");
    boolean portableExecutable = program.length > 2 && program[0] == 'M' && program[1] == 'Z';
    if (program.length == 0 || portableExecutable != (firmware.arch() != 0)) {
      throw new BrokenWalkException(
          name + " is no program for " + firmware.name() + ": the wrong file for its architecture");
    }
  }

  private void checkKernel(URI kernel, byte[] image) throws BrokenWalkException {
    step("kernel", kernel + " " + image.length + " bytes");
    int magic =
        image.length < BZIMAGE_MAGIC_AT + 4
            ? 0
            : ByteBuffer.wrap(image).order(ByteOrder.BIG_ENDIAN).getInt(BZIMAGE_MAGIC_AT);
    if (magic != ByteBuffer.wrap("HdrS".getBytes(StandardCharsets.US_ASCII)).getInt()) {
      throw new BrokenWalkException(kernel + " is no Linux kernel");
    }
  }

  private byte[] get(URI uri) throws IOException, BrokenWalkException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(uri).timeout(DEADLINE).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new BrokenWalkException(
          uri
              + " is answered with "
              + response.statusCode()
              + ": "
              + new String(response.body(), StandardCharsets.UTF_8).strip());
    }
    return response.body();
  }

  private void step(String what, String text) {
    long tenths = (System.nanoTime() - start) / 100_000_000;
    System.out.printf("%4d.%d s  %-15s %s%n", tenths / 10, tenths % 10, what, text);
  }
}
