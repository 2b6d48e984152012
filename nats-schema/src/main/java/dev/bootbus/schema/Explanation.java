package dev.bootbus.schema;

import java.util.List;

/// One dhcp-server's answer to an [ExplainRequest].
///
/// @param host where it runs
/// @param answers for each interface that it serves and that was asked for
public record Explanation(String host, List<Answer> answers) {

  /// @param network interface, or empty for any
  /// @param address by which clients know the server
  /// @param mode `dhcp`, `proxy`, `auto-proxy` or `off`
  /// @param port UDP port that the packet would come to
  /// @param outcome `offer`, `ack`, `nak`, `decline`, `release` or `silence`, as in OUTCOMES.md
  /// @param reason word of that page for why it is no better; or empty
  /// @param meaning what the page says of the reason, and what to do; or empty
  /// @param detail particulars of the reason; or empty
  /// @param packet what would be sent, in hex digits; empty where nothing would
  /// @param sentTo where it would be sent; empty where nothing would
  /// @param client class of client that the packet is taken for: `efi-x64`
  /// @param note the backend's word for the log; or empty
  /// @param remarks what is not as it was wished, and what would be done before it is sent
  /// @param fields whose word each field of the header and each option is
  public record Answer(
      String network,
      String address,
      String mode,
      int port,
      String outcome,
      String reason,
      String meaning,
      String detail,
      String packet,
      String sentTo,
      String client,
      String note,
      List<String> remarks,
      List<Field> fields) {}

  /// @param field name of the header's field, as in RFC 2131 §2, or code of the option
  /// @param from `client`, `server`, `backend`, `setting`, `built-in` or `rule`
  /// @param detail key of the backend's answer, name of the setting, or why; or empty
  public record Field(String field, String from, String detail) {}

  /// @throws MalformedMessageException if it is none
  public static Explanation read(byte[] json) throws MalformedMessageException {
    Explanation read = PlainJson.read(json, Explanation.class);
    return new Explanation(
        PlainJson.text(read.host),
        PlainJson.list(read.answers).stream().map(Explanation::complete).toList());
  }

  private static Answer complete(Answer a) {
    return new Answer(
        PlainJson.text(a.network),
        PlainJson.text(a.address),
        PlainJson.text(a.mode),
        a.port,
        PlainJson.text(a.outcome),
        PlainJson.text(a.reason),
        PlainJson.text(a.meaning),
        PlainJson.text(a.detail),
        PlainJson.text(a.packet),
        PlainJson.text(a.sentTo),
        PlainJson.text(a.client),
        PlainJson.text(a.note),
        PlainJson.list(a.remarks),
        PlainJson.list(a.fields).stream()
            .map(
                f ->
                    new Field(
                        PlainJson.text(f.field), PlainJson.text(f.from), PlainJson.text(f.detail)))
            .toList());
  }

  public byte[] json() {
    return PlainJson.write(this);
  }
}
