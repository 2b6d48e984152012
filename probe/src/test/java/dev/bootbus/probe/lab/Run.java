package dev.bootbus.probe.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bootbus.probe.boot.As;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What `bootbus-probe` said, on the host of a place that probes.
record Run(int status, String said) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Run of(Place place, String command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(Bootbus.SERVICES.command("probe"));
    words.addAll(List.of(command.split(" ")));
    Program program = place.client().start(Map.of(), words);
    return new Run(program.status(), program.said());
  }

  /// As an operator would who knows where the server is, and a machine that boots.
  static Run boot(Stack stack, As as, String machine) throws IOException, InterruptedException {
    Place place = stack.place();
    String bus =
        switch (stack) {
          case Bootbus _ -> " --nats nats://" + place.server() + ":4222";
          case Dnsmasq _, Kea _ -> "";
        };
    return of(
        place,
        "boot --as %s --mac %s --interface %s --expect %s --compare %s --json%s"
            .formatted(as, machine, Place.PORT, place.server(), Place.OWNER, bus));
  }

  JsonNode json() {
    try {
      return JSON.readTree(said);
    } catch (JsonProcessingException e) {
      throw new AssertionError(said, e);
    }
  }

  /// The codes of all findings that are more than a note.
  List<String> causes() {
    List<String> causes = new ArrayList<>();
    for (JsonNode finding : json().get("findings")) {
      if (!finding.get("severity").textValue().equals("note")) {
        causes.add(finding.get("cause").textValue());
      }
    }
    return causes;
  }
}
