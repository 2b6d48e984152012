package dev.bootbus.dhcp;

import dev.bootbus.dhcp.DhcpServer.Backend;
import dev.bootbus.schema.BackendUnavailableException;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpResponse;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/// Where there is a boot for unknown machines, every machine is unknown while nobody answers: no
/// bus, no backend, or none in time.
public record UnknownWithoutAnswer(Backend backend) implements Backend {

  @Override
  public CompletionStage<DhcpResponse> ask(DhcpRequest request) {
    return backend.ask(request).exceptionally(UnknownWithoutAnswer::instead);
  }

  private static DhcpResponse instead(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BackendUnavailableException e && isNobody(e)) {
      return DhcpResponse.unknown("nobody answers: " + e.getMessage());
    }
    throw new CompletionException(cause);
  }

  private static boolean isNobody(BackendUnavailableException e) {
    return switch (e.reason()) {
      case DISCONNECTED, NO_RESPONDERS, TIMEOUT -> true;
      // somebody is there, and may have said no
      case BAD_REPLY, BUSY -> false;
    };
  }
}
