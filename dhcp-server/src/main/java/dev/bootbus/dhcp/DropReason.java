package dev.bootbus.dhcp;

import java.util.Locale;

/// Why a packet was not answered, or a machine was given nothing to boot. The name is the key in
/// the log and in the totals.
public enum DropReason {
  /// The bytes are not a DHCP message.
  MALFORMED,
  /// `op` says that it is a reply, for a client.
  NOT_A_REQUEST,
  /// `giaddr` or `ciaddr` is an address that no machine can have, or the relay's is one of ours.
  BAD_ADDRESS,
  /// It came by more than 16 relays, so they pass it round in circles (RFC 1542 §4.1.1).
  TOO_MANY_HOPS,
  /// Neither a hardware address nor a client identifier says whose packet it is.
  NO_IDENTITY,
  /// Option 50, 53 or 54, which decide what the packet means, has the wrong size.
  MALFORMED_OPTION,
  /// No option 53: BOOTP, which is not served.
  NO_MESSAGE_TYPE,
  /// Option 53 has a value that RFC 2131 does not know.
  UNKNOWN_MESSAGE_TYPE,
  /// An OFFER, ACK or NAK, which only servers send.
  FROM_A_SERVER,
  /// A REQUEST or DECLINE that names no address.
  NO_REQUESTED_ADDRESS,
  /// A RELEASE or INFORM from a client without an address (`ciaddr`).
  NO_CLIENT_ADDRESS,
  /// A DECLINE or RELEASE that does not say whose lease it means (option 54).
  NO_SERVER_ID,
  /// The client means another DHCP server: its offer, or its lease.
  OTHER_SERVER,
  /// The machine is on the deny list.
  DENIED_MAC,
  /// There is an allow list, and the machine is not on it.
  NOT_ALLOWED_MAC,
  /// In proxy mode, and on the boot service's port, only PXE and UEFI HTTP firmware is answered;
  /// with `--pxe-only` the same, and whoever else boots from the network.
  NOT_PXE,
  /// In proxy mode all but a DISCOVER on the DHCP port is for the server that gives the addresses.
  NOT_FOR_PROXY,
  /// On the boot service's port only REQUESTs are answered.
  WRONG_PORT,
  /// One machine sends more packets than any firmware does.
  RATE_LIMITED_MAC,
  /// By one circuit of a relay come more packets than are allowed.
  RATE_LIMITED_CIRCUIT,
  /// By one relay come more packets than are allowed.
  RATE_LIMITED_RELAY,
  /// `ciaddr`, which the client says is its own, is not where the packet came from.
  FOREIGN_CIADDR,
  /// Too many packets at once; the client will ask again.
  BUSY,
  /// Too many packets at once for the system's own buffer, so that it dropped them before they were
  /// read.
  OVERFLOW,
  /// No connection to any nats-server.
  BACKEND_DISCONNECTED,
  /// Connected to the bus, but no backend is there.
  BACKEND_NO_RESPONDERS,
  /// The backend did not answer before the deadline.
  BACKEND_TIMEOUT,
  /// The backend's answer could not be read, or was for another machine.
  BACKEND_BAD_REPLY,
  /// The backend said no; its code and message follow. 404 is a machine that it does not know.
  BACKEND_ERROR,
  /// The backend knows the machine, but gave no address that a machine can have.
  NO_ADDRESS,
  /// Somebody else on the link answers for the address that the machine was to be offered; the
  /// backend is told, so that it offers another.
  ADDRESS_IN_USE,
  /// Not network boot firmware, so there is nothing for it to boot.
  NOT_A_BOOT_CLIENT,
  /// The backend does not allow this machine to boot from the network.
  NETBOOT_DENIED,
  /// The firmware's architecture (option 93) is missing, or not in the IANA registry as known here.
  UNKNOWN_ARCHITECTURE,
  /// No boot file or URL is configured for this class of client.
  NO_BOOT_FILE,
  /// The boot file's name cannot be sent: too long, or not printable ASCII, or a foreign scheme.
  BAD_BOOT_FILE,
  /// The boot file is for BIOS and the client is UEFI, or the other way round.
  WRONG_FIRMWARE,
  /// iPXE's script URL names a loader, which would load iPXE again, for ever; or a machine was
  /// given the same loader again and again, and never came back as iPXE.
  LOADER_LOOP,
  /// From the boot menu the client chose an item that is not there.
  UNKNOWN_MENU_ITEM,
  /// The answer could not be sent.
  SEND_FAILED,
  /// A bug; the log has the packet.
  FAILED;

  /// As it stands in the log: `other-server`.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
