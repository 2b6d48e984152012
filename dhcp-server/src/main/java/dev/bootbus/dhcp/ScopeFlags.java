package dev.bootbus.dhcp;

import picocli.CommandLine.Mixin;

/// The settings that each interface may have to itself.
final class ScopeFlags {
  @Mixin private ListenFlags listen = new ListenFlags();
  @Mixin private ServeFlags serve = new ServeFlags();
  @Mixin private BootFlags boot = new BootFlags();

  /// @throws IllegalArgumentException with one sentence for the operator
  Scope scope() {
    if (serve.mode() == ScopeMode.AUTO_PROXY) {
      // until there is a responder with a default script
      throw new IllegalArgumentException("--mode: auto-proxy is not in this build");
    }
    Listen at = listen.listen(serve.mode());
    return new Scope(at, serve.mode(), boot.settings(at.own()), serve.admission(), serve.delay());
  }
}
