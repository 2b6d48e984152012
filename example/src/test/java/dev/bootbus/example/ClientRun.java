package dev.bootbus.example;

import static org.awaitility.Awaitility.await;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// A foreign client at work.
///
/// @param folder with its files
record ClientRun(ForeignClient client, Host host, Path folder, Program program) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// What the client told its script.
  record Told(String reason, Map<String, String> variables) {
    boolean isBound() {
      return List.of("bound", "BOUND", "REBOOT").contains(reason);
    }

    boolean isRenewed() {
      return List.of("renew", "RENEW").contains(reason);
    }
  }

  /// All so far, the oldest first.
  List<Told> told() throws IOException {
    List<Told> all = new ArrayList<>();
    Map<String, String> variables = new TreeMap<>();
    for (String line : Files.readAllLines(folder.resolve("told"))) {
      int equals = line.indexOf('=');
      if (line.startsWith("begin ")) {
        variables = new TreeMap<>();
      } else if (line.startsWith("end ")) {
        all.add(new Told(line.substring("end ".length()), variables));
      } else if (equals > 0) {
        variables.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return all;
  }

  Told await1(Predicate<Told> wanted) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> told().stream().filter(wanted).findFirst(), java.util.Optional::isPresent)
        .orElseThrow();
  }

  /// The lease, by the names of [ForeignClient#FACTS]; what the client was not given is left out.
  Map<String, String> bound() {
    return facts(await1(Told::isBound));
  }

  Map<String, String> facts(Told told) {
    Map<String, String> facts = new TreeMap<>();
    for (String fact : ForeignClient.FACTS) {
      String value = told.variables().get(client.variable(fact));
      if (value != null) {
        facts.put(fact, value);
      }
    }
    return facts;
  }

  /// The others renew at T1; udhcpc takes no lease for shorter than 16 s, but a signal.
  void renew() throws IOException {
    if (client == ForeignClient.UDHCPC) {
      program.signal("USR1");
    }
  }

  /// Gives the lease back.
  void release() throws IOException {
    if (client == ForeignClient.DHCLIENT) {
      host.run(
          "dhclient -4 -r -cf %1$s/dhclient.conf -lf %1$s/leases -pf %1$s/pid -sf %1$s/script eth0"
              .formatted(folder));
      return;
    }
    program.signal(client.releaseSignal());
  }
}
