package dev.bootbus.schema.testing.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Takes one platform thread into another network, which the JDK cannot.
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int O_RDONLY = 0;
  private static final MethodHandle OPEN = call("open", ADDRESS, JAVA_INT);
  private static final MethodHandle SETNS = call("setns", JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT);

  private NetworkNamespace() {}

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /// The calling thread stays there until it ends, and the threads that it starts are there too.
  ///
  /// @param file of `ip netns`
  public static void enter(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) OPEN.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY);
      if (fd < 0) {
        throw new IOException("cannot open " + file);
      }
      int entered = (int) SETNS.invokeExact(fd, CLONE_NEWNET);
      int closed = (int) CLOSE.invokeExact(fd);
      if (entered < 0 || closed < 0) {
        throw new IOException("cannot enter " + file);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library cannot throw", e);
    }
  }
}
