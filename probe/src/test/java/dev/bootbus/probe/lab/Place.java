package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Lab;
import dev.bootbus.schema.testing.lab.Link;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A link of one stack: its server is 1, another DHCP server 2, and the host that probes 9.
///
/// @param net the first three numbers of its /24
/// @param beside what runs on the other host
record Place(
    Lab lab,
    String net,
    Host host,
    Host other,
    Host client,
    BootFiles files,
    List<Program> beside) {
  static final String PORT = "eth0";

  /// The only machine that stacks are told of. It has the last address, where there is only one.
  static final String OWNER = "52:54:00:77:00:50";

  /// Machines that no stack has heard of.
  static String machine(int number) {
    return "52:54:00:77:01:%02x".formatted(number);
  }

  static Place of(Lab lab, int number, String name) throws IOException {
    String net = "10.78." + number;
    Link link = lab.link(name);
    String mac = "52:54:00:05:%02x:0".formatted(number);
    Path root = lab.folder("root-");
    root.toFile().setExecutable(true, false);
    root.toFile().setReadable(true, false);
    return new Place(
        lab,
        net,
        lab.host(name).plug(PORT, mac + "1", link, net + ".1/24"),
        lab.host(name + "-other").plug(PORT, mac + "2", link, net + ".2/24"),
        lab.host(name + "-client").plug(PORT, mac + "9", link, net + ".9/24"),
        BootFiles.in(root),
        new ArrayList<>());
  }

  String server() {
    return address(1);
  }

  String address(int host) {
    return net + "." + host;
  }

  /// A DHCP server that has nothing to boot, on the host beside.
  void startOther() throws IOException {
    beside.add(Dnsmasq.run(other, "--dhcp-range=%s,%s,1h".formatted(address(200), address(220))));
  }

  void endOther() {
    beside.forEach(Program::close);
    beside.clear();
  }
}
