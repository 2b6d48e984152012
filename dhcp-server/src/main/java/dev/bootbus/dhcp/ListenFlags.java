package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.DhcpMessage;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/// The settings that say where to listen.
final class ListenFlags {
  private static final int MAX_PORT = 65535;

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description = {
        "Network interface to serve; repeatable. Without it, all are listened on, answers leave as"
            + " the routes say (good for one link only), and --address must be given."
      })
  private List<String> interfaces = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "IPV4",
      showDefaultValue = Visibility.NEVER,
      description = {"Own address as clients see it.", "  Default: the first one of the interface"})
  private @Nullable Inet4Address address;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "67",
      description = "UDP port to listen on.")
  private int port;

  @Option(
      names = "--client-port",
      paramLabel = "PORT",
      defaultValue = "68",
      description = "UDP port that clients listen on.")
  private int clientPort;

  @Option(
      names = "--proxy-port",
      paramLabel = "PORT",
      defaultValue = "4011",
      description = "UDP port of the PXE boot service; 0 switches it off.")
  private int proxyPort;

  /// @param mode if it is off, there need be no address
  /// @throws IllegalArgumentException with one sentence for the operator
  Listen listen(ScopeMode mode) {
    checkPort("--port", port);
    checkPort("--client-port", clientPort);
    checkPort("--proxy-port", proxyPort);
    if (proxyPort == port && port != 0) {
      throw new IllegalArgumentException("--proxy-port: the same as --port: " + port);
    }
    // there is one at most: each gets flags of its own
    String network = interfaces.isEmpty() ? "" : interfaces.getFirst().strip();
    Inet4Address own =
        mode == ScopeMode.OFF && address == null ? DhcpMessage.NO_ADDRESS : ownAddress(network);
    return new Listen(network, own, port, clientPort, proxyPort);
  }

  private static void checkPort(String flag, int number) {
    if (number < 0 || number > MAX_PORT) {
      throw new IllegalArgumentException(flag + ": not a port: " + number);
    }
  }

  private Inet4Address ownAddress(String network) {
    if (address != null) {
      return address;
    }
    if (network.isEmpty()) {
      throw new IllegalArgumentException("say --interface (there are " + Place.names() + ")");
    }
    return Place.network(network)
        .inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--interface: %s has no IPv4 address; give it one, or say --address"
                        .formatted(network)));
  }
}
