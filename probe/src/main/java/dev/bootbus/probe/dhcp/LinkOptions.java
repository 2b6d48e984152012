package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.dhcp.Link.Ports;
import dev.bootbus.runtime.libc.ErrnoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// By which way a command reaches the DHCP servers, on its command line: a mixin.
public final class LinkOptions {
  private static final int MAX_PORT = 65535;
  private static final int MAX_SERVERS = 16;
  private static final int MAX_TEXT = 100;

  /// RFC 3046 §2.0
  private static final byte CIRCUIT_ID = 1;

  private static final byte REMOTE_ID = 2;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_PROBE_INTERFACE}",
      description = {
        "Be a machine on this Ethernet, with a hardware address of its own. Needs root, or"
            + " CAP_NET_RAW. A server on this very machine does not hear it."
      })
  private @Nullable String network;

  @Option(
      names = "--relay",
      paramLabel = "ADDRESS[:PORT]",
      defaultValue = "${env:BOOTBUS_PROBE_RELAY}",
      description = {
        "Be a relay with this address, one of this machine's, and ask the --servers. They answer on"
            + " the port they listen on, which therefore is the default; root may have 67. From a"
            + " loopback address they are asked without a relay, from any port."
      })
  private @Nullable String relay;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      defaultValue = "${env:BOOTBUS_PROBE_SERVER}",
      split = ",",
      description = "DHCP server that the relay asks; repeatable.")
  private List<Inet4Address> servers = new ArrayList<>();

  @Option(
      names = "--dhcp-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PROBE_DHCP_PORT:-67}",
      description = "The servers' UDP port (default: 67).")
  private int dhcpPort;

  @Option(
      names = "--client-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PROBE_CLIENT_PORT:-68}",
      description = "The clients' UDP port (default: 68).")
  private int clientPort;

  @Option(
      names = "--proxy-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PROBE_PROXY_PORT:-4011}",
      description = "UDP port of PXE boot servers (default: 4011).")
  private int proxyPort;

  @Option(
      names = "--circuit-id",
      paramLabel = "TEXT",
      defaultValue = "${env:BOOTBUS_PROBE_CIRCUIT_ID}",
      description = "What the relay says of the switch port (option 82, suboption 1).")
  private @Nullable String circuitId;

  @Option(
      names = "--remote-id",
      paramLabel = "TEXT",
      defaultValue = "${env:BOOTBUS_PROBE_REMOTE_ID}",
      description = "What the relay says of the switch (option 82, suboption 2).")
  private @Nullable String remoteId;

  /// Those that a relay asks.
  public List<Inet4Address> servers() {
    return List.copyOf(servers);
  }

  /// @throws ParameterException with what to do, where there is no such link
  public Link open() {
    Ports ports =
        new Ports(
            port("--dhcp-port", dhcpPort),
            port("--client-port", clientPort),
            port("--proxy-port", proxyPort));
    if ((network == null) == (relay == null)) {
      throw refused(
          "say one of --interface NAME (there are %s) and --relay ADDRESS".formatted(names()));
    }
    return network != null ? onWire(network, ports) : asRelay(Objects.requireNonNull(relay), ports);
  }

  private Link onWire(String name, Ports ports) {
    if (!servers.isEmpty() || circuitId != null || remoteId != null) {
      throw refused("--server, --circuit-id and --remote-id go with --relay");
    }
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      if (found == null) {
        throw refused("--interface: no interface %s; there are %s".formatted(name, names()));
      }
      if (found.isLoopback()) {
        throw refused(
            "--interface: %s is no Ethernet; for a server on this machine: --relay 127.0.0.1"
                    .formatted(name)
                + " --server 127.0.0.1 --dhcp-port PORT");
      }
      if (!found.isUp()) {
        throw refused(
            "--interface: %s is down, or has no cable: ip link set %s up".formatted(name, name));
      }
      return RawLink.open(found, ports);
    } catch (ErrnoException e) {
      throw refused(
          e.isForbidden()
              ? "--interface needs CAP_NET_RAW: run it as root, or use --relay"
              : "--interface: %s: %s".formatted(name, e.getMessage()));
    } catch (IOException e) {
      throw refused("--interface: %s; use --relay".formatted(e.getMessage()));
    }
  }

  private Link asRelay(String text, Ports ports) {
    int colon = text.indexOf(':');
    Inet4Address own = address("--relay", colon < 0 ? text : text.substring(0, colon));
    int port =
        colon >= 0
            ? number(text.substring(colon + 1))
            : own.isLoopbackAddress() ? 0 : ports.server();
    if (servers.isEmpty() || servers.size() > MAX_SERVERS) {
      throw refused("--relay needs 1 to %d of --server ADDRESS".formatted(MAX_SERVERS));
    }
    try {
      return RelayLink.open(own, port, servers, ports, relayAgentInfo());
    } catch (BindException e) {
      throw refused(cannotBind(own, port, e));
    } catch (IOException e) {
      throw refused("--relay: %s: %s".formatted(text, e.getMessage()));
    }
  }

  private static String cannotBind(Inet4Address own, int port, BindException e) {
    String why = String.valueOf(e.getMessage());
    String hint = "";
    if (why.contains("Permission")) {
      hint = "; run it as root, or give the servers another port and say --dhcp-port";
    } else if (why.contains("in use")) {
      hint = "; something listens there, such as a DHCP server or relay: take another address";
    } else if (why.contains("assign")) {
      hint = "; it is none of this machine's: ip -4 address";
    }
    return "--relay: cannot bind UDP port %d on %s: %s%s"
        .formatted(port, own.getHostAddress(), why, hint);
  }

  private Optional<Bytes> relayAgentInfo() {
    byte[] circuit = text("--circuit-id", circuitId);
    byte[] remote = text("--remote-id", remoteId);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    subOption(CIRCUIT_ID, circuit, out);
    subOption(REMOTE_ID, remote, out);
    return out.size() == 0 ? Optional.empty() : Optional.of(Bytes.of(out.toByteArray()));
  }

  private static void subOption(byte code, byte[] text, ByteArrayOutputStream out) {
    if (text.length > 0) {
      out.write(code);
      out.write(text.length);
      out.writeBytes(text);
    }
  }

  private byte[] text(String flag, @Nullable String text) {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_TEXT) {
      throw refused("%s: longer than %d bytes".formatted(flag, MAX_TEXT));
    }
    return bytes;
  }

  private Inet4Address address(String flag, String text) {
    try {
      return Inet4Address.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw refused("%s: not an IPv4 address: %s".formatted(flag, text));
    }
  }

  private int number(String text) {
    try {
      return port("--relay", Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw refused("--relay: not a port: " + text);
    }
  }

  private int port(String flag, int number) {
    if (number < 1 || number > MAX_PORT) {
      throw refused("%s: not a port: %d".formatted(flag, number));
    }
    return number;
  }

  private static String names() {
    try {
      return NetworkInterface.networkInterfaces()
          .map(NetworkInterface::getName)
          .filter(name -> !name.equals("lo"))
          .sorted()
          .collect(Collectors.joining(", "));
    } catch (SocketException e) {
      return "none that could be listed";
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), why);
  }
}
