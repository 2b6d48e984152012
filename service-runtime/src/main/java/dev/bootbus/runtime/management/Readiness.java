package dev.bootbus.runtime.management;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Whether a process can do its work now, and what is in the way if not.
public final class Readiness {
  /// @param trouble one sentence, or nothing while the condition is met
  /// @param counts whether the process is not ready without it; else it is only told
  private record Condition(String name, Supplier<Optional<String>> trouble, boolean counts) {}

  private final List<Condition> conditions = new CopyOnWriteArrayList<>();
  private volatile boolean begun;
  private volatile boolean draining;

  public Readiness() {
    require(
        "process",
        () -> {
          if (draining) {
            return Optional.of("is stopping, and finishes what is under way");
          }
          return begun ? Optional.empty() : Optional.of("is starting");
        });
  }

  /// @param trouble is asked at each request, and must not wait
  public void require(String name, Supplier<Optional<String>> trouble) {
    conditions.add(new Condition(name, trouble, true));
  }

  /// The same for what the operator should know, and which is no reason to send machines elsewhere.
  public void tell(String name, Supplier<Optional<String>> trouble) {
    conditions.add(new Condition(name, trouble, false));
  }

  /// Everything has been put together.
  public void begun() {
    begun = true;
  }

  /// From now on not ready, whatever else is met.
  public void drain() {
    draining = true;
  }

  public boolean isReady() {
    return conditions.stream()
        .noneMatch(condition -> condition.counts && condition.trouble.get().isPresent());
  }

  /// A line for each condition that is not met, or with `all` for each: `[+]bus ok`,
  /// `[-]bus: not connected`; `[!]` for what is only told.
  String text(boolean all) {
    StringBuilder text = new StringBuilder();
    for (Condition condition : conditions) {
      Optional<String> trouble = condition.trouble.get();
      if (trouble.isPresent() && (condition.counts || all)) {
        text.append(condition.counts ? "[-]" : "[!]").append(condition.name);
        text.append(": ").append(trouble.get()).append('\n');
      } else if (all) {
        text.append("[+]").append(condition.name).append(" ok\n");
      }
    }
    return text.toString();
  }
}
