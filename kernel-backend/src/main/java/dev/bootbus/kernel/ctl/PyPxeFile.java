package dev.bootbus.kernel.ctl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.runtime.terminal.Terminal;
import dev.bootbus.schema.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// PyPXE's static bindings (`--static-config`), `{"dhcp":{"binding":{MAC:{"ipaddr":…}}}}`, or the
/// leases that it saves (`--save-leases`), `{MAC:{"ip":…,"expire":…}}`. What its `rom` and its
/// settings mean is in dhcp-server's own import.
final class PyPxeFile {
  private static final double MILLIS = 1e3;

  /// Of seconds since 1970: the year 9999.
  private static final double LATEST = 253_402_300_799.0;

  private final String file;
  private final Instant now;
  private final List<Foreign> entries = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private int over;
  private int left;

  private PyPxeFile(String file, Instant now) {
    this.file = file;
    this.now = now;
  }

  /// @throws IllegalArgumentException if it is not JSON, with the line
  static Foreign.Contents read(String file, String text, Instant now) {
    PyPxeFile reading = new PyPxeFile(file, now);
    try (JsonParser json = Api.JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(file + ":1: not an object");
      }
      reading.root(json);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new IllegalArgumentException(
          file + ":" + line + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
    List<String> notes = new ArrayList<>();
    if (reading.over > 0) {
      notes.add(reading.over + " that are over left out");
    }
    if (reading.left > 0) {
      notes.add(
          "rom, subnet, router and dns of "
              + reading.left
              + " left out: dhcp-server import pypxe has them");
    }
    return new Foreign.Contents(reading.entries, reading.faults, notes);
  }

  private void root(JsonParser json) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      int line = json.currentLocation().getLineNr();
      json.nextToken();
      if (name.equals("dhcp")) {
        inside(json, "dhcp", line, () -> dhcp(json));
      } else {
        entry(name, line, json.readValueAsTree(), true);
      }
    }
  }

  private void dhcp(JsonParser json) throws IOException {
    int line = json.currentLocation().getLineNr();
    String name = json.currentName();
    json.nextToken();
    if (!name.equals("binding")) {
      json.skipChildren();
      return;
    }
    inside(
        json,
        "binding",
        line,
        () -> {
          String mac = json.currentName();
          int at = json.currentLocation().getLineNr();
          json.nextToken();
          entry(mac, at, json.readValueAsTree(), false);
        });
  }

  @FunctionalInterface
  private interface Member {
    void read() throws IOException;
  }

  private void inside(JsonParser json, String name, int line, Member member) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException(file + ":" + line + ": " + name + ": not an object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      member.read();
    }
  }

  private void entry(String name, int line, JsonNode value, boolean isLease) {
    try {
      if (!value.isObject()) {
        throw new IllegalArgumentException("not an object");
      }
      MacAddress mac = Takeover.mac(name);
      if (isLease) {
        lease(line, mac, value);
      } else {
        binding(line, mac, value);
      }
    } catch (IllegalArgumentException e) {
      faults.add(Terminal.printable(file + ":" + line + ": " + name + ": " + e.getMessage()));
    }
  }

  private void binding(int line, MacAddress mac, JsonNode value) {
    Inet4Address address = value.has("ipaddr") ? Ipv4.parse(value.path("ipaddr").asText()) : null;
    entries.add(new Foreign.Binding(line, mac, address));
    boolean more = value.properties().stream().anyMatch(field -> !field.getKey().equals("ipaddr"));
    left += more ? 1 : 0;
  }

  private void lease(int line, MacAddress mac, JsonNode value) {
    String ip = value.path("ip").asText();
    if (ip.isEmpty()) {
      return; // PyPXE has heard the machine, and given it nothing
    }
    double expire = value.path("expire").asDouble(Double.NaN);
    if (!(expire >= 0 && expire <= LATEST)) {
      throw new IllegalArgumentException("expire: not a time in seconds");
    }
    Inet4Address address = Ipv4.parse(ip);
    Instant expires = Instant.ofEpochMilli((long) (expire * MILLIS));
    if (expires.isAfter(now)) {
      entries.add(new Foreign.Lease(line, mac, address, expires, ""));
    } else {
      over++;
    }
  }
}
