package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// dnsmasq for DHCP and TFTP, nginx for HTTP.
final class Dnsmasq implements Stack {
  private final Place place;
  private final List<Program> running = new ArrayList<>();

  private Dnsmasq(Place place) {
    this.place = place;
  }

  static Dnsmasq start(Place place) throws IOException {
    Nginx.start(place);
    Dnsmasq stack = new Dnsmasq(place);
    stack.serve(Setup.healthy(place));
    return stack;
  }

  static Program run(Host host, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dnsmasq",
                "--no-daemon",
                "--conf-file=/dev/null",
                "--port=0",
                "--user=root",
                "--leasefile-ro",
                "--no-ping",
                "--log-dhcp",
                "--interface=" + Place.PORT));
    command.addAll(List.of(options));
    return host.start(command.toArray(String[]::new)).awaitSaid("dnsmasq-dhcp: ");
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void serve(Setup setup) throws IOException {
    running.forEach(Program::close);
    running.clear();
    if (setup.proxy()) {
      running.add(place.startOther());
    }
    running.add(run(place.host(), options(setup).toArray(String[]::new)));
  }

  private List<String> options(Setup setup) {
    String server = place.server();
    List<String> options = new ArrayList<>();
    options.add("--enable-tftp");
    options.add("--tftp-root=" + place.files().root());
    if (setup.proxy()) {
      options.add("--dhcp-range=%s,proxy".formatted(place.address(0)));
      options.add("--pxe-service=X86-64_EFI,network,%s".formatted(setup.loader()));
      return options;
    }
    options.add("--dhcp-authoritative");
    int last =
        switch (setup.addresses()) {
          case PLENTY -> 150;
          case NONE -> 100;
        };
    options.add(
        "--dhcp-range=%s,%s,255.255.255.0,1h".formatted(place.address(100), place.address(last)));
    options.add("--dhcp-host=%s,%s".formatted(Place.OWNER, place.address(100)));
    if (setup.known()) {
      options.add("--dhcp-host=" + Place.KNOWN);
      options.add("--dhcp-ignore=tag:!known");
    }
    options.add("--dhcp-match=set:ipxe,175");
    options.add("--dhcp-match=set:bios,option:client-arch,0");
    options.add("--dhcp-match=set:uefi,option:client-arch,7");
    options.add("--dhcp-match=set:http,option:client-arch,16");
    options.add("--dhcp-option-force=tag:http,option:vendor-class,HTTPClient");
    options.add("--dhcp-boot=tag:ipxe,http://%s/boot.ipxe".formatted(server));
    options.add("--dhcp-boot=tag:!ipxe,tag:http,http://%s/ipxe.efi".formatted(server));
    options.add("--dhcp-boot=tag:!ipxe,tag:bios,undionly.kpxe,,%s".formatted(setup.nextServer()));
    options.add(
        "--dhcp-boot=tag:!ipxe,tag:uefi,%s,,%s".formatted(setup.loader(), setup.nextServer()));
    return options;
  }

  @Override
  public void freeze() throws IOException {
    running.getLast().signal("STOP");
  }

  @Override
  public void thaw() throws IOException {
    running.getLast().signal("CONT");
  }
}
