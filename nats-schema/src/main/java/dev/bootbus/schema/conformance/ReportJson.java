package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.conformance.Report.Outcome;

/// A report for scripts.
final class ReportJson {
  private ReportJson() {}

  static String write(String server, String subject, Report report) {
    ObjectNode json =
        Answer.MAPPER
            .createObjectNode()
            .put("server", server)
            .put("subject", subject)
            .put("conformant", report.isConformant());
    for (Outcome outcome : Outcome.values()) {
      json.put(outcome.word(), report.count(outcome));
    }
    ArrayNode checks = json.putArray("checks");
    for (Report.Line line : report.lines()) {
      checks
          .addObject()
          .put("name", line.check().name())
          .put("level", line.check().level().name())
          .put("outcome", line.outcome().word())
          .put("detail", line.detail())
          .put("why", line.check().why())
          .put("remedy", line.remedy());
    }
    return json.toPrettyString();
  }
}
