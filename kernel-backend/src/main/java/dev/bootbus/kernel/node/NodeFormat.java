package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;
import dev.bootbus.schema.MacAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A node in its bucket: `52-54-00-12-34-56` holds
/// `{"mac":"52:54:00:12:34:56","hostname":"brave-otter",…}`.
public final class NodeFormat implements Bucket.Format<MacAddress, Node> {
  private static final Set<String> FIELDS =
      Set.of("mac", "hostname", "kernel", "arch", "uuid", "firstSeen", "token");

  @Override
  public String key(MacAddress mac) {
    return mac.dashed();
  }

  @Override
  public MacAddress key(String text) {
    return MacAddress.parse(text);
  }

  @Override
  public byte[] write(Node node) {
    ObjectNode record =
        Records.object()
            .put("mac", node.mac().toString())
            .put("hostname", node.hostname())
            .put("kernel", node.kernel())
            .put("arch", node.arch().name())
            .put("uuid", node.uuid())
            .put("firstSeen", node.firstSeen().toEpochMilli());
    if (node.token() != null) {
      record.put("token", node.token().text());
    }
    record.setAll(new TreeMap<>(node.more())); // in one order
    return Records.write(record);
  }

  @Override
  public Node read(byte[] bytes) throws UnreadableRecordException {
    ObjectNode record = Records.read(bytes);
    String hostname = Records.text(record, "hostname");
    if (!hostname.isEmpty() && !HostNames.isValid(hostname)) {
      throw new UnreadableRecordException("hostname is not a host name");
    }
    String kernel = name(record, "kernel");
    String arch = name(record, "arch");
    Map<String, JsonNode> more = new TreeMap<>();
    record.properties().forEach(field -> more.put(field.getKey(), field.getValue()));
    more.keySet().removeAll(FIELDS);
    return new Node(
        Records.mac(record),
        hostname,
        kernel,
        arch.isEmpty() ? Architecture.ANY : new Architecture(arch),
        Records.text(record, "uuid"),
        Records.time(record, "firstSeen"),
        token(record),
        more);
  }

  private static @Nullable Token token(ObjectNode record) throws UnreadableRecordException {
    String text = Records.text(record, "token");
    Token token = Token.parse(text).orElse(null);
    if (!text.isEmpty() && (token == null || !token.mac().equals(Records.mac(record)))) {
      throw new UnreadableRecordException("token is not a token of this node");
    }
    return token;
  }

  private static String name(ObjectNode record, String field) throws UnreadableRecordException {
    String name = Records.text(record, field);
    if (!name.isEmpty() && !Kernel.isName(name)) {
      throw new UnreadableRecordException(field + " is not a name");
    }
    return name;
  }
}
