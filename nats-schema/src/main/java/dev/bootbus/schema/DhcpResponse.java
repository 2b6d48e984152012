package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A backend's word on one machine: what it may have, or why not.
public sealed interface DhcpResponse {

  /// The machine is known. Unset is null, empty or 0 throughout.
  record Answer(Dhcp dhcp, Netboot netboot, Extensions extensions) implements DhcpResponse {
    public Answer {
      requireNonNull(dhcp, "dhcp is null");
      requireNonNull(netboot, "netboot is null");
      requireNonNull(extensions, "extensions is null");
    }
  }

  /// No record. On the wire an error always has a message, because the Go original reads one
  /// without a message as success.
  ///
  /// @param code 404 unknown, 403 not allowed, 409 conflict, 429 slow down, 503 not now
  record Error(int code, String message) implements DhcpResponse {
    public Error {
      message = message.isEmpty() ? "error " + code : message;
    }
  }

  /// The machine has this address, and does not boot from the network.
  static Answer address(Dhcp dhcp) {
    return new Answer(dhcp, Netboot.DENIED, Extensions.NONE);
  }

  /// The machine has this address, and boots.
  ///
  /// @param scriptUrl what iPXE is told to load, or empty for the front end's default
  static Answer boot(Dhcp dhcp, String scriptUrl) {
    return new Answer(dhcp, new Netboot(true, scriptUrl), Extensions.NONE);
  }

  /// Nobody knows the machine (404).
  static Error unknown(String message) {
    return new Error(404, message);
  }

  /// The machine is known and gets nothing (403).
  static Error notAllowed(String message) {
    return new Error(403, message);
  }

  /// What it asks for belongs to another (409).
  static Error conflict(String message) {
    return new Error(409, message);
  }

  /// Too many questions (429).
  static Error slowDown(String message) {
    return new Error(429, message);
  }

  /// Ask again later (503).
  static Error notNow(String message) {
    return new Error(503, message);
  }

  /// Header fields and options of RFC 2131 and 2132.
  ///
  /// @param mac chaddr
  /// @param ipAddress yiaddr
  /// @param subnetMask option 1
  /// @param defaultGateway option 3
  /// @param nameServers option 6
  /// @param hostname option 12
  /// @param domainName option 15
  /// @param broadcastAddress option 28
  /// @param ntpServers option 42
  /// @param leaseTime option 51, seconds, 0 to 2^32-1
  /// @param domainSearch option 119
  record Dhcp(
      MacAddress mac,
      @Nullable Inet4Address ipAddress,
      @Nullable Inet4Address subnetMask,
      @Nullable Inet4Address defaultGateway,
      List<Inet4Address> nameServers,
      String hostname,
      String domainName,
      @Nullable Inet4Address broadcastAddress,
      List<Inet4Address> ntpServers,
      long leaseTime,
      List<String> domainSearch) {

    public static final Dhcp NONE =
        new Dhcp(
            MacAddress.NONE, null, null, null, List.of(), "", "", null, List.of(), 0, List.of());

    public Dhcp {
      requireNonNull(mac, "mac is null");
      nameServers = List.copyOf(nameServers);
      ntpServers = List.copyOf(ntpServers);
      domainSearch = List.copyOf(domainSearch);
      if (leaseTime < 0 || leaseTime > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("lease time out of range: " + leaseTime);
      }
    }

    /// An address and nothing else.
    public static Dhcp of(MacAddress mac, Inet4Address address, Inet4Address mask, long lease) {
      return new Dhcp(
          mac, address, mask, null, List.of(), "", "", null, List.of(), lease, List.of());
    }

    public Dhcp withGateway(@Nullable Inet4Address router) {
      return new Dhcp(
          mac,
          ipAddress,
          subnetMask,
          router,
          nameServers,
          hostname,
          domainName,
          broadcastAddress,
          ntpServers,
          leaseTime,
          domainSearch);
    }

    public Dhcp withNameServers(List<Inet4Address> servers) {
      return new Dhcp(
          mac,
          ipAddress,
          subnetMask,
          defaultGateway,
          servers,
          hostname,
          domainName,
          broadcastAddress,
          ntpServers,
          leaseTime,
          domainSearch);
    }

    public Dhcp withHostname(String name) {
      return new Dhcp(
          mac,
          ipAddress,
          subnetMask,
          defaultGateway,
          nameServers,
          name,
          domainName,
          broadcastAddress,
          ntpServers,
          leaseTime,
          domainSearch);
    }
  }

  /// @param allowNetboot whether the machine gets boot options
  /// @param ipxeScriptUrl what iPXE is told to load, or empty for the front end's default
  record Netboot(boolean allowNetboot, String ipxeScriptUrl) {
    public static final Netboot DENIED = new Netboot(false, "");
  }

  /// What the Go original has no field for, and its reader ignores.
  ///
  /// @param options further DHCP options by code; a value is text, or bytes where it was given as
  ///     such
  /// @param bootFile overrides the front end's choice of boot file (`file`, option 67)
  /// @param nextServer overrides siaddr and option 66
  /// @param message for the front end's log
  /// @param maxAge seconds for which the front end may give the same answer again to the same
  ///     machine without asking; 0 where each question must be asked, as for leases
  /// @param probe whether nobody has this address yet as far as the backend knows, so that the
  ///     front end had better see if somebody answers there before it offers it (RFC 2131 §2.2)
  record Extensions(
      Map<Integer, OptionValue> options,
      String bootFile,
      @Nullable Inet4Address nextServer,
      String message,
      long maxAge,
      boolean probe) {
    public static final Extensions NONE = new Extensions(Map.of(), "", null, "", 0);

    public static final Extensions TO_PROBE = new Extensions(Map.of(), "", null, "", 0, true);

    public Extensions {
      if (maxAge < 0 || maxAge > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("max age out of range: " + maxAge);
      }
      options = java.util.Collections.unmodifiableMap(new TreeMap<>(options));
      options.keySet().forEach(Extensions::checkCode);
    }

    /// Of an address that need not be probed.
    public Extensions(
        Map<Integer, OptionValue> options,
        String bootFile,
        @Nullable Inet4Address nextServer,
        String message,
        long maxAge) {
      this(options, bootFile, nextServer, message, maxAge, false);
    }

    private static void checkCode(int code) {
      if (code < 1 || code > 254) {
        throw new IllegalArgumentException("not a DHCP option code: " + code);
      }
    }

    public boolean isNone() {
      return options.isEmpty()
          && bootFile.isEmpty()
          && nextServer == null
          && message.isEmpty()
          && maxAge == 0
          && !probe;
    }
  }

  /// The value of a DHCP option: text in UTF-8, or bytes as numbers from 0 to 255.
  sealed interface OptionValue {
    record Text(String text) implements OptionValue {}

    record Bytes(List<Integer> bytes) implements OptionValue {
      public Bytes {
        bytes = List.copyOf(bytes);
      }
    }

    /// What goes onto the wire.
    default byte[] encoded() {
      return switch (this) {
        case Text(String text) -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        case Bytes(List<Integer> numbers) -> {
          byte[] out = new byte[numbers.size()];
          for (int i = 0; i < out.length; i++) {
            out[i] = numbers.get(i).byteValue();
          }
          yield out;
        }
      };
    }
  }
}
