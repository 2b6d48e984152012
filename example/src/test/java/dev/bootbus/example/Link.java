package dev.bootbus.example;

import java.io.IOException;
import java.nio.file.Path;

/// An Ethernet segment of a lab.
record Link(Lab lab, String bridge) {

  /// Writes down all DHCP packets that pass, from now on.
  Wire tap() throws IOException {
    Path file = lab.folder("tap-" + bridge).resolve("dhcp.pcap");
    // the buffer holds as many packets as fit with their greatest length, so that is a small one
    String[] command =
        "tcpdump -i %s -U --immediate-mode -s 2000 -B 16384 -Z root -w %s udp and (port 67 or port 68 or port 4011)"
            .formatted(bridge, file)
            .split(" ");
    Program tcpdump = lab.theSwitch().start(command).awaitSaid("listening on");
    return new Wire(tcpdump, file);
  }
}
