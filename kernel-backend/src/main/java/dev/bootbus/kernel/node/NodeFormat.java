package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.store.Bucket;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.kernel.store.UnreadableRecordException;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A node in its bucket: `52-54-00-12-34-56` holds
/// `{"mac":"52:54:00:12:34:56","hostname":"brave-otter",…}`. What is as it is by itself is not
/// written.
///
/// A record with a field `version` is of a later version, which means something else by the others.
public final class NodeFormat implements Bucket.Format<MacAddress, Node> {
  private static final Set<String> FIELDS =
      Set.of(
          "mac",
          "macs",
          "hostname",
          "address",
          "kernel",
          "netboot",
          "groups",
          "controlNode",
          "sshKeys",
          "options",
          "arch",
          "uuid",
          "vendorClass",
          "link",
          "circuit",
          "stage",
          "status",
          "since",
          "bootOnce",
          "boots",
          "attempts",
          "held",
          "reason",
          "firstSeen",
          "token");

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
            .put("kernel", node.given().kernel())
            .put("arch", node.arch().name())
            .put("uuid", node.uuid())
            .put("firstSeen", node.firstSeen().toEpochMilli());
    if (node.token() != null) {
      record.put("token", node.token().text());
    }
    write(record, node.given());
    write(record, node.sighting());
    write(record, node.progress());
    record.setAll(new TreeMap<>(node.more())); // in one order
    return Records.write(record);
  }

  private static void write(ObjectNode record, Given given) {
    put(record, "macs", given.macs().stream().map(MacAddress::toString).toList());
    if (given.address() != null) {
      record.put("address", given.address().getHostAddress());
    }
    if (!given.netboot()) {
      record.put("netboot", false);
    }
    put(record, "groups", given.groups());
    if (given.controlNode()) {
      record.put("controlNode", true);
    }
    put(record, "sshKeys", given.sshKeys());
    if (!given.options().isEmpty()) {
      ObjectNode options = record.putObject("options");
      new TreeMap<>(given.options()).forEach(options::put);
    }
  }

  private static void write(ObjectNode record, Sighting sighting) {
    put(record, "vendorClass", sighting.vendorClass());
    if (sighting.link() != null) {
      record.put("link", sighting.link().getHostAddress());
    }
    put(record, "circuit", sighting.circuit());
  }

  private static void write(ObjectNode record, Progress progress) {
    if (progress.stage() != Progress.NEW.stage()) {
      record.put("stage", Progress.key(progress.stage()));
    }
    if (progress.status() != Progress.NEW.status()) {
      record.put("status", Progress.key(progress.status()));
    }
    if (!progress.since().equals(Instant.EPOCH)) {
      record.put("since", progress.since().toEpochMilli());
    }
    put(record, "bootOnce", progress.bootOnce());
    put(record, "boots", progress.boots());
    if (progress.attempts() != 0) {
      record.put("attempts", progress.attempts());
    }
    if (progress.held()) {
      record.put("held", true);
    }
    put(record, "reason", progress.reason());
  }

  private static void put(ObjectNode record, String field, String text) {
    if (!text.isEmpty()) {
      record.put(field, text);
    }
  }

  private static void put(ObjectNode record, String field, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = record.putArray(field);
      texts.forEach(array::add);
    }
  }

  @Override
  public Node read(byte[] bytes) throws UnreadableRecordException {
    ObjectNode record = Records.read(bytes);
    if (record.has("version")) {
      throw new UnreadableRecordException("it is of a later version");
    }
    MacAddress mac = Records.mac(record);
    String arch = name(record, "arch");
    Map<String, JsonNode> more = new TreeMap<>();
    record.properties().forEach(field -> more.put(field.getKey(), field.getValue()));
    more.keySet().removeAll(FIELDS);
    return new Node(
        mac,
        given(record),
        arch.isEmpty() ? Architecture.ANY : new Architecture(arch),
        Records.text(record, "uuid"),
        new Sighting(
            Records.text(record, "vendorClass"),
            address(record, "link"),
            Records.text(record, "circuit")),
        progress(record),
        Records.time(record, "firstSeen"),
        token(record, mac),
        more);
  }

  private static Given given(ObjectNode record) throws UnreadableRecordException {
    String hostname = Records.text(record, "hostname");
    if (!hostname.isEmpty() && !HostNames.isValid(hostname)) {
      throw new UnreadableRecordException("hostname is not a host name");
    }
    List<MacAddress> macs = new ArrayList<>();
    for (String text : texts(record, "macs")) {
      macs.add(Records.mac(text));
    }
    return new Given(
        macs,
        hostname,
        address(record, "address"),
        name(record, "kernel"),
        flag(record, "netboot", true),
        texts(record, "groups"),
        flag(record, "controlNode", false),
        texts(record, "sshKeys"),
        options(record));
  }

  private static Progress progress(ObjectNode record) throws UnreadableRecordException {
    JsonNode attempts = record.path("attempts");
    if (!attempts.isMissingNode() && !(attempts.isInt() && attempts.intValue() >= 0)) {
      throw new UnreadableRecordException("attempts is not a number from 0");
    }
    return new Progress(
        one(record, "stage", Stage.values(), Progress.NEW.stage()),
        one(record, "status", Status.values(), Progress.NEW.status()),
        record.has("since") ? Records.time(record, "since") : Instant.EPOCH,
        name(record, "bootOnce"),
        name(record, "boots"),
        attempts.asInt(0),
        flag(record, "held", false),
        Records.text(record, "reason"));
  }

  private static <E extends Enum<E>> E one(ObjectNode record, String field, E[] all, E otherwise)
      throws UnreadableRecordException {
    String text = Records.text(record, field);
    return text.isEmpty()
        ? otherwise
        : Arrays.stream(all)
            .filter(value -> Progress.key(value).equals(text))
            .findFirst()
            .orElseThrow(() -> new UnreadableRecordException(field + " is none that is known"));
  }

  private static boolean flag(ObjectNode record, String field, boolean otherwise)
      throws UnreadableRecordException {
    JsonNode value = record.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw new UnreadableRecordException(field + " is neither true nor false");
    }
    return value.booleanValue();
  }

  private static List<String> texts(ObjectNode record, String field)
      throws UnreadableRecordException {
    JsonNode value = record.path(field);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value) {
      if (!text.isTextual()) {
        throw new UnreadableRecordException(field + " is not a list of texts");
      }
      texts.add(text.textValue());
    }
    if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
      throw new UnreadableRecordException(field + " is not a list of texts");
    }
    return texts;
  }

  private static Map<String, String> options(ObjectNode record) throws UnreadableRecordException {
    JsonNode value = record.path("options");
    Map<String, String> options = new TreeMap<>();
    for (Map.Entry<String, JsonNode> option : value.properties()) {
      if (!option.getValue().isTextual()) {
        throw new UnreadableRecordException("options are not texts");
      }
      options.put(option.getKey(), option.getValue().textValue());
    }
    if (!value.isObject() && !value.isMissingNode() && !value.isNull()) {
      throw new UnreadableRecordException("options are not texts");
    }
    return options;
  }

  private static @Nullable Inet4Address address(ObjectNode record, String field)
      throws UnreadableRecordException {
    String text = Records.text(record, field);
    try {
      return text.isEmpty() ? null : Ipv4.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException(field + " is not an IPv4 address");
    }
  }

  private static @Nullable Token token(ObjectNode record, MacAddress mac)
      throws UnreadableRecordException {
    String text = Records.text(record, "token");
    Token token = Token.parse(text).orElse(null);
    if (!text.isEmpty() && (token == null || !token.mac().equals(mac))) {
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
