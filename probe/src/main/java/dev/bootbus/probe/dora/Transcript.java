package dev.bootbus.probe.dora;

import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.probe.dhcp.Exchange;
import dev.bootbus.probe.dhcp.Link.Path;
import dev.bootbus.probe.dhcp.OptionText;
import dev.bootbus.probe.dhcp.Reply;
import dev.bootbus.runtime.terminal.Terminal;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What was said, for people: each message with every option.
record Transcript(PrintWriter out, boolean pxe) {
  private static final String INDENT = "    ";

  void print(Talk talk) {
    exchange(talk.offers().exchange());
    talk.steps().forEach(step -> exchange(step.exchange()));
    out.flush();
  }

  private void exchange(Exchange exchange) {
    if (!exchange.sent().isEmpty()) {
      Exchange.Sent first = exchange.sent().getFirst();
      out.println(
          "%s %s to %s%s"
              .formatted(
                  at(first.after()), type(first.message()), to(first.path()), again(exchange)));
      message(first.message());
    }
    for (Reply reply : exchange.replies()) {
      out.println(
          "%s %s from %s%s, %d bytes"
              .formatted(
                  at(reply.after()),
                  type(reply.message()),
                  reply.sender(),
                  reply.broadcast() ? ", broadcast" : "",
                  reply.size()));
      message(reply.message());
    }
    exchange
        .oddities()
        .forEach(
            (oddity, seen) ->
                out.println(
                    INDENT
                        + Terminal.printable(
                            "%d %s: %s".formatted(seen.count(), oddity.words(), seen.first()))));
    if (exchange.replies().isEmpty() && exchange.took().compareTo(Duration.ofMillis(100)) > 0) {
      out.println("%8s no answer in %s".formatted("", at(exchange.took()).strip()));
    }
    out.println();
  }

  private static String again(Exchange exchange) {
    return exchange.sent().stream()
        .skip(1)
        .map(sent -> at(sent.after()).strip())
        .collect(Collectors.joining(", ", ", again at ", ""))
        .replaceFirst("^, again at $", "");
  }

  private static String at(Duration after) {
    return "%6.3f s".formatted(after.toNanos() / 1e9);
  }

  static String type(DhcpMessage message) {
    return message
        .options()
        .get(Option.MESSAGE_TYPE)
        .flatMap(MessageType::of)
        .map(MessageType::name)
        .orElse("message without a type");
  }

  static String to(Path path) {
    return switch (path) {
      case Path.Servers() -> "all servers";
      case Path.Server to -> to.address().getHostAddress() + " port " + to.port();
    };
  }

  private void message(DhcpMessage message) {
    out.println(INDENT + String.join("  ", header(message)));
    OptionText.of(message.options(), pxe).forEach(option -> option(option, INDENT));
  }

  /// Fields that say something.
  private static List<String> header(DhcpMessage message) {
    List<String> words = new ArrayList<>();
    words.add("xid %08x".formatted(message.xid()));
    words.add("secs " + message.secs());
    if (message.flags() != 0) {
      words.add("flags %04x".formatted(message.flags()));
    }
    if (message.hops() != 0) {
      words.add("hops " + message.hops());
    }
    address("ciaddr", message.ciaddr(), words);
    address("yiaddr", message.yiaddr(), words);
    address("siaddr", message.siaddr(), words);
    address("giaddr", message.giaddr(), words);
    text("sname", message.sname(), words);
    text("file", message.file(), words);
    return words;
  }

  private static void address(String name, Inet4Address address, List<String> words) {
    if (!address.equals(DhcpMessage.NO_ADDRESS)) {
      words.add(name + " " + address.getHostAddress());
    }
  }

  private static void text(String name, String text, List<String> words) {
    if (!text.isEmpty()) {
      words.add("%s \"%s\"".formatted(name, Terminal.printable(text)));
    }
  }

  private void option(OptionText option, String indent) {
    out.println(
        "%s%3d %s%s"
            .formatted(
                indent,
                option.code(),
                option.name(),
                option.value().isEmpty() ? "" : ": " + option.value()));
    option.parts().forEach(part -> option(part, indent + INDENT));
  }
}
