package dev.bootbus.dhcp;

import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;

/// What is answered on one port. Pure: the same packet and the same word of the backend always make
/// the same reply; save for [LoopBreaker], which lays a memory around another.
public sealed interface Responder permits FullDhcp, ProxyDhcp, BootService, LoopBreaker {

  /// What the backend is asked for.
  Mode mode();

  /// What the client wants, or why nobody need be asked.
  ///
  /// @param unicast whether the packet was sent to us alone
  Intent intent(Client client, boolean unicast);

  Reply reply(Intent.Asked intent, DhcpResponse response);
}
