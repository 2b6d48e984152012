package dev.bootbus.example;

import dev.bootbus.schema.testing.lab.Host;
import dev.bootbus.schema.testing.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;

/// A DHCP client that is not ours, and how it is told what to do. Each runs a script at each change
/// of its lease, and gives it what it was given in variables of its own names.
enum ForeignClient {
  UDHCPC(
      "udhcpc -f -i eth0 -t 10 -T 1 -A 1 %2$s -s %1$s/script -O search -O staticroutes -O mtu -O ntpsrv",
      "USR2", "ip mask router dns domain search staticroutes mtu ntpsrv"),
  DHCLIENT(
      "dhclient -4 -d -cf %1$s/dhclient.conf -lf %1$s/leases -pf %1$s/pid -sf %1$s/script eth0",
      "",
      "new_ip_address new_subnet_mask new_routers new_domain_name_servers new_domain_name new_domain_search new_rfc3442_routes new_interface_mtu new_ntp_servers"),
  DHCPCD(
      // its files have fixed places, which the clients of one machine would share
      "unshare -m sh -c \"mkdir -p /run/dhcpcd && mount -t tmpfs run /run/dhcpcd"
          + " && mount -t tmpfs lib /var/lib/dhcpcd"
          + " && exec dhcpcd -4 -B -d -f %1$s/dhcpcd.conf -c %1$s/script %2$s eth0\"",
      "ALRM",
      "new_ip_address new_subnet_mask new_routers new_domain_name_servers new_domain_name new_domain_search new_classless_static_routes new_interface_mtu new_ntp_servers");

  static final List<String> FACTS =
      List.of("address", "mask", "router", "dns", "domain", "search", "routes", "mtu", "ntp");

  /// Ends with the name of the reason, so that whoever reads it meanwhile knows what is complete.
  private static final String SCRIPT =
      """
      #!/bin/sh
      reason=${reason:-$1}
      case $reason in
        bound) ip addr replace $ip/$mask dev eth0 ;;
        BOUND | REBOOT) # dhcpcd does it itself, and says subnet_cidr
          [ -n "$new_subnet_cidr" ] || ip addr replace $new_ip_address/$new_subnet_mask dev eth0 ;;
      esac
      { echo "begin $reason"; env; echo "end $reason"; } >>"${0%/*}/told"
      """;

  private static final String DHCLIENT_CONF =
      """
      option rfc3442-routes code 121 = array of unsigned integer 8;
      request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers,
        domain-search, host-name, interface-mtu, ntp-servers, rfc3442-routes;
      timeout 30; retry 2; select-timeout 0; initial-interval 1; backoff-cutoff 2;
      """;

  private static final String DHCPCD_CONF =
      """
      noipv4ll
      noipv6
      noipv6rs
      clientid
      option subnet_mask, routers, domain_name_servers, domain_name, domain_search
      option classless_static_routes, interface_mtu, ntp_servers, host_name
      """;

  private final String command;
  private final String releaseSignal;
  private final List<String> variables;

  ForeignClient(String command, String releaseSignal, String variables) {
    this.command = command;
    this.releaseSignal = releaseSignal;
    this.variables = List.of(variables.split(" "));
  }

  String program() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What this client calls it in the environment of its script.
  String variable(String fact) {
    return variables.get(FACTS.indexOf(fact));
  }

  String releaseSignal() {
    return releaseSignal;
  }

  /// Begins to ask for a lease on the host's `eth0`, and takes what it is given.
  ClientRun start(Host host) throws IOException {
    return start(host, this == DHCPCD ? "--noarp" : "");
  }

  /// The same, but asks by ARP whether somebody else has the address (RFC 2131 §2.2).
  ClientRun startAndProbe(Host host) throws IOException {
    return start(host, this == UDHCPC ? "-a" : "");
  }

  /// @param options further ones of the program's own
  ClientRun start(Host host, String options) throws IOException {
    Path folder = host.lab().folder(program() + "-");
    Path script = Files.writeString(folder.resolve("script"), SCRIPT);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("dhclient.conf"), DHCLIENT_CONF);
    Files.writeString(folder.resolve("dhcpcd.conf"), DHCPCD_CONF);
    Files.createFile(folder.resolve("told"));
    String words = command.formatted(folder, options);
    Program program = host.start("sh", "-c", "exec " + words);
    return new ClientRun(this, host, folder, program);
  }
}
