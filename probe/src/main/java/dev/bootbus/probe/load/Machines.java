package dev.bootbus.probe.load;

import dev.bootbus.probe.boot.As;
import dev.bootbus.probe.boot.Hardware;
import dev.bootbus.probe.boot.MachineOptions;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Identity;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.Link;
import dev.bootbus.probe.dhcp.Patience;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/// What all machines of a fleet are.
final class Machines {
  private Machines() {}

  static Hardware hardware(MacAddress machine) {
    return new Hardware(machine, MachineOptions.uuid(machine), OptionalInt.empty());
  }

  static Identity identity(As as, MacAddress machine) {
    return as.identity(hardware(machine));
  }

  /// Each gives its address back.
  ///
  /// @return how many could
  static int release(Link link, As as, Map<MacAddress, Lease> leases) throws InterruptedException {
    int released = 0;
    for (Map.Entry<MacAddress, Lease> entry : leases.entrySet()) {
      Identity identity = identity(as, entry.getKey());
      try (DhcpClient client = DhcpClient.join(link, identity, Patience.OF_AN_OPERATOR)) {
        client.release(entry.getValue());
        released++;
      } catch (IOException e) {
        // then it ends by itself
      }
    }
    return released;
  }
}
