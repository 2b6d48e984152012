package dev.bootbus.schema.conformance;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The simulator's replies as bytes.
record Replies(Simulator.Machines machines) {
  private static final int HUGE = 900_000;
  private static final String MASK = "255.255.255.0";

  /// A record for a machine that is known, else an error.
  byte[] good(Asked asked) {
    return asked.trouble().isEmpty() && machines.isKnown(asked.mac())
        ? write(asked, record(asked.mac()))
        : refusal(asked);
  }

  private byte[] refusal(Asked asked) {
    return asked.trouble().isEmpty()
        ? error(asked, 404, "nobody knows " + asked.mac())
        : error(asked, 400, asked.trouble());
  }

  boolean refuses(Asked asked) {
    return !asked.trouble().isEmpty() || !machines.isKnown(asked.mac());
  }

  byte[] error(Asked asked, int code, String message) {
    ObjectNode data = record(MacAddress.NONE);
    data.withObject("/DHCP").put("IPAddress", "").put("SubnetMask", "").put("LeaseTime", 0);
    data.withObject("/Netboot").put("AllowNetboot", false).putNull("IPXEScriptURL");
    data.withObject("/Error").put("Code", code).put("Message", message);
    return write(asked, data);
  }

  byte[] wrongMac(Asked asked) {
    byte[] mac = asked.mac().isNone() ? new byte[6] : asked.mac().bytes();
    mac[mac.length - 1] ^= 1;
    return refuses(asked) ? refusal(asked) : write(asked, record(MacAddress.of(mac)));
  }

  byte[] huge(Asked asked) {
    ObjectNode data = record(asked.mac());
    data.putObject("Extensions").put("Padding", "x".repeat(HUGE));
    return refuses(asked) ? refusal(asked) : write(asked, data);
  }

  byte[] malformed(Asked asked) {
    ObjectNode data = record(asked.mac());
    data.withObject("/DHCP").put("IPAddress", "192.0.2.300").put("LeaseTime", "soon");
    return refuses(asked) ? refusal(asked) : write(asked, data);
  }

  byte[] notJson() {
    return "<html>502 Bad Gateway</html>".getBytes(StandardCharsets.UTF_8);
  }

  byte[] flat(Asked asked) {
    ObjectNode data = Answer.MAPPER.createObjectNode();
    data.setAll(record(asked.mac()).withObject("/DHCP"));
    data.put("MACAddress", Question.base64(asked.mac()));
    data.put("SubnetMask", Base64.getEncoder().encodeToString(new byte[] {-1, -1, -1, 0}));
    data.setAll(record(asked.mac()).withObject("/Netboot"));
    data.put("Code", 0).put("Message", "");
    return refuses(asked) ? refusal(asked) : write(asked, data);
  }

  byte[] go(Asked asked) {
    ObjectNode data =
        machines.isKnown(asked.mac()) ? record(asked.mac()) : Answer.MAPPER.createObjectNode();
    if (!machines.isKnown(asked.mac())) {
      data.putObject("Error").put("Code", 404).put("Message", "mac not found");
    }
    return bytes(event("/tinkerbell/dhcp", "org.tinkerbell.backend.read", data));
  }

  private ObjectNode record(MacAddress mac) {
    ObjectNode data = Answer.MAPPER.createObjectNode();
    data.putObject("DHCP")
        .put("MACAddress", mac.toString())
        .put("IPAddress", machines.address())
        .put("SubnetMask", MASK)
        .put("DefaultGateway", "")
        .putNull("NameServers")
        .put("Hostname", "")
        .put("DomainName", "")
        .put("BroadcastAddress", "")
        .putNull("NTPServers")
        .put("LeaseTime", 3600)
        .putNull("DomainSearch");
    data.putObject("Netboot")
        .put("AllowNetboot", true)
        .set(
            "IPXEScriptURL",
            machines.script().isEmpty() ? NullNode.getInstance() : goUrl(machines.script()));
    data.putObject("Error").put("Code", 0).put("Message", "");
    return data;
  }

  private static ObjectNode goUrl(String url) {
    URI uri = URI.create(url);
    return Answer.MAPPER
        .createObjectNode()
        .put("Scheme", text(uri.getScheme()))
        .put("Opaque", "")
        .putNull("User")
        .put("Host", text(uri.getRawAuthority()))
        .put("Path", text(uri.getPath()))
        .put("RawPath", "")
        .put("ForceQuery", false)
        .put("RawQuery", text(uri.getRawQuery()))
        .put("Fragment", text(uri.getFragment()))
        .put("RawFragment", "");
  }

  private static String text(@Nullable String part) {
    return Objects.requireNonNullElse(part, "");
  }

  private static byte[] write(Asked asked, ObjectNode data) {
    ObjectNode event = event("/bootbus/simulator", "dev.bootbus.dhcp.response", data);
    Traceparent.parse(asked.traceparent())
        .ifPresent(trace -> event.put("traceparent", trace.next().toString()));
    return bytes(event);
  }

  private static ObjectNode event(String source, String type, ObjectNode data) {
    return Answer.MAPPER
        .createObjectNode()
        .put("specversion", "1.0")
        .put("id", UUID.randomUUID().toString())
        .put("source", source)
        .put("type", type)
        .put("datacontenttype", "application/json")
        .set("data", data);
  }

  private static byte[] bytes(ObjectNode event) {
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }
}
