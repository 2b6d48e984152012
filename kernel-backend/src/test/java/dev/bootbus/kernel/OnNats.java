package dev.bootbus.kernel;

import dev.bootbus.schema.testing.NatsServer;
import java.io.IOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A nats-server for the tests of a class, and [Backends] of its own for each of them; both are
/// closed when it is over.
final class OnNats implements BeforeAllCallback, ParameterResolver {
  private static Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(OnNats.class));
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    store(context).put(NatsServer.class, NatsServer.start(true));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Backends.class;
  }

  @Override
  public Backends resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store store = store(context);
    return store.computeIfAbsent(
        Backends.class,
        _ -> new Backends(store.get(NatsServer.class, NatsServer.class)),
        Backends.class);
  }
}
