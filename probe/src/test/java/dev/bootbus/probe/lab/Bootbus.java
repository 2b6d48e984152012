package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// nats-server and the four services.
final class Bootbus implements Stack {
  private static final String READ_AGAIN = "configuration read again";

  /// From this module's class path, as `bin/bootbus` starts them.
  static final Lab.Services SERVICES = Bootbus::command;

  private final Place place;
  private final Path folder;
  private final Program bus;
  private Program kernels;
  private final Program dhcp;

  private Bootbus(Place place) throws IOException {
    this.place = place;
    folder = place.lab().folder("bootbus-");
    bus = place.host().bus();
    Setup setup = Setup.healthy(place);
    write(setup);
    kernels = startKernels(setup);
    List<Program> starting = new ArrayList<>(List.of(kernels));
    String root = " --root " + place.files().root();
    starting.add(place.host().startService("tftp-server", "--address " + place.server() + root));
    starting.add(place.host().startService("http-server", "--address " + place.server() + root));
    dhcp = place.host().startService("dhcp-server", "--config " + folder.resolve("dhcp.yaml"));
    starting.add(dhcp);
    starting.forEach(service -> service.awaitSaid(" ready "));
  }

  static Bootbus start(Place place) throws IOException {
    // its script is written by kernel-backend
    place.files().remove("boot.ipxe");
    return new Bootbus(place);
  }

  private static List<String> command(String service) {
    String main =
        switch (service) {
          case "dhcp-server" -> "dev.bootbus.dhcp.Main";
          case "tftp-server" -> "dev.bootbus.tftp.Main";
          case "http-server" -> "dev.bootbus.http.Main";
          case "kernel-backend" -> "dev.bootbus.kernel.Main";
          case "probe" -> "dev.bootbus.probe.Main";
          default -> throw new IllegalArgumentException(service);
        };
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx128m",
        "-Xss512k",
        "--enable-native-access=ALL-UNNAMED",
        "-Dlogback.configurationFile=../deploy/src/bootbus/etc/logback.xml",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        main);
  }

  private Program startKernels(Setup setup) throws IOException {
    return place
        .host()
        .startService(
            "kernel-backend",
            "--catalogue %s --boot-url http://%s/ --api off --unknown %s"
                .formatted(
                    folder.resolve("catalogue.yaml"),
                    place.server(),
                    setup.known() ? "refuse" : "register"));
  }

  private void write(Setup setup) throws IOException {
    int last =
        switch (setup.addresses()) {
          case PLENTY -> 150;
          case NONE -> 100;
        };
    Files.writeString(
        folder.resolve("catalogue.yaml"),
        """
        subnets:
          - {subnet: %1$s/24, pools: [%2$s-%3$s]}
        nodes:
          - {mac: %4$s, address: %2$s}
        kernels:
          - {name: demo, arch: x86_64, kernel: vmlinuz, initrd: initrd.img, cmdline: console=ttyS0}
        default: demo
        """
            .formatted(place.address(0), place.address(100), place.address(last), Place.OWNER));
    Files.writeString(
        folder.resolve("dhcp.yaml"),
        """
        next-server: %s
        boot-file: {efi-x64: %s}
        ipxe-script: http://%s/boot.ipxe
        interfaces:
          - interface: eth0
        %s
        """
            .formatted(
                setup.nextServer(),
                setup.loader(),
                place.server(),
                setup.proxy()
                    ? "    mode: proxy\n    proxy-port: 0\n    proxy-style: {efi-x64: boot-service}"
                    : ""));
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void serve(Setup setup) throws IOException {
    place.endOther();
    if (setup.proxy()) {
      place.startOther();
    }
    write(setup);
    kernels.close();
    kernels = startKernels(setup);
    long before = dhcp.count(READ_AGAIN);
    dhcp.signal("HUP");
    // from the beginning, and without going back: its log is long after a storm
    dhcp.awaitSaid("(?s)\\A(?>.*?" + READ_AGAIN + "){" + (before + 1) + "}");
    kernels.awaitSaid(" ready ");
  }

  @Override
  public void freeze() throws IOException {
    bus.signal("STOP");
  }

  @Override
  public void thaw() throws IOException {
    bus.signal("CONT");
  }
}
