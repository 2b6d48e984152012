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
  HTTP_CLOSED_EARLY(
      Severity.BROKEN,
      "the web server ends the connection before the file is complete",
      "look at its log, and for a proxy or a firewall with a limit on the way"),
  HTTP_DENIED(
      Severity.BROKEN,
      "the web server denies the file",
      "machines that boot have no password: allow them by address, and check the file's permissions"),
  HTTP_ENCODED(
      Severity.WARNING,
      "the web server compresses without being asked",
      "switch it off for boot files: loaders take the compressed bytes for the file"),
  HTTP_HEADERS_TOO_LARGE(
      Severity.BROKEN,
      "the web server's headers are too large",
      "remove cookies and long headers; FreeBSD's loader reads 1 KiB of them"),
  HTTP_HEAD_DIFFERS(
      Severity.BROKEN,
      "the web server names two different sizes for one file",
      "UEFI firmware asks with HEAD before GET: both must tell the same Content-Length; look whether"
          + " the file is being written, or a proxy answers HEAD"),
  HTTP_NOT_FOUND(
      Severity.BROKEN,
      "the web server has no such file",
      "put the file there, or correct the URL in option 67 or the script"),
  HTTP_NOT_UNDERSTOOD(
      Severity.BROKEN,
      "what answers is no web server, or a broken one",
      "check the port in the URL, and http against https"),
  HTTP_NO_ANSWER(
      Severity.BROKEN,
      "the web server does not answer",
      "check its address, whether it runs, and firewalls on the way"),
  HTTP_NO_LENGTH(
      Severity.WARNING,
      "the web server does not say how long the file is",
      "serve boot files with Content-Length and without chunks: some loaders insist on it"),
  HTTP_PORT_CLOSED(
      Severity.BROKEN, "no web server runs there", "start it, or correct the port in the URL"),
  HTTP_RANGE_IGNORED(
      Severity.BROKEN,
      "the web server sends the whole file when asked for a part",
      "allow ranges on the server or the proxy before it: some loaders read piece by piece"),
  HTTP_RANGE_REFUSED(
      Severity.BROKEN,
      "the web server refuses the part that was asked for",
      "the file is shorter than that; look whether it changed just now"),
  HTTP_RANGE_WRONG(
      Severity.BROKEN,
      "the web server sends another part than was asked for",
      "replace or update the server, or the proxy before it"),
  HTTP_REDIRECTED(
      Severity.WARNING,
      "the web server sends the client elsewhere",
      "put the last URL into option 67 or the script: not every firmware follows"),
  HTTP_REDIRECT_LOOP(
      Severity.BROKEN, "the web server sends the client in circles", "correct its redirects"),
  HTTP_RESUME_DIFFERS(
      Severity.BROKEN,
      "a resumed file is another than one fetched at once",
      "look whether the file changes, or several servers answer under one name with different files"),
  HTTP_SERVER_ERROR(
      Severity.BROKEN,
      "the web server has an error",
      "its log says why; behind a proxy look at what is behind"),
  HTTP_STALLED(
      Severity.BROKEN,
      "the web server stops in the middle of the file",
      "look at its log and its disk, and for loss on the way; large packets alone get lost where the"
          + " MTU is too small"),
  HTTP_STATUS_UNEXPECTED(
      Severity.BROKEN,
      "the web server answers with something else than the file",
      "loaders take 200 only; correct the URL or the server"),
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
      "look at its log and its disk, and for loss on the way"),
  TLS_EXPIRED(
      Severity.BROKEN,
      "the server's certificate has expired",
      "renew it; if it has not, the clock of this machine is wrong"),
  TLS_FAILED(
      Severity.BROKEN,
      "no encrypted connection comes about",
      "check that the port speaks TLS, and its versions and ciphers"),
  TLS_NOT_YET_VALID(
      Severity.BROKEN,
      "the server's certificate is not valid yet",
      "set the clock: machines without a battery start years ago"),
  TLS_UNKNOWN_CA(
      Severity.BROKEN,
      "the server's certificate is signed by nobody who is trusted here",
      "give the authority with --ca; enrol it in the firmware, or build iPXE with TRUST="),
  TLS_WRONG_NAME(
      Severity.BROKEN,
      "the server's certificate is for another name",
      "use a name of the certificate in the URL, or add this one to the certificate");

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
