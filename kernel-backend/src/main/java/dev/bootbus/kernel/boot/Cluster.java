package dev.bootbus.kernel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Token;
import java.net.Inet4Address;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Which machines make one k3s: those of a group, around its control node.
final class Cluster {
  static final Duration RETRY_AFTER = Duration.ofSeconds(30);

  /// So that a rack that starts at once does not have every node looked at for each machine.
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int PORT = 6443;

  /// What one machine is in it.
  sealed interface Part {
    /// It has no group, and is a server by itself.
    record Alone() implements Part {}

    record Control(String secret, Inet4Address address) implements Part {}

    record Agent(String secret, String serverUrl) implements Part {}

    /// @param reason one sentence
    record NotYet(String reason) implements Part {}
  }

  private record Seen(long at, Map<String, Machine> control) {}

  private final Machines machines;
  private volatile Seen seen = new Seen(System.nanoTime() - FRESH_NANOS, Map.of());

  Cluster(Machines machines) {
    this.machines = machines;
  }

  Part of(Machine machine) {
    if (!machine.controlNode() && machine.groups().isEmpty()) {
      return new Part.Alone();
    }
    Optional<Machine> control =
        machine.controlNode()
            ? Optional.of(machine)
            : machine.groups().stream()
                .flatMap(group -> Optional.ofNullable(controlNodes().get(group)).stream())
                .findFirst();
    if (control.isEmpty()) {
      return new Part.NotYet(
          "no node of %s is a control node: make one of them one"
              .formatted(String.join(", ", machine.groups())));
    }
    Machine node = control.get();
    Optional<Token> token = machines.nodes().token(node.mac());
    Optional<Inet4Address> address = machines.addressOf(node);
    if (token.isEmpty() || address.isEmpty()) {
      return new Part.NotYet(
          "the control node %s has no %s yet"
              .formatted(node.hostname(), token.isEmpty() ? "record" : "address"));
    }
    String secret = secret(token.get());
    return machine.controlNode()
        ? new Part.Control(secret, address.get())
        : new Part.Agent(secret, "https://%s:%d".formatted(address.get().getHostAddress(), PORT));
  }

  private Map<String, Machine> controlNodes() {
    Seen now = seen;
    if (System.nanoTime() - now.at() < FRESH_NANOS) {
      return now.control();
    }
    Map<String, Machine> control = new HashMap<>();
    machines
        .all()
        .filter(Machine::controlNode)
        .sorted(Comparator.comparing(Machine::mac)) // the same in every replica
        .forEach(node -> node.groups().forEach(group -> control.putIfAbsent(group, node)));
    seen = new Seen(System.nanoTime(), Map.copyOf(control));
    return seen.control();
  }

  /// The machines of a cluster know it, and are not the control node by that: its token cannot be
  /// told from it.
  private static String secret(Token token) {
    try {
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(token.text().getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(hmac.doFinal("k3s".getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
