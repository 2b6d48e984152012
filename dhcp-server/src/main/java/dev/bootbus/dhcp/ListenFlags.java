package dev.bootbus.dhcp;

import dev.bootbus.dhcp.Delivery.Rule;
import dev.bootbus.dhcp.DhcpServer.Port;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/// The part of the command line that says where to listen.
final class ListenFlags {
  private static final int MAX_PORT = 65535;

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      defaultValue = "${env:BOOTBUS_INTERFACE:-" + Option.NULL_VALUE + "}",
      showDefaultValue = Visibility.NEVER,
      description = {
        "Network interface to serve. Without it, all are listened on, answers leave as the",
        "routes say (good for one link only), and --address must be given."
      })
  private @Nullable String interfaceName;

  @Option(
      names = "--address",
      paramLabel = "IPV4",
      defaultValue = "${env:BOOTBUS_ADDRESS:-" + Option.NULL_VALUE + "}",
      showDefaultValue = Visibility.NEVER,
      description = "Own address as clients see it; if not given, the interface's first.")
  private @Nullable Inet4Address address;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PORT:-67}",
      description = "UDP port to listen on.")
  private int port;

  @Option(
      names = "--client-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_CLIENT_PORT:-68}",
      description = "UDP port that clients listen on.")
  private int clientPort;

  @Option(
      names = "--proxy-port",
      paramLabel = "PORT",
      defaultValue = "${env:BOOTBUS_PROXY_PORT:-4011}",
      description = "UDP port of the PXE boot service; 0 switches it off.")
  private int proxyPort;

  /// @throws IllegalArgumentException with one sentence for the operator, as all methods here
  Inet4Address ownAddress() {
    if (address != null) {
      return address;
    }
    NetworkInterface network = network();
    if (network == null) {
      throw new IllegalArgumentException("say --interface (there are " + names() + ")");
    }
    return network
        .inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    interfaceName + " has no IPv4 address; give it one, or say --address"));
  }

  private @Nullable NetworkInterface network() {
    if (interfaceName == null) {
      return null;
    }
    try {
      NetworkInterface network = NetworkInterface.getByName(interfaceName);
      if (network == null) {
        throw new IllegalArgumentException(
            "no interface " + interfaceName + "; there are " + names());
      }
      return network;
    } catch (SocketException e) {
      throw new IllegalArgumentException("cannot look at " + interfaceName + ": " + e.getMessage());
    }
  }

  private static String names() {
    try {
      return NetworkInterface.networkInterfaces()
          .map(NetworkInterface::getName)
          .sorted()
          .collect(Collectors.joining(", "));
    } catch (SocketException e) {
      return "none that could be listed";
    }
  }

  /// The DHCP port with this responder, and the boot service's.
  List<Port> open(Responder responder, BootSettings settings) {
    Inet4Address own = settings.serverId();
    Rule rule = own.isLoopbackAddress() ? Rule.SOURCE : Rule.DHCP;
    List<Port> ports = new ArrayList<>();
    ports.add(
        new Port(
            open(own, port, "--port"),
            responder,
            new Delivery(rule, port, clientPort),
            OwnAddresses.now(),
            Duration.ZERO));
    if (proxyPort != 0) {
      ports.add(
          new Port(
              open(own, proxyPort, "--proxy-port"),
              new BootService(settings),
              new Delivery(Rule.SOURCE, proxyPort, clientPort)));
    }
    return ports;
  }

  private DhcpSocket open(Inet4Address own, int number, String flag) {
    if (number < 0 || number > MAX_PORT) {
      throw new IllegalArgumentException(flag + ": not a port: " + number);
    }
    NetworkInterface network = network();
    try {
      return network != null && isLinux()
          ? LinuxDhcpSocket.open(network, own, number)
          : NioDhcpSocket.open(own, number);
    } catch (IOException e) {
      String hint = e.getMessage().contains("Permission") ? "run as root, or choose" : "choose";
      throw new IllegalArgumentException(
          "cannot bind UDP port %d on %s: %s; %s another with %s"
              .formatted(number, where(), e.getMessage(), hint, flag));
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux");
  }

  private String where() {
    return interfaceName == null ? "any" : interfaceName;
  }

  @Override
  public String toString() {
    return "interface=%s address=%s port=%d proxy-port=%d"
        .formatted(where(), ownAddress().getHostAddress(), port, proxyPort);
  }
}
