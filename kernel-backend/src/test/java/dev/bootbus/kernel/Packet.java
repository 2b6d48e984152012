package dev.bootbus.kernel;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a front end asks for a packet, put together by what is in it: `giaddr=10.1.0.1
// clientId=01`.
public record Packet(MacAddress mac, String type, Map<String, String> said) {

  /// @param said `name=value`, with the names of [Facts]; `-` for nothing
  public static Packet of(MacAddress mac, String type, String said) {
    Map<String, String> all = new HashMap<>();
    for (String one : said.equals("-") || said.isEmpty() ? new String[0] : said.split(" ")) {
      String[] parts = one.split("=", 2);
      all.put(parts[0], parts[1]);
    }
    return new Packet(mac, type, all);
  }

  public DhcpRequest request() {
    return new DhcpRequest(mac, "", facts());
  }

  public Facts facts() {
    return new Facts(
        Mode.DHCP,
        type,
        -1,
        List.of(),
        "",
        List.of(),
        text("uuid"),
        text("clientId"),
        "",
        address("requestedAddress"),
        address("serverId"),
        address("ciaddr"),
        address("giaddr"),
        address("linkAddress"),
        text("relayAgentInfo"),
        text("network"));
  }

  private String text(String name) {
    return said.getOrDefault(name, "");
  }

  private @Nullable Inet4Address address(String name) {
    return said.containsKey(name) ? Ipv4.parse(said.get(name)) : null;
  }
}
