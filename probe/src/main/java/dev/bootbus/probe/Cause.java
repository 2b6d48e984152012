package dev.bootbus.probe;

import java.util.Locale;

/// Everything that can be found wrong. Each has a section of the same name in FINDINGS.md.
public enum Cause {
  NO_OFFER(
      Severity.BROKEN,
      "no DHCP server answers",
      "look whether one runs on this network, or a relay leads to one; the log of ours says why it"
          + " does not answer"),

  // boot
  BACKEND_SILENT(
      Severity.BROKEN,
      "the DHCP server runs, but what it asks does not answer",
      "look whether NATS and the backend run and the DHCP server reaches them: its"
          + " log says what is missing"),
  BOOT_FILE_NOT_GIVEN(
      Severity.BROKEN,
      "an address, but nothing to boot",
      "give this machine a boot file (file or option 67); a server may have one only"
          + " for other architectures or classes"),
  BOOT_LOOP(
      Severity.BROKEN,
      "one loader starts another and never a kernel",
      "give the loader that runs a script, and not the loader again: iPXE says user"
          + " class iPXE"),
  OFFER_NOT_KEPT(
      Severity.BROKEN,
      "the DHCP server takes its offer back",
      "look into the server's log: another server may have taken the machine, or the"
          + " pool is used up"),
  CHECKSUM_WRONG(
      Severity.BROKEN,
      "a file is not the one that it should be",
      "fetch the file anew where it is served; a proxy or a broken disk may have" + " changed it"),
  DEADLINE(
      Severity.BROKEN,
      "the machine is not there when the time is over",
      "let it take longer with --timeout, or look which step takes so long"),
  DISK_BOOT(
      Severity.NOTE,
      "the machine is told to start from its own disk",
      "nothing, if that is meant; else choose another kernel for it"),
  FORWARDS_LATE(
      Severity.WARNING,
      "nothing passes at first, and later it does",
      "make the switch port an edge port (portfast): spanning tree keeps a new link silent for 30 s;"
          + " or a server lets others answer first (secs)"),
  LOADER_UNKNOWN(
      Severity.NOTE,
      "the loader starts, and nobody knows what it does then",
      "nothing: the probe follows iPXE, PXELINUX, GRUB, U-Boot, FreeBSD's loader and"
          + " a Raspberry Pi"),
  MACHINE_UNKNOWN(
      Severity.BROKEN,
      "the server answers others, but not this machine",
      "add the machine (its hardware address) where the server looks it up, or let it"
          + " serve unknown ones"),
  NEXT_SERVER_MISSING(
      Severity.BROKEN,
      "a file to boot, but no server to fetch it from",
      "set the next server (siaddr), which most ROMs need: option 66 alone does not" + " do"),
  NO_ADDRESS(
      Severity.BROKEN,
      "a ProxyDHCP server answers, but none gives an address",
      "start the DHCP server that is to give addresses, or let this one do it"),
  OFFER_WITHOUT_SERVER_ID(
      Severity.WARNING,
      "an offer without a server identifier (option 54)",
      "let the server send option 54: UEFI firmware drops what has none (RFC 2131" + " table 3)"),
  OTHER_LOADER(
      Severity.BROKEN,
      "another loader than the one that was expected",
      "name the right boot file for this machine, or ask as the machine that it is:" + " --as"),
  POOL_EXHAUSTED(
      Severity.BROKEN,
      "the server has no address left",
      "enlarge the pool, shorten the lease time, or remove leases of machines that" + " are gone"),
  PROMPT(
      Severity.BROKEN,
      "the loader waits for somebody at the keyboard",
      "give its menu a default and a time after which that starts"),
  PROXY_IGNORED(
      Severity.WARNING,
      "a ProxyDHCP offer that this machine ignores",
      "let the proxy say option 60 as the client does: PXEClient, or HTTPClient for"
          + " UEFI HTTP boot"),
  PROXY_WITHOUT_4011(
      Severity.BROKEN,
      "the boot server does not answer on port 4011",
      "let it listen on UDP 4011, or send option 43 = 06:01:08:ff with the file, or"
          + " no option 60"),
  RASPBERRY_PI_NOT_MEANT(
      Severity.BROKEN,
      "no offer is for a Raspberry Pi",
      "let the server say \"Raspberry Pi Boot\" in option 43"),
  SCHEME_UNKNOWN(
      Severity.BROKEN, "a URL that the machine cannot fetch", "name files by http, https or tftp"),
  SCRIPT_GIVES_UP(
      Severity.BROKEN,
      "the script ends without a kernel",
      "look at what the script tried last; its own messages are above"),
  SERVER_DOWN(
      Severity.BROKEN,
      "nobody listens for DHCP where the server should be",
      "start the DHCP server, or name the right one with --server"),
  SWITCHED_OFF(
      Severity.BROKEN,
      "the script switches the machine off or starts it anew",
      "look at the script: as a rule that is its last resort after an error"),
  TWO_DHCP_SERVERS(
      Severity.WARNING,
      "two DHCP servers do not agree about this machine",
      "switch one off, or make both say the same; the machine takes whichever it"
          + " likes better"),
  URL_FOR_TFTP(
      Severity.BROKEN,
      "a URL for firmware that knows only TFTP",
      "give it a file name; a URL is for iPXE and for UEFI HTTP boot"),
  URL_NOT_GIVEN(
      Severity.BROKEN,
      "no URL for UEFI HTTP boot",
      "answer HTTPClient with option 60 HTTPClient and a URL in option 67"),
  WRONG_NEXT_SERVER(
      Severity.BROKEN,
      "the next server is the wrong one",
      "set the next server (siaddr) to the machine that serves TFTP"),

  // doctor and explain
  ADDRESS_MISSING(
      Severity.BROKEN,
      "the interface has no IPv4 address",
      "give it one in the subnet of the machines; DHCP and TFTP answer from it"),
  BACKEND_MISSING(
      Severity.BROKEN,
      "no backend answers on the bus",
      "start kernel-backend, or your own; one that runs may wait for JetStream: its log says so"),
  BACKEND_UNSEEN(
      Severity.WARNING,
      "no backend tells of itself on the bus",
      "start kernel-backend; if it runs, its log says what it waits for. A backend of your own may be"
          + " there without being a NATS service"),
  BOOTS_FAILED(
      Severity.WARNING,
      "machines were refused or failed of late",
      "look up the reasons in dhcp-server/OUTCOMES.md; --mac shows one machine's time-line"),
  BROADCAST_LOST(
      Severity.WARNING,
      "broadcasts do not arrive",
      "a filter drops them: allow UDP 67 and 68 to 255.255.255.255; a container needs the host's"
          + " network, or a relay"),
  CLOCK_WRONG(
      Severity.WARNING,
      "the clocks of this machine and the web server differ",
      "set both by NTP: certificates are judged by the clock"),
  CONNECTION_TRACKED(
      Severity.NOTE,
      "a firewall follows connections, without its TFTP helper",
      "if TFTP times out: load nf_conntrack_tftp, or run tftp-server with --single-port on"),
  EXPLAIN_MAY_WRITE(
      Severity.NOTE,
      "the backend may have taken the question for a machine",
      "look whether it has written the machine down; one that knows DryRun says so"),
  EXPLAIN_NOBODY(
      Severity.BROKEN,
      "no dhcp-server explains on this bus",
      "start it, or name the nats-server that it uses; its user must be allowed to listen on"
          + " bootbus.v1.explain.dhcp, and yours to ask there"),
  EXPLAIN_SILENT(
      Severity.BROKEN,
      "a dhcp-server does not explain",
      "its log says why; look whether its interface and version are what you think"),
  FIREWALL_DROPS(
      Severity.NOTE,
      "this machine's firewall drops packets of DHCP or TFTP",
      "allow UDP 67, 69 and 4011 to this machine; see nft list ruleset"),
  FOREIGN_DHCP_SERVER(
      Severity.WARNING,
      "another DHCP server answers on this network",
      "switch one off; or let ours be the proxy beside it: --mode proxy"),
  INTERFACE_DOWN(
      Severity.BROKEN,
      "the interface is down, or has no cable",
      "ip link set NAME up; look at the cable and the switch port"),
  INTERFACE_MISSING(Severity.BROKEN, "there is no such interface", "ip link shows which there are"),
  INTERFACE_MTU_SMALL(
      Severity.WARNING,
      "the interface's MTU is smaller than firmware counts on",
      "firmware asks for TFTP blocks of 1468 bytes, which need 1500: tftp-server --max-blksize"),
  NATS_REFUSES(
      Severity.NOTE,
      "nats-server does not let this user look",
      "ask as the operator of deploy/nats-server.conf"),
  NATS_UNREACHABLE(
      Severity.BROKEN,
      "no connection to nats-server",
      "start it, or name the right one with --nats; the login is in BOOTBUS_NATS_…"),
  NATS_SILENT(
      Severity.BROKEN,
      "who should answer on the bus is there, and silent",
      "look at the backend's log, and at its load"),
  PATH_MTU_SMALL(
      Severity.WARNING,
      "full packets do not reach the server",
      "find the link with the smaller MTU (a tunnel, a VLAN); as a rule it is as narrow on the way"
          + " back, which files take: ip route and interfaces on both sides show it"),
  PORT_TAKEN(
      Severity.WARNING,
      "another program has a port that a service of ours needs",
      "stop that program, or take its DHCP or TFTP off this interface"),
  PORTS_UNNAMED(
      Severity.NOTE,
      "ports are taken, and whose they are cannot be seen",
      "run it as root to see which program has them"),
  ROUTES_AMBIGUOUS(
      Severity.WARNING,
      "there are several default routes",
      "keep one, or name --address and --next-server, so that machines are sent to the right one"),
  RP_FILTER_STRICT(
      Severity.NOTE,
      "the interface drops packets that would be answered by another one",
      "sysctl net.ipv4.conf.NAME.rp_filter=2: relayed machines come from other subnets"),
  SUBNET_WITHOUT_POOL(
      Severity.WARNING,
      "the interface is in no subnet that addresses are given in",
      "give the backend a pool in this subnet, or the interface an address in the pool's"),
  // dhcp
  ACK_DIFFERS(
      Severity.WARNING,
      "the ACK is not what was offered",
      "look into the server's log: two servers may share an address, or its settings"
          + " changed in between"),
  ACK_WITHOUT_ADDRESS(
      Severity.BROKEN,
      "the ACK gives no address",
      "let the server fill in yiaddr, as in its offer (RFC 2131 table 3)"),
  ACK_WITHOUT_LEASE_TIME(
      Severity.WARNING,
      "the ACK does not say how long",
      "let the server send option 51, the lease time: clients drop an ACK without it"),
  ADDRESS_IN_USE(
      Severity.BROKEN,
      "another machine has the address already",
      "find that machine by its hardware address; keep addresses that are set by hand out"
          + " of the pool"),
  CANNOT_SEND(
      Severity.BROKEN,
      "the message cannot be sent",
      "look at the address and subnet that the server names for itself (option 54), and at"
          + " the interface"),
  LEASE_REFUSED(
      Severity.BROKEN,
      "the server does not know its own lease",
      "look whether the server keeps its leases, and whether another one answers in its place"),
  OPTION_MALFORMED(
      Severity.WARNING,
      "an option does not have the form that it should have",
      "correct the option in the server's settings; its length and type are in the registry"),
  RENEWAL_UNANSWERED(
      Severity.BROKEN,
      "a client that has an address gets no answer",
      "let UDP 67 through from the clients' network to the server, and answers back to port 68"),
  REPLY_FLOOD(
      Severity.WARNING,
      "far more replies than a network has servers",
      "find who sends them; something answers in a loop, or with ill will"),
  REPLY_MALFORMED(
      Severity.WARNING,
      "a reply that cannot be read",
      "replace or update the server that sent it; firmware drops it, or worse"),
  REPLY_REPEATED(
      Severity.NOTE,
      "replies come more than once, or late",
      "look for a server with two ways to this network, or two relays; a busy server is late"),
  REPLY_UNASKED(
      Severity.WARNING,
      "replies to what nobody asked",
      "look at the server or relay that sent them: xid and chaddr are to be those of the"
          + " question"),
  REQUEST_UNANSWERED(
      Severity.BROKEN,
      "the server offers, but does not answer the REQUEST",
      "look into the server's log, and whether the relay and firewall let the second"
          + " message through"),
  ROUTER_ELSEWHERE(
      Severity.WARNING,
      "the router is not in the client's subnet",
      "correct option 3 or the mask in option 1: most firmware cannot reach such a router"),
  SEVERAL_DHCP_SERVERS(
      Severity.WARNING,
      "more than one DHCP server gives addresses",
      "if one is not yours, find its switch port by the hardware address and unplug it; if"
          + " both are, see that they share their leases"),

  // fetch: TFTP, HTTP, listings, names
  DNS_LOOP(Severity.BROKEN, "the name is an alias of itself", "correct the CNAME records"),
  DNS_NO_ANSWER(
      Severity.BROKEN,
      "the name server does not answer",
      "check the address in option 6, whether it runs, and UDP port 53 in firewalls"),
  DNS_NO_DATA(
      Severity.BROKEN,
      "the name has no record of that type",
      "add the record; loaders ask for A, few for AAAA"),
  DNS_NO_NAME(
      Severity.BROKEN,
      "the name server says that the name does not exist",
      "check its spelling and its domain, and whether this is the right name server (option 6)"),
  DNS_NO_TCP(
      Severity.WARNING,
      "a long answer cannot be fetched over TCP",
      "open TCP port 53 to the name server, or have fewer records under one name"),
  DNS_PORT_CLOSED(Severity.BROKEN, "no name server runs there", "start it, or correct option 6"),
  DNS_SERVER_FAILED(
      Severity.BROKEN,
      "the name server refuses or fails",
      "look whether it may answer this network, and reaches the servers it forwards to"),
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
  LISTING_ENDLESS(
      Severity.BROKEN,
      "the listing has no end",
      "look for a link that leads back up, or raise --depth or --most"),
  LISTING_MISSED(
      Severity.WARNING,
      "FreeBSD's loader does not see all entries of the listing",
      "write each as <a href=\"NAME\">, in lower case and with double quotes"),
  LISTING_NONE(
      Severity.BROKEN,
      "this is no directory listing",
      "switch listings on (nginx: autoindex on), or correct the URL; it must be text/html"),
  LISTING_ODD(
      Severity.NOTE,
      "the listing has links that are no entries",
      "FreeBSD's loader takes links to sort by, or upwards, for files; harmless unless something"
          + " walks the directory"),
  MTU_TOO_SMALL(
      Severity.BROKEN,
      "large packets get lost on the way",
      "find the link with the smaller MTU (a tunnel, a VLAN, jumbo frames on one side only); until"
          + " then limit the TFTP server's block size: --max-blksize"),
  PING_LOSS(
      Severity.WARNING,
      "some pings get lost",
      "look for a bad cable, a duplex mismatch or an overloaded link: TFTP suffers most from loss"),
  PING_NO_ANSWER(
      Severity.BROKEN,
      "the host does not answer to ping",
      "it may be off, or a firewall may drop pings: try --method tcp"),
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
      "use a name of the certificate in the URL, or add this one to the certificate"),

  // scripts of boot loaders
  CONFIG_MISSING(
      Severity.BROKEN,
      "the boot loader finds no configuration",
      "put one where it looks; the names it asked for are in the walk"),
  INITRD_NOT_NAMED(
      Severity.WARNING,
      "an initrd is loaded that the kernel's command line does not name",
      "add initrd=NAME to the command line: with UEFI a kernel before 5.8, or an iPXE before 2022,"
          + " starts without it"),
  INITRD_UNKNOWN(
      Severity.BROKEN,
      "the kernel's command line names an initrd that is not loaded",
      "let initrd= have the name of the loaded file, or that of its --name"),
  LOADER_PART_MISSING(
      Severity.BROKEN,
      "a part of the boot loader is missing",
      "put it where the loader asks for it, of the same version as the loader"),
  MENU_WAITS(
      Severity.WARNING,
      "a menu waits for a key for ever",
      "give it a timeout, if machines are to boot that nobody stands at"),
  SCRIPT_COMMAND_UNKNOWN(
      Severity.WARNING,
      "a script has a command that its loader does not know",
      "correct it, or use a loader that was built with it"),
  SCRIPT_ENDLESS(
      Severity.BROKEN,
      "a script does not end",
      "look for a loop: a script that chains itself, a goto without a way out"),
  SCRIPT_LABEL_MISSING(
      Severity.WARNING,
      "a script goes to a label that it does not have",
      "correct the name, or add the label"),
  SCRIPT_NOT_FOLLOWED(
      Severity.NOTE,
      "the probe does not do what a script asks for",
      "what follows is what happens if that succeeds; see `What it can follow` in the README"),
  SCRIPT_NO_KERNEL(
      Severity.BROKEN,
      "a configuration leads to nothing that boots",
      "give it a default entry with a kernel"),
  SCRIPT_NO_SCRIPT(
      Severity.BROKEN,
      "what was fetched is no script for this boot loader",
      "look at what the address gives; an iPXE script begins with #!ipxe"),
  SCRIPT_OTHER_LOADER(
      Severity.BROKEN,
      "a script needs what the probe cannot follow",
      "watch a machine do it; up to here the walk is sound"),
  SCRIPT_SYNTAX(
      Severity.BROKEN,
      "a script is not well formed",
      "correct the line; the loader stops there, or leaves it out"),
  SCRIPT_TOO_LONG(
      Severity.BROKEN,
      "a script is longer than any boot loader's should be",
      "look at what the address gives: it is hardly a script"),

  // what files are
  FILE_CORRUPT(
      Severity.BROKEN,
      "a file is damaged",
      "write it anew on the server, and compare its checksum"),
  FILE_EMPTY(Severity.BROKEN, "a file is empty", "look at it on the server"),
  FILE_TRUNCATED(
      Severity.BROKEN,
      "a file ends before it should",
      "write it anew on the server: a download was cut short, or the disk is full"),
  HTML_INSTEAD_OF_FILE(
      Severity.BROKEN,
      "a page for a browser came instead of a file",
      "open the address in a browser: it is an error page, a login or a listing"),
  NOT_A_DEVICE_TREE(
      Severity.BROKEN, "a file is no device tree", "give the .dtb of the board, compiled"),
  NOT_A_DISC(
      Severity.BROKEN, "a file is no disc image", "give an .iso, or a disk with a boot sector"),
  NOT_A_KERNEL(
      Severity.BROKEN,
      "a file is no kernel that this loader starts",
      "look whether kernel and initrd are exchanged, or the kernel is packed"),
  NOT_A_PROGRAM(
      Severity.BROKEN,
      "a boot file is nothing that a machine can run",
      "give a boot loader: an .efi for UEFI, a .kpxe or .0 for a BIOS"),
  NOT_AN_INITRD(
      Severity.BROKEN, "a file is no initrd", "look whether kernel and initrd are exchanged"),
  WRONG_ARCHITECTURE(
      Severity.BROKEN,
      "a program is for another processor",
      "give the file of this machine's architecture, by option 93 of what it asks"),
  WRONG_FIRMWARE(
      Severity.BROKEN,
      "a program is for another firmware",
      "give .efi files to UEFI and .kpxe, .pxe or .0 files to a BIOS, by option 93"),

  // load: many machines at once
  ADDRESS_CHANGED(
      Severity.BROKEN,
      "a machine's loader got another address than its firmware",
      "answer by hardware address: the two have other client identifiers; or make the lease longer"
          + " than a boot takes"),
  ADDRESS_GIVEN_TWICE(
      Severity.BROKEN,
      "two machines were given one address",
      "look whether two servers have the same pool, and do not know of each other's leases"),
  FILE_DIFFERS(
      Severity.BROKEN,
      "two machines were given different files under one name",
      "look whether all servers of the name have the same files, and nobody writes them just now");

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
