package dev.bootbus.probe.boot;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.boot.Walk.End;
import dev.bootbus.probe.boot.Walk.Step;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;

/// A walk for programs.
final class WalkJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private WalkJson() {}

  static String of(Walk walk) {
    ObjectNode json = JSON.createObjectNode();
    json.put("as", walk.as().word());
    json.put("mac", walk.hardware().mac().toString());
    json.put("uuid", walk.hardware().uuid().toString());
    json.put("arch", walk.as().architecture(walk.hardware().architecture()));
    end(walk.end(), json);
    json.put("seconds", seconds(walk.took()));
    ArrayNode steps = json.putArray("steps");
    walk.steps().forEach(step -> step(step, steps.addObject()));
    ArrayNode findings = json.putArray("findings");
    switch (walk.end()) {
      case End.Broken(var finding) -> finding(finding, "broken", findings.addObject());
      case End.Silence(var finding) -> finding(finding, "broken", findings.addObject());
      case End.Boots _, End.Local _ -> {}
    }
    walk.notes().forEach(f -> finding(f, word(Walk.severity(f)), findings.addObject()));
    try {
      return JSON.writeValueAsString(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(End end, ObjectNode json) {
    switch (end) {
      case End.Boots(var kernel, var initrds, var commandLine) -> {
        json.put("end", "boots").put("kernel", kernel).put("commandLine", commandLine);
        ArrayNode list = json.putArray("initrds");
        initrds.forEach(list::add);
      }
      case End.Local(var how) -> json.put("end", "local").put("how", how);
      case End.Broken _ -> json.put("end", "broken");
      case End.Silence _ -> json.put("end", "silence");
    }
  }

  private static void step(Step step, ObjectNode json) {
    json.put("stage", step.stage())
        .put("what", word(step.what()))
        .put("mark", word(step.mark()))
        .put("begin", seconds(step.begin()))
        .put("took", seconds(step.took()))
        .put("text", step.text());
  }

  private static void finding(Finding finding, String severity, ObjectNode json) {
    json.put("cause", finding.cause().code())
        .put("severity", severity)
        .put("title", finding.cause().title())
        .put("detail", finding.detail())
        .put("remedy", finding.cause().remedy());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
