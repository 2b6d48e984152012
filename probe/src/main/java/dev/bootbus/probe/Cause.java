package dev.bootbus.probe;

import java.util.Locale;

/// Everything that can be found wrong. Each has a section of the same name in FINDINGS.md.
public enum Cause {
  NO_OFFER(
      Severity.BROKEN,
      "no DHCP server answers",
      "look whether one runs on this network, or a relay leads to one; the log of ours says why it"
          + " does not answer"),

  // fetch: TFTP, HTTP, listings, names
  FETCH_TIMED_OUT(
      Severity.BROKEN,
      "the file does not come in time",
      "look at the load of the server and the speed of the way to it; firmware gives up as well"),
  FETCH_TOO_LARGE(
      Severity.BROKEN,
      "the file is larger than anything that boots, or never ends",
      "look what the server sends under this name"),
  HOST_NOT_FOUND(
      Severity.BROKEN,
      "the name of the server is not known",
      "check the name, and the DNS server that the machine is given (option 6); or use an address"),
  HOST_UNREACHABLE(
      Severity.BROKEN,
      "there is no way to the server",
      "check its address, and the router that the machine is given (option 3)"),
  MTU_TOO_SMALL(
      Severity.BROKEN,
      "large packets get lost on the way",
      "find the link with the smaller MTU (a tunnel, a VLAN, jumbo frames on one side only); until"
          + " then limit the TFTP server's block size: --max-blksize"),
  TFTP_ACCESS_DENIED(
      Severity.BROKEN,
      "the TFTP server denies the file",
      "check the file's permissions: many servers want it readable for all"),
  TFTP_DATA_FILTERED(
      Severity.BROKEN,
      "the TFTP server never sees that its packets arrive",
      "TFTP sends a file from another port than 69: open those UDP ports in the firewall on the way,"
          + " load its TFTP helper, or run the server with --single-port on"),
  TFTP_FILE_NOT_FOUND(
      Severity.BROKEN,
      "the TFTP server has no such file",
      "put the file below the server's root, or correct the name in option 67 or the script"),
  TFTP_NO_ANSWER(
      Severity.BROKEN,
      "the TFTP server does not answer",
      "check next-server (siaddr or option 66), then firewalls: UDP port 69 there, any UDP port back"),
  TFTP_OPTIONS_REFUSED(
      Severity.BROKEN,
      "the TFTP server refuses the client's options",
      "allow them on the server; firmware does not ask again without"),
  TFTP_OPTIONS_WRONG(
      Severity.BROKEN,
      "the TFTP server grants more than it was asked for",
      "replace or update the TFTP server"),
  TFTP_OPTION_UNASKED(
      Severity.WARNING,
      "the TFTP server grants an option that nobody asked for",
      "update the TFTP server: UEFI firmware ends the transfer there (RFC 2347)"),
  TFTP_OTHER_ADDRESS(
      Severity.BROKEN,
      "another address answers than the one that was asked",
      "bind the TFTP server to the address that clients ask; NAT must translate the answer back"),
  TFTP_PACKET_WRONG(
      Severity.BROKEN,
      "the TFTP server sends packets that break the protocol",
      "look what listens on that port; replace or update it"),
  TFTP_PORT_CLOSED(
      Severity.BROKEN,
      "no TFTP server runs there",
      "start it, or correct next-server (siaddr or option 66)"),
  TFTP_REFUSED(
      Severity.BROKEN,
      "the TFTP server refuses the file",
      "its message says why; its log has more"),
  TFTP_SIZE_WRONG(
      Severity.BROKEN,
      "the file is not as long as the TFTP server said",
      "look whether it is being written just now; else update the TFTP server"),
  TFTP_STALLED(
      Severity.BROKEN,
      "the TFTP server stops in the middle of the file",
      "look at its log and its disk, and for loss on the way");

  private final Severity severity;
  private final String title;
  private final String remedy;

  Cause(Severity severity, String title, String remedy) {
    this.severity = severity;
    this.title = title;
    this.remedy = remedy;
  }

  /// In `--json`, and the anchor in FINDINGS.md: `no-offer`.
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Severity severity() {
    return severity;
  }

  /// What is wrong, without the particulars.
  public String title() {
    return title;
  }

  /// What to do.
  public String remedy() {
    return remedy;
  }
}
