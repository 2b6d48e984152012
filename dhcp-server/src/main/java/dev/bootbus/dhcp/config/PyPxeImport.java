package dev.bootbus.dhcp.config;

import dev.bootbus.schema.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A PyPXE installation in our words.
///
/// @param configuration for dhcp-server: YAML
/// @param catalogue for kernel-backend: YAML, or empty if no machine has an address of its own
/// @param warnings what was left out, and why; a sentence each
record PyPxeImport(String configuration, String catalogue, List<String> warnings) {
  private static final int DEFAULT_HTTP_PORT = 80;

  /// Its name for undionly.kpxe.
  private static final String IPXE_LOADER = "chainload.kpxe";

  static PyPxeImport of(PyPxeSettings settings, PyPxeMachines machines, List<String> warnings)
      throws ConfigException {
    List<String> told = new ArrayList<>(warnings);
    warn(settings, machines, told);
    return new PyPxeImport(
        configuration(settings, machines), catalogue(settings, machines), List.copyOf(told));
  }

  private static void warn(PyPxeSettings from, PyPxeMachines machines, List<String> told)
      throws ConfigException {
    from.unknown().forEach(key -> told.add(key + ": left out: PyPXE does not know it"));
    if (!from.text("DHCP_BROADCAST").isEmpty()) {
      told.add("DHCP_BROADCAST: left out: answers go where RFC 2131 says");
    }
    if (!from.text("SYSLOG_SERVER").isEmpty()) {
      told.add("SYSLOG_SERVER: left out: logs go to stdout, and events to the bus");
    }
    if (!from.text("NBD_BLOCK_DEVICE").isEmpty()) {
      told.add("NBD_BLOCK_DEVICE and the other NBD_*: left out: there is no NBD server here");
    }
    for (String level : List.of("MODE_DEBUG", "MODE_VERBOSE")) {
      if (!from.text(level).isEmpty() && !from.text(level).equals("false")) {
        told.add(level + ": left out: say BOOTBUS_LOG_LEVEL=DEBUG to the services");
      }
    }
    if (!isDhcp(from)) {
      told.add("USE_DHCP: is false, so the mode is off");
    }
    if (!from.isOn("USE_IPXE")) {
      told.add(
          "NETBOOT_FILE: for BIOS only: PyPXE gives it to UEFI too, which cannot run it; UEFI keeps"
              + " the loader of --boot-file");
    }
    if (from.isOn("DHCP_WHITELIST") && machines.bound().isEmpty()) {
      told.add("DHCP_WHITELIST: the list is empty, so the mode is off; it is read with --static");
    }
    if (!from.text("STATIC_CONFIG").isEmpty() && machines.bound().isEmpty()) {
      told.add("STATIC_CONFIG: is read with --static FILE");
    }
  }

  private static boolean isDhcp(PyPxeSettings from) throws ConfigException {
    return from.isOn("USE_DHCP") || from.isOn("DHCP_MODE_PROXY");
  }

  private static String mode(PyPxeSettings from, PyPxeMachines machines) throws ConfigException {
    if (!isDhcp(from) || from.isOn("DHCP_WHITELIST") && machines.bound().isEmpty()) {
      return "off";
    }
    return from.isOn("DHCP_MODE_PROXY") ? "proxy" : "reservation";
  }

  private static String configuration(PyPxeSettings from, PyPxeMachines machines)
      throws ConfigException {
    StringBuilder text = new StringBuilder("# from PyPXE's ").append(name(from)).append('\n');
    commands(from).forEach(command -> text.append("# beside it: ").append(command).append('\n'));
    line(text, "mode", mode(from, machines));
    line(text, "address", from.address("DHCP_SERVER_IP"));
    line(text, "port", String.valueOf(from.port("DHCP_SERVER_PORT")));
    line(text, "next-server", from.address("DHCP_FILESERVER"));
    if (from.isOn("USE_HTTP") && from.port("HTTP_PORT") != DEFAULT_HTTP_PORT) {
      line(text, "http-port", String.valueOf(from.port("HTTP_PORT")));
    }
    String file = from.text("NETBOOT_FILE");
    boolean ipxe = from.isOn("USE_IPXE");
    String bios = ipxe ? IPXE_LOADER : file.isEmpty() ? "pxelinux.0" : file;
    text.append("boot-file:\n");
    line(text, "  bios", bios);
    line(text, "ipxe-script", ipxe ? script(from, file) : "");
    if (!machines.roms().isEmpty()) {
      text.append("machine-file:\n");
      machines.roms().forEach((mac, rom) -> line(text, "  \"" + mac + '"', rom));
    }
    line(text, "pxe-only", "on");
    if (from.isOn("DHCP_WHITELIST") && !machines.bound().isEmpty()) {
      text.append("allow:\n");
      machines.bound().forEach(mac -> text.append("  - ").append(mac).append('\n'));
    }
    return text.toString();
  }

  private static String script(PyPxeSettings from, String file) throws ConfigException {
    boolean http = from.isOn("USE_HTTP");
    String name = file.isEmpty() ? http ? "boot.http.ipxe" : "boot.ipxe" : file;
    int port = from.port("HTTP_PORT");
    String server = from.address("DHCP_FILESERVER");
    String place = http && port != DEFAULT_HTTP_PORT ? server + ":" + port : server;
    return (http ? "http://" : "tftp://") + place + "/" + name.replaceFirst("^/+", "");
  }

  /// What the other services are to be started with.
  private static List<String> commands(PyPxeSettings from) throws ConfigException {
    List<String> commands = new ArrayList<>();
    if (isDhcp(from) && !from.isOn("DHCP_MODE_PROXY")) {
      commands.add(
          "kernel-backend --pool %s-%s --subnet-mask %s --gateway %s --dns %s --lease-time 86400"
              .formatted(
                  from.address("DHCP_OFFER_BEGIN"),
                  from.address("DHCP_OFFER_END"),
                  from.address("DHCP_SUBNET"),
                  from.address("DHCP_ROUTER"),
                  from.address("DHCP_DNS")));
    }
    if (from.isOn("USE_TFTP")) {
      commands.add(
          "tftp-server --root %s --address %s --port %d"
              .formatted(
                  from.text("NETBOOT_DIR"),
                  from.address("TFTP_SERVER_IP"),
                  from.port("TFTP_PORT")));
    }
    if (from.isOn("USE_HTTP")) {
      commands.add(
          "http-server --root %s --address %s --http-port %d"
              .formatted(
                  from.text("NETBOOT_DIR"),
                  from.address("HTTP_SERVER_IP"),
                  from.port("HTTP_PORT")));
    }
    return commands;
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append(": ").append(Printed.scalar(value)).append('\n');
  }

  private static String name(PyPxeSettings from) {
    return from.file().replaceAll("\\p{C}", "?");
  }

  private static String catalogue(PyPxeSettings from, PyPxeMachines machines) {
    if (machines.addresses().isEmpty()) {
      return "";
    }
    StringBuilder text =
        new StringBuilder("# from PyPXE's ").append(name(from)).append("\nnodes:\n");
    for (Map.Entry<MacAddress, String> machine : machines.addresses().entrySet()) {
      text.append("  - {mac: \"")
          .append(machine.getKey())
          .append("\", address: ")
          .append(machine.getValue())
          .append("}\n");
    }
    return text.toString();
  }
}
