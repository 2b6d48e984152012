package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Menu;
import dev.bootbus.dhcp.BootOptions.None;
import dev.bootbus.dhcp.BootOptions.Root;
import dev.bootbus.dhcp.BootOptions.Why;
import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.DhcpResponse.Answer;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// How a client is told what it boots: in every place where firmware looks for it, because some
/// reads only the header, some only the options.
///
/// @param style whether the file is named here, or only on port 4011
/// @param pxe option 43 where a file is named to PXE firmware
/// @param further options that somebody asked for by code
record BootWords(
    Client client,
    BootOptions boot,
    BootSettings settings,
    ProxyStyle style,
    Options pxe,
    SortedMap<Integer, Bytes> further) {

  /// A disk or image on the network, which iPXE knows how to attach; a path on an NFS server it
  /// would try to, in vain.
  private static final Pattern SAN = Pattern.compile("[a-z_]+:[^/].*|https?://.*");

  private static final String TFTP_ROOT = "tftp:";

  private static final Set<Integer> BOOTED_BY =
      Set.of(Option.ROOT_PATH.code(), Option.VENDOR_SPECIFIC.code());

  /// What somebody gave by code, for this client, to be taken from and added to a [Draft].
  static SortedMap<Integer, Bytes> further(Client client, BootSettings settings, Answer answer) {
    SortedMap<Integer, Bytes> further = settings.furtherOptions(answer);
    Bytes root = further.get(Option.ROOT_PATH.code());
    if (root != null && settings.policy().isIpxe(client.clientClass()) && !isSan(root)) {
      further.remove(Option.ROOT_PATH.code());
    }
    return further;
  }

  /// An NFS root is for FreeBSD's loader and for running systems; iPXE would stop at it.
  private static boolean isSan(Bytes root) {
    return SAN.matcher(new String(root.toArray(), StandardCharsets.US_ASCII)).matches();
  }

  /// Beside an address, and with only those further options that firmware boots by: the others may
  /// have to give way to what the client asked for.
  static BootWords of(
      Client client, BootOptions boot, BootSettings settings, SortedMap<Integer, Bytes> further) {
    SortedMap<Integer, Bytes> early = new TreeMap<>(further);
    early.keySet().retainAll(BOOTED_BY);
    return new BootWords(client, boot, settings, ProxyStyle.OFFER, PxeOption.bootFile(), early);
  }

  /// Beside another server's offer.
  static BootWords ofProxy(Client client, BootOptions boot, BootSettings settings, Answer answer) {
    ProxyStyle style = settings.policy().style(client.clientClass());
    SortedMap<Integer, Bytes> further = further(client, settings, answer);
    return new BootWords(client, boot, settings, style, PxeOption.bootFileOfProxy(), further);
  }

  /// On port 4011, to a client that may come from a boot menu.
  static BootWords ofBootService(
      Client client, BootOptions boot, BootSettings settings, Answer answer) {
    Options pxe =
        PxeOption.chosen(client.message()).map(PxeOption::chosen).orElse(PxeOption.bootFile());
    SortedMap<Integer, Bytes> further = further(client, settings, answer);
    return new BootWords(client, boot, settings, ProxyStyle.OFFER, pxe, further);
  }

  void addTo(Draft draft) {
    boolean rom = client.clientClass().firmware() == Firmware.PXE;
    draft.header(boot.nextServer(), "", "");
    switch (boot) {
      case Load load when rom && style == ProxyStyle.BOOT_SERVICE && load.why() != Why.LOOP -> {
        vendorClass(draft);
        others(draft);
      }
      case Load load -> {
        vendorClass(draft);
        name(draft, load);
        others(draft);
        if (rom) {
          draft.add(Origin.RULE, Option.VENDOR_SPECIFIC, pxe);
        }
      }
      case Menu _ -> {
        vendorClass(draft);
        draft.add(
            Origin.SETTING,
            Option.VENDOR_SPECIFIC,
            settings.policy().menu().options(settings.serverId()));
        others(draft);
      }
      case Root(Inet4Address server) -> {
        root(draft, server);
        others(draft);
      }
      case None _ -> others(draft);
    }
  }

  private void vendorClass(Draft draft) {
    switch (client.clientClass().firmware()) {
      case PXE -> draft.add(Origin.RULE, Option.VENDOR_CLASS, ClientClass.PXE_CLIENT);
      case HTTP -> draft.add(Origin.RULE, Option.VENDOR_CLASS, ClientClass.HTTP_CLIENT);
      case OTHER, NONE -> {}
    }
  }

  private void name(Draft draft, Load load) {
    boolean old = client.clientClass().isBiosRom();
    String server = load.nextServer().getHostAddress();
    String file = load.file().length() < DhcpMessage.FILE_SIZE ? load.file() : "";
    draft.header(load.nextServer(), old ? server : "", file);
    // it may be read like a C string, though RFC 2132 §2 says not to write it so
    String end = old && load.file().length() < BootFile.MAX_LENGTH ? "\0" : "";
    Bytes name = Bytes.of((load.file() + end).getBytes(StandardCharsets.US_ASCII));
    draft.add(Origin.BOOT, Option.BOOT_FILE_NAME.code(), name);
    draft.add(Origin.BOOT, Option.TFTP_SERVER_NAME, server);
  }

  /// Unasked: the ROM of a Pi takes only an offer that has its text in option 43, and FreeBSD's
  /// loader asks for 17, but not for what it also reads.
  private void root(Draft draft, Inet4Address server) {
    if (!client.clientClass().isFreeBsd()) {
      vendorClass(draft);
      draft.add(Origin.RULE, Option.VENDOR_SPECIFIC, PxeOption.raspberryPi());
      draft.add(Origin.BOOT, Option.TFTP_SERVER_NAME, server.getHostAddress());
      return;
    }
    String path = settings.policy().freeBsdRoot();
    Bytes ofBackend = further.get(Option.ROOT_PATH.code());
    if (ofBackend == null) {
      draft.add(Origin.SETTING, Option.ROOT_PATH, path);
    } else {
      draft.add(Origin.BY_CODE, Option.ROOT_PATH.code(), ofBackend);
      path = new String(ofBackend.toArray(), StandardCharsets.US_ASCII);
    }
    draft
        .add(Origin.BOOT, Option.SWAP_SERVER, server)
        .add(Origin.BOOT, Option.WWW_SERVERS, List.of(server));
    // it makes the loader prefer TFTP to NFS
    if (path.isEmpty() || path.startsWith(TFTP_ROOT)) {
      draft.add(Origin.BOOT, Option.TFTP_SERVERS, List.of(server));
    }
  }

  private void others(Draft draft) {
    further.forEach(draft::addForeign);
  }
}
