package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.net.Inet4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// "Who is this machine, and what may it have?": one DHCP packet, asked of a backend.
///
/// `mac` and `traceparent` are the contract of the Go original; [Facts] are extra keys beside
/// them in the same JSON object, which a Go backend ignores.
///
/// @param mac chaddr of the packet; may be [MacAddress#NONE]
/// @param traceparent W3C trace context, or the empty string
/// @param isDryRun whether nobody has sent this packet, and somebody only wants to know what it
///     would get: the backend is to answer the same, and to keep, hold, count and tell nothing
public record DhcpRequest(MacAddress mac, String traceparent, Facts facts, boolean isDryRun) {

  /// For a packet that a machine has sent.
  public DhcpRequest(MacAddress mac, String traceparent, Facts facts) {
    this(mac, traceparent, facts, false);
  }

  public DhcpRequest {
    requireNonNull(mac, "mac is null");
    requireNonNull(traceparent, "traceparent is null");
    requireNonNull(facts, "facts is null");
  }

  /// Of few of its parts, as it is the key to what is under way: all of them would take longer
  /// than to read the request.
  @Override
  public int hashCode() {
    return 31 * mac.hashCode() + facts.messageType().hashCode();
  }

  public DhcpRequest withTraceparent(String trace) {
    return new DhcpRequest(mac, trace, facts, isDryRun);
  }

  public DhcpRequest asDryRun() {
    return new DhcpRequest(mac, traceparent, facts, true);
  }

  /// Whether the backend's answer should hold an address, or another DHCP server gives that.
  public enum Mode {
    DHCP,
    PROXY
  }

  /// What the packet said beside its hardware address. Absent means empty, null or -1; absent
  /// facts are not written.
  ///
  /// @param messageType RFC 2131 name without the prefix: `DISCOVER`, `REQUEST`, `DECLINE`,
  ///     `RELEASE` or `INFORM`
  /// @param xid transaction id, 0 to 2^32-1
  /// @param clientArch option 93 (RFC 4578 §2.1), in the client's order
  /// @param vendorClass option 60, printable
  /// @param userClass option 77, printable, one element per class (RFC 3004)
  /// @param uuid option 97 as canonical text, `564d4c41-4200-4077-8000-000000000010`
  /// @param clientId option 61 as hex digits
  /// @param hostname option 12, printable
  /// @param requestedAddress option 50
  /// @param serverId option 54
  /// @param ciaddr the address the client already has
  /// @param giaddr the relay's address
  /// @param linkAddress an address in the subnet that the machine's should be from, where relay or
  ///     client name another one than `giaddr`'s: option 82's link selection (RFC 3527), or else
  ///     option 118 (RFC 3011)
  /// @param relayAgentInfo option 82 as hex digits
  /// @param network interface the packet came in by
  public record Facts(
      Mode mode,
      String messageType,
      long xid,
      List<Integer> clientArch,
      String vendorClass,
      List<String> userClass,
      String uuid,
      String clientId,
      String hostname,
      @Nullable Inet4Address requestedAddress,
      @Nullable Inet4Address serverId,
      @Nullable Inet4Address ciaddr,
      @Nullable Inet4Address giaddr,
      @Nullable Inet4Address linkAddress,
      String relayAgentInfo,
      String network) {

    public static final Facts NONE =
        new Facts(
            Mode.DHCP, "", -1, List.of(), "", List.of(), "", "", "", null, null, null, null, null,
            "", "");

    public Facts withClientArch(List<Integer> architectures) {
      return new Facts(
          mode,
          messageType,
          xid,
          architectures,
          vendorClass,
          userClass,
          uuid,
          clientId,
          hostname,
          requestedAddress,
          serverId,
          ciaddr,
          giaddr,
          linkAddress,
          relayAgentInfo,
          network);
    }

    public Facts {
      requireNonNull(mode, "mode is null");
      clientArch = List.copyOf(clientArch);
      userClass = List.copyOf(userClass);
    }
  }
}
