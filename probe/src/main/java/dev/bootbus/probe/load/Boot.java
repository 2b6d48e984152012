package dev.bootbus.probe.load;

import dev.bootbus.schema.MacAddress;
import java.time.Duration;

/// Takes a machine from its power switch to its kernel.
interface Boot {
  /// @param deadline when somebody would have gone to look
  Life live(MacAddress machine, Duration deadline) throws InterruptedException;
}
