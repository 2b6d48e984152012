package dev.bootbus.schema.go;

import java.util.List;

/// `data.DHCP` and `data.Netboot`, each field as Go prints it; unset is the empty text.
///
/// @param nameServers `<nil>` for an element that is no address
/// @param ipxeScriptUrl as `url.URL.String` puts it together
public record GoRecord(
    String mac,
    String ipAddress,
    String subnetMask,
    String defaultGateway,
    List<String> nameServers,
    String hostname,
    String domainName,
    String broadcastAddress,
    List<String> ntpServers,
    long leaseTime,
    List<String> domainSearch,
    boolean allowNetboot,
    String ipxeScriptUrl) {

  public static final GoRecord EMPTY =
      new GoRecord("", "", "", "", List.of(), "", "", "", List.of(), 0, List.of(), false, "");

  /// What the example responder answers, with all that the golden files hold.
  public static final GoRecord GOLDEN =
      new GoRecord(
          "08:00:27:29:4e:67",
          "192.168.2.199",
          "255.255.255.0",
          "192.168.2.1",
          List.of("1.1.1.1", "8.8.8.8"),
          "pxe-virtualbox",
          "example.com",
          "192.168.2.255",
          List.of("132.163.96.2"),
          86400,
          List.of("example.com", "example.net"),
          true,
          "https://boot.netboot.xyz/ipxe/menu.ipxe?a=1&b=2");

  GoRecord withMac(String other) {
    return new GoRecord(
        other,
        ipAddress,
        subnetMask,
        defaultGateway,
        nameServers,
        hostname,
        domainName,
        broadcastAddress,
        ntpServers,
        leaseTime,
        domainSearch,
        allowNetboot,
        ipxeScriptUrl);
  }

  GoRecord withHostname(String other) {
    return new GoRecord(
        mac,
        ipAddress,
        subnetMask,
        defaultGateway,
        nameServers,
        other,
        domainName,
        broadcastAddress,
        ntpServers,
        leaseTime,
        domainSearch,
        allowNetboot,
        ipxeScriptUrl);
  }

  GoRecord withNetboot(boolean allow, String url) {
    return new GoRecord(
        mac,
        ipAddress,
        subnetMask,
        defaultGateway,
        nameServers,
        hostname,
        domainName,
        broadcastAddress,
        ntpServers,
        leaseTime,
        domainSearch,
        allow,
        url);
  }
}
