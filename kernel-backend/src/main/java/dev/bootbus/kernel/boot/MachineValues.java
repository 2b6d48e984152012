package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Token;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Knows what stands for a machine in the place of its [Values]. A secret is told to nobody but the
/// machine.
record MachineValues(Machines machines, @Nullable BootUrl url) {
  /// What an operator sees of a secret.
  static final String HIDDEN = "***";

  /// Who reads what is written.
  sealed interface Reader {
    /// @param peer from where the machine asks, and proves who it is
    record Machine(InetAddress peer) implements Reader {}

    /// Somebody who says to be this machine.
    record Stranger(InetAddress peer) implements Reader {}

    record Operator() implements Reader {}

    /// Somebody who wants to know what this machine would read at its address.
    record DryRun(InetAddress peer) implements Reader {}
  }

  /// @param kernel that the machine boots, if it has one
  Values of(Machine machine, Optional<Kernel> kernel, Reader reader) {
    Map<Values.Name, String> known = new EnumMap<>(Values.Name.class);
    known.put(Values.Name.HOSTNAME, machine.hostname());
    known.put(Values.Name.MAC, machine.mac().toString());
    known.put(Values.Name.MAC_DASHED, machine.mac().dashed());
    known.put(Values.Name.ARCH, machine.arch().name());
    known.put(Values.Name.KERNEL, kernel.map(Kernel::name).orElse(""));
    known.put(Values.Name.VERSION, kernel.map(Kernel::version).orElse(""));
    if (url != null) {
      known.put(Values.Name.BOOT_URL, url.base());
    }
    Map<String, String> options = new HashMap<>(kernel.map(Kernel::options).orElse(Map.of()));
    options.putAll(machine.options());
    String stranger = "";
    switch (reader) {
      case Reader.Machine(InetAddress peer) -> {
        known.put(Values.Name.ADDRESS, peer.getHostAddress());
        machines.nodes().token(machine.mac()).map(Token::text).ifPresent(it -> token(known, it));
      }
      case Reader.Operator _ -> {
        machines
            .addressOf(machine)
            .ifPresent(address -> known.put(Values.Name.ADDRESS, address.getHostAddress()));
        hide(known, options);
      }
      case Reader.DryRun(InetAddress peer) -> {
        known.put(Values.Name.ADDRESS, peer.getHostAddress());
        hide(known, options);
      }
      case Reader.Stranger(InetAddress peer) -> {
        stranger = peer.getHostAddress() + " is not known to be " + machine.hostname();
        options.keySet().removeIf(Values::isSecret);
      }
    }
    return new Values(known, options, stranger);
  }

  private void hide(Map<Values.Name, String> known, Map<String, String> options) {
    token(known, HIDDEN);
    options.replaceAll((name, value) -> Values.isSecret(name) ? HIDDEN : value);
  }

  private void token(Map<Values.Name, String> known, String token) {
    known.put(Values.Name.TOKEN, token);
    if (url != null) {
      known.put(Values.Name.SEED_URL, url.base() + "t/" + token + "/");
    }
  }
}
