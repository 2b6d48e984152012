package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Link;
import java.net.Inet4Address;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Looks around when a link is broken, for cheap facts that explain why.
public interface Inquiry {
  /// Leaves it at what the machine saw: where thousands boot at once.
  Inquiry NONE =
      new Inquiry() {
        @Override
        public Finding intoSilence(Program program, Hardware hardware, Finding why) {
          return why;
        }

        @Override
        public Finding intoLoader(URI loader, Finding why, List<Inet4Address> others) {
          return why;
        }
      };

  /// From this host, on the link of the machine.
  ///
  /// @param expect where a DHCP server should be
  static Inquiry on(Link link, Optional<Inet4Address> expect, int tftpPort) {
    return new Onlooker(
        link,
        new Onlooker.Clues(
            Optional.empty(), expect, Onlooker.Clues.host(link), Optional.empty(), tftpPort));
  }

  /// Nobody has answered DISCOVER.
  Finding intoSilence(Program program, Hardware hardware, Finding why) throws InterruptedException;

  /// The first program did not come.
  ///
  /// @param others who else may have it
  Finding intoLoader(URI loader, Finding why, List<Inet4Address> others)
      throws InterruptedException;
}
