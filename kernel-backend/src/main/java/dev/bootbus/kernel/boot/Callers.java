package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Token;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;

/// Who asks for a file, as far as the request proves it: by the token in its URL, else by the
/// address that the machine has leased or that is declared for it. What a request says of itself
/// otherwise, as with `?mac=`, proves nothing.
public record Callers(Machines machines) {
  sealed interface Caller {
    record Proven(Machine machine) implements Caller {}

    record Unproven(FileAnswer refusal) implements Caller {}
  }

  Caller of(FileRequest request) {
    Optional<MacAddress> owner =
        request.token().isEmpty()
            ? machines.macOf(MacAddress.NONE, request.peer())
            : Token.parse(request.token()).filter(this::isKnown).map(Token::mac);
    if (owner.isEmpty()) {
      return new Caller.Unproven(
          request.token().isEmpty()
              ? new FileAnswer.NotFound(
                  "no machine at " + request.peer().getHostAddress() + " is known")
              : new FileAnswer.Denied("the token in the URL is no machine's"));
    }
    if (!request.mac().isNone() && !isSame(request.mac(), owner.get())) {
      return new Caller.Unproven(
          new FileAnswer.Denied(request.mac() + " is another machine than the one that asks"));
    }
    return machines
        .find(owner.get())
        .<Caller>map(Caller.Proven::new)
        .orElseGet(
            () ->
                new Caller.Unproven(new FileAnswer.NotFound(owner.get() + " is not a known node")));
  }

  /// Whether the request proves that it comes from this machine.
  boolean prove(FileRequest request, MacAddress mac) {
    return of(request) instanceof Caller.Proven(Machine machine) && isSame(machine.mac(), mac);
  }

  /// A machine may have several hardware addresses.
  private boolean isSame(MacAddress one, MacAddress other) {
    return one.equals(other) || machines.nodes().first(one).equals(machines.nodes().first(other));
  }

  private boolean isKnown(Token shown) {
    return machines.nodes().token(shown.mac()).filter(own -> own.isThe(shown)).isPresent();
  }
}
