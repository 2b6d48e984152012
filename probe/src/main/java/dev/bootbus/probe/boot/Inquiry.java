package dev.bootbus.probe.boot;

import dev.bootbus.probe.Finding;
import java.net.Inet4Address;
import java.net.URI;
import java.util.List;

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

  /// Nobody has answered DISCOVER.
  Finding intoSilence(Program program, Hardware hardware, Finding why) throws InterruptedException;

  /// The first program did not come.
  ///
  /// @param others who else may have it
  Finding intoLoader(URI loader, Finding why, List<Inet4Address> others)
      throws InterruptedException;
}
