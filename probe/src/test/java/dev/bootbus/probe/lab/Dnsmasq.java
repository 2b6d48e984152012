package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// dnsmasq for DHCP and TFTP, nginx for HTTP.
final class Dnsmasq implements Stack {
  private final Place place;
  private Program server;

  private Dnsmasq(Place place, Program server) {
    this.place = place;
    this.server = server;
  }

  static Dnsmasq start(Place place) throws IOException {
    Nginx.start(place);
    List<String> options = options(place, Setup.healthy(place));
    return new Dnsmasq(place, run(place.host(), options.toArray(String[]::new)));
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
    place.endOther();
    if (setup.proxy()) {
      place.startOther();
    }
    server.close();
    server = run(place.host(), options(place, setup).toArray(String[]::new));
  }

  private static List<String> options(Place place, Setup setup) {
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
    server.signal("STOP");
  }

  @Override
  public void thaw() throws IOException {
    server.signal("CONT");
  }
}
