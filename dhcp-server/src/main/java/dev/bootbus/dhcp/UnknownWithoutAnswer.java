package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;

/// Where there is a boot for unknown machines, every machine is unknown while nobody answers: no
/// bus, no backend, or none in time.
public record UnknownWithoutAnswer(Backend backend) implements Backend {

  @Override
  public DhcpResponse ask(DhcpRequest request) throws BackendUnavailableException {
    try {
      return backend.ask(request);
    } catch (BackendUnavailableException e) {
      return switch (e.reason()) {
        case DISCONNECTED, NO_RESPONDERS, TIMEOUT ->
            DhcpResponse.unknown("nobody answers: " + e.getMessage());
        // somebody is there, and may have said no
        case BAD_REPLY, BUSY -> throw e;
      };
    }
  }
}
