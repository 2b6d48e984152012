package dev.bootbus.dhcp;

import picocli.CommandLine.Mixin;

/// The settings that each interface may have to itself.
final class ScopeFlags {
  @Mixin private ListenFlags listen = new ListenFlags();
  @Mixin private ServeFlags serve = new ServeFlags();
  @Mixin private BootFlags boot = new BootFlags();
  @Mixin private ExceptionFlags exceptions = new ExceptionFlags();

  /// @throws IllegalArgumentException with one sentence for the operator
  Scope scope() {
    Listen at = listen.listen(serve.mode());
    BootSettings settings = boot.settings(at.own());
    boolean unknown = serve.mode() == ScopeMode.AUTO_PROXY && !serve.isKnownOnly();
    return new Scope(
        at,
        serve.mode(),
        settings.with(exceptions.policy(unknown, settings)),
        serve.admission(),
        serve.limits(),
        serve.delay(),
        serve.conflictCheck());
  }
}
