package dev.bootbus.kernel.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.api.Resource.Fault;
import dev.bootbus.kernel.node.HostNames;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an operator wants a lease to be. Nothing of it means anything where there are faults.
///
/// @param expires null where it is not said
record LeaseForm(
    Inet4Address address,
    MacAddress mac,
    String hostname,
    @Nullable Instant expires,
    List<Fault> faults) {
  private static final Duration LONGEST = Duration.ofSeconds(0xFFFF_FFFFL); // option 51
  private static final Inet4Address NONE = Ipv4.of(0);
  private static final Set<String> FREE = Set.of("address", "mac", "hostname", "expires");

  /// Fields that whoever sends back what he was shown sends as well.
  private static final Set<String> SHOWN =
      Set.of("id", "revision", "state", "clientId", "subnet", "updated", "deleted");

  static LeaseForm ofNew(ObjectNode body, Instant now) {
    List<Fault> faults = new ArrayList<>();
    body.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FREE.contains(field)) {
                String all = String.join(", ", FREE.stream().sorted().toList());
                faults.add(new Fault("/" + field, "there is only " + all));
              }
            });
    Inet4Address address = NONE;
    try {
      address = Ipv4.parse(body.path("address").asText(""), '.');
    } catch (IllegalArgumentException e) {
      faults.add(new Fault("/address", "an address such as 192.168.77.100 is needed"));
    }
    MacAddress mac = MacAddress.NONE;
    try {
      mac = MacAddress.parse(body.path("mac").asText(""));
    } catch (IllegalArgumentException e) {
      // said below
    }
    if (mac.isNone()) {
      faults.add(new Fault("/mac", "a hardware address such as 52:54:00:12:34:56 is needed"));
    }
    return of(body, address, mac, now, faults);
  }

  /// @param shown the lease as it is
  static LeaseForm of(ObjectNode shown, ObjectNode body, Instant now) {
    List<Fault> faults = new ArrayList<>();
    body.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              boolean free = name.equals("hostname") || name.equals("expires");
              JsonNode is = shown.get(name);
              if (!FREE.contains(name) && !SHOWN.contains(name)) {
                faults.add(new Fault("/" + name, "there is no such field"));
              } else if (!free && is != null && !is.asText().equals(field.getValue().asText())) {
                faults.add(new Fault("/" + name, "cannot be changed, it is " + is.asText()));
              }
            });
    return of(body, NONE, MacAddress.NONE, now, faults);
  }

  private static LeaseForm of(
      ObjectNode body, Inet4Address address, MacAddress mac, Instant now, List<Fault> faults) {
    JsonNode name = body.path("hostname");
    String hostname = name.isTextual() ? name.textValue() : "";
    if (!name.isMissingNode() && !name.isTextual()
        || !hostname.isEmpty() && !HostNames.isValid(hostname)) {
      faults.add(new Fault("/hostname", "a host name is needed, such as storage-1"));
    }
    JsonNode end = body.path("expires");
    boolean later =
        end.isIntegralNumber()
            && end.canConvertToLong()
            && end.longValue() > now.toEpochMilli()
            && end.longValue() - now.toEpochMilli() <= LONGEST.toMillis();
    if (!end.isMissingNode() && !later) {
      faults.add(new Fault("/expires", "a time to come is needed, in ms since 1970"));
    }
    Instant expires = later ? Instant.ofEpochMilli(end.longValue()) : null;
    return new LeaseForm(address, mac, hostname, expires, List.copyOf(faults));
  }
}
