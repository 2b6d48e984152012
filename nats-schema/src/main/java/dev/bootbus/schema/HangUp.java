package dev.bootbus.schema;

import java.lang.reflect.Proxy;

/// SIGHUP. The JDK has no other way to it than `sun.misc.Signal`, which every JVM has had since 1.2
/// and the compiler warns of; so it is called by its name.
public final class HangUp {
  private HangUp() {}

  /// Without this the signal ends the process.
  ///
  /// @param action is run in a thread of its own for each signal
  /// @return false where signals cannot be handled, as on Windows, or with `-Xrs`
  public static boolean handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handler).invoke(null, hangUp, handling);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
