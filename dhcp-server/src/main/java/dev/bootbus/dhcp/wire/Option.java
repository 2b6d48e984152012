package dev.bootbus.dhcp.wire;

import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A typed key to one DHCP option. The registry is open: [Options] keeps codes without a row here.
///
/// @param code the option's number in the IANA registry
/// @param shape how its value is read and written
public record Option<T>(int code, Shape<T> shape) {
  static final int PAD = 0;
  static final int END = 255;

  /// RFC 2132 §3.3
  public static final Option<Inet4Address> SUBNET_MASK = new Option<>(1, Shape.MASK);

  /// RFC 2132 §3.5
  public static final Option<List<Inet4Address>> ROUTERS = new Option<>(3, Shape.ADDRESSES);

  /// RFC 2132 §3.8
  public static final Option<List<Inet4Address>> NAME_SERVERS = new Option<>(6, Shape.ADDRESSES);

  /// RFC 2132 §3.14
  public static final Option<String> HOST_NAME = new Option<>(12, Shape.TEXT);

  /// RFC 2132 §3.17
  public static final Option<String> DOMAIN_NAME = new Option<>(15, Shape.TEXT);

  /// RFC 2132 §3.18
  public static final Option<Inet4Address> SWAP_SERVER = new Option<>(16, Shape.ADDRESS);

  /// RFC 2132 §3.19
  public static final Option<String> ROOT_PATH = new Option<>(17, Shape.TEXT);

  /// RFC 2132 §5.1
  public static final Option<Integer> INTERFACE_MTU = new Option<>(26, Shape.UINT16);

  /// RFC 2132 §5.3
  public static final Option<Inet4Address> BROADCAST_ADDRESS = new Option<>(28, Shape.ADDRESS);

  /// RFC 2132 §8.3
  public static final Option<List<Inet4Address>> NTP_SERVERS = new Option<>(42, Shape.ADDRESSES);

  /// RFC 2132 §8.4; for a PXE client the options of the PXE specification 2.1 §2.2.3
  public static final Option<Options> VENDOR_SPECIFIC = new Option<>(43, Shape.OPTIONS);

  /// RFC 2132 §9.1
  public static final Option<Inet4Address> REQUESTED_ADDRESS = new Option<>(50, Shape.ADDRESS);

  /// RFC 2132 §9.2, seconds
  public static final Option<Long> LEASE_TIME = new Option<>(51, Shape.UINT32);

  /// RFC 2132 §9.3
  public static final Option<Integer> OVERLOAD = new Option<>(52, Shape.UINT8);

  /// RFC 2132 §9.6; [MessageType#of] names the value
  public static final Option<Integer> MESSAGE_TYPE = new Option<>(53, Shape.UINT8);

  /// RFC 2132 §9.7
  public static final Option<Inet4Address> SERVER_ID = new Option<>(54, Shape.ADDRESS);

  /// RFC 2132 §9.8
  public static final Option<List<Integer>> PARAMETER_LIST = new Option<>(55, Shape.UINT8S);

  /// RFC 2132 §9.9
  public static final Option<String> MESSAGE = new Option<>(56, Shape.TEXT);

  /// RFC 2132 §9.10
  public static final Option<Integer> MAX_MESSAGE_SIZE = new Option<>(57, Shape.UINT16);

  /// RFC 2132 §9.11, T1 in seconds
  public static final Option<Long> RENEWAL_TIME = new Option<>(58, Shape.UINT32);

  /// RFC 2132 §9.12, T2 in seconds
  public static final Option<Long> REBINDING_TIME = new Option<>(59, Shape.UINT32);

  /// RFC 2132 §9.13
  public static final Option<String> VENDOR_CLASS = new Option<>(60, Shape.TEXT);

  /// RFC 2132 §9.14
  public static final Option<Bytes> CLIENT_ID = new Option<>(61, Shape.BYTES);

  /// RFC 2132 §9.4
  public static final Option<String> TFTP_SERVER_NAME = new Option<>(66, Shape.TEXT);

  /// RFC 2132 §9.5
  public static final Option<String> BOOT_FILE_NAME = new Option<>(67, Shape.TEXT);

  /// RFC 2132 §8.17
  public static final Option<List<Inet4Address>> WWW_SERVERS = new Option<>(72, Shape.ADDRESSES);

  /// RFC 3004 §4, and what iPXE sends instead: one class without a length
  public static final Option<List<String>> USER_CLASS = new Option<>(77, Shape.USER_CLASS);

  /// RFC 3046 §2.0; [RelayAgentInfo] reads what is in it
  public static final Option<Bytes> RELAY_AGENT_INFO = new Option<>(82, Shape.BYTES);

  /// RFC 4578 §2.1
  public static final Option<List<Integer>> CLIENT_ARCH = new Option<>(93, Shape.UINT16S);

  /// RFC 4578 §2.2
  public static final Option<Bytes> CLIENT_NDI = new Option<>(94, Shape.BYTES);

  /// RFC 4578 §2.3
  public static final Option<UUID> CLIENT_UUID = new Option<>(97, Shape.MACHINE_UUID);

  /// RFC 3011 §2
  public static final Option<Inet4Address> SUBNET_SELECTION = new Option<>(118, Shape.ADDRESS);

  /// RFC 3397 §2
  public static final Option<List<String>> DOMAIN_SEARCH = new Option<>(119, Shape.DOMAINS);

  /// RFC 5859 §2
  public static final Option<List<Inet4Address>> TFTP_SERVERS = new Option<>(150, Shape.ADDRESSES);

  /// RFC 3442
  public static final Option<List<ClasslessRoute>> CLASSLESS_ROUTES =
      new Option<>(121, Shape.ROUTES);

  /// Not in an RFC: iPXE says here what it can do ([ipxe.org](https://ipxe.org/howto/dhcpd)).
  public static final Option<Options> IPXE = new Option<>(175, Shape.OPTIONS);

  /// What others may say by number, of which a client would make something wrong if it had another
  /// shape. Option 43 is not among them: each vendor has his own in it.
  private static final Map<Integer, Option<?>> CHECKED =
      Stream.<Option<?>>of(
              SUBNET_MASK,
              ROUTERS,
              NAME_SERVERS,
              HOST_NAME,
              DOMAIN_NAME,
              SWAP_SERVER,
              ROOT_PATH,
              INTERFACE_MTU,
              BROADCAST_ADDRESS,
              NTP_SERVERS,
              LEASE_TIME,
              RENEWAL_TIME,
              REBINDING_TIME,
              TFTP_SERVER_NAME,
              BOOT_FILE_NAME,
              WWW_SERVERS,
              DOMAIN_SEARCH,
              CLASSLESS_ROUTES)
          .collect(Collectors.toUnmodifiableMap(Option::code, option -> option));

  /// Whether a server may send `value` as this option: where the option's shape is known here, it
  /// has that, and says something.
  public static boolean isSound(int code, Bytes value) {
    Option<?> known = CHECKED.get(code);
    return known == null || value.length() > 0 && known.shape().isSound(value);
  }
}
