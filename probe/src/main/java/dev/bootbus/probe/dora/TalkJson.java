package dev.bootbus.probe.dora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.Exchange;
import dev.bootbus.probe.dhcp.OptionText;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.probe.dora.Talk.Step;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What was said, for programs.
record TalkJson(boolean pxe) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  String of(String mac, String link, Talk talk, List<Finding> findings) {
    ObjectNode json = JSON.createObjectNode().put("mac", mac).put("link", link);
    ArrayNode steps = json.putArray("steps");
    String offered = talk.offers().all().isEmpty() ? "silence" : "offers";
    exchange("discover", offered, talk.offers().exchange(), steps.addObject());
    for (Step step : talk.steps()) {
      exchange(word(step.what()), result(step), step.exchange(), steps.addObject());
    }
    talk.conflict().ifPresent(other -> json.put("conflict", other.toString()));
    ArrayNode list = json.putArray("findings");
    findings.forEach(finding -> finding(finding, list.addObject()));
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String result(Step step) {
    return switch (step) {
      case Step.Told _ -> "sent";
      case Step.Asked(var _, Answer.Acknowledged _) -> "ack";
      case Step.Asked(var _, Answer.Refused _) -> "nak";
      case Step.Asked(var _, Answer.Silence _) -> "silence";
      case Step.Asked(var _, Answer.Unsent _) -> "unsent";
    };
  }

  private void exchange(String what, String result, Exchange exchange, ObjectNode json) {
    json.put("what", what).put("result", result).put("took", seconds(exchange.took()));
    ArrayNode sent = json.putArray("sent");
    for (Exchange.Sent each : exchange.sent()) {
      ObjectNode node = sent.addObject();
      node.put("at", seconds(each.after())).put("to", Transcript.to(each.path()));
      message(each.message(), node.putObject("message"));
    }
    ArrayNode replies = json.putArray("replies");
    exchange.replies().forEach(reply -> reply(reply, replies.addObject()));
    ObjectNode oddities = json.putObject("oddities");
    exchange
        .oddities()
        .forEach(
            (oddity, seen) ->
                oddities
                    .putObject(word(oddity))
                    .put("count", seen.count())
                    .put("first", seen.first()));
  }

  private void reply(Reply reply, ObjectNode json) {
    json.put("at", seconds(reply.after()));
    json.put("from", reply.sender().host()).put("port", reply.sender().address().getPort());
    reply.sender().mac().ifPresent(mac -> json.put("fromMac", mac.toString()));
    json.put("broadcast", reply.broadcast()).put("size", reply.size());
    message(reply.message(), json.putObject("message"));
  }

  private void message(DhcpMessage message, ObjectNode json) {
    json.put("type", Transcript.type(message)).put("op", message.op());
    json.put("htype", message.htype()).put("hlen", message.hlen()).put("hops", message.hops());
    json.put("xid", "%08x".formatted(message.xid())).put("secs", message.secs());
    json.put("flags", message.flags());
    json.put("ciaddr", message.ciaddr().getHostAddress());
    json.put("yiaddr", message.yiaddr().getHostAddress());
    json.put("siaddr", message.siaddr().getHostAddress());
    json.put("giaddr", message.giaddr().getHostAddress());
    json.put("chaddr", message.chaddr().toString());
    json.put("sname", message.sname()).put("file", message.file());
    options(OptionText.of(message.options(), pxe), json);
  }

  private static void options(List<OptionText> options, ObjectNode json) {
    ArrayNode list = json.putArray("options");
    for (OptionText option : options) {
      ObjectNode node = list.addObject();
      node.put("code", option.code()).put("name", option.name());
      node.put("value", option.value()).put("hex", option.raw().toString());
      node.put("sound", option.isSound());
      if (!option.parts().isEmpty()) {
        options(option.parts(), node);
      }
    }
  }

  private static void finding(Finding finding, ObjectNode json) {
    json.put("cause", finding.cause().code())
        .put("severity", word(finding.cause().severity()))
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
