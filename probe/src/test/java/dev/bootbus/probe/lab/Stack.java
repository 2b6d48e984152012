package dev.bootbus.probe.lab;

import java.io.IOException;

/// DHCP, TFTP and HTTP servers on one host, which can be set up anew while they run.
sealed interface Stack permits Bootbus, Dnsmasq, Kea {
  Place place();

  /// Is set up like this when it returns.
  void serve(Setup setup) throws IOException;

  /// Whoever decides what a machine gets says nothing any more, and its ports stay open.
  void freeze() throws IOException;

  void thaw() throws IOException;
}
