package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootMenu.Item;
import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.DhcpResponse.Answer;
import java.net.Inet4Address;
import java.util.Optional;

/// What a client boots: decided by its class, our settings and the backend's word on the machine.
/// BOOT.md has the decisions as a table.
public sealed interface BootOptions {

  /// `siaddr`
  Inet4Address nextServer();

  /// The client is told to load this.
  ///
  /// @param file a name for TFTP, or a URL (`file`, option 67)
  record Load(String file, Inet4Address nextServer, Why why) implements BootOptions {}

  /// The client knows what it wants, and is told where: a Raspberry Pi, a FreeBSD loader.
  record Root(Inet4Address nextServer) implements BootOptions {}

  /// The client lets somebody choose, and asks once more on port 4011.
  record Menu(Inet4Address nextServer) implements BootOptions {}

  /// The client is told nothing to load. It may still know a name of its own, as U-Boot does, and
  /// need the server.
  record None(DropReason reason, Inet4Address nextServer) implements BootOptions {}

  /// Whose choice a boot file is.
  enum Why {
    /// iPXE gets a script.
    SCRIPT,
    /// The backend named the file.
    BACKEND,
    /// The settings name it for this machine.
    MACHINE,
    /// The settings name it for this class of firmware.
    CLASS,
    /// Somebody chose it from the boot menu.
    MENU,
    /// The machine has been given its loader too often; now it gets the script, if it can have one.
    LOOP,
    /// The machine must not boot from the network, and is told so by a script.
    EXIT;

    /// Why this is not the boot that the machine hoped for; empty if it is.
    Optional<DropReason> trouble() {
      return switch (this) {
        case SCRIPT, BACKEND, MACHINE, CLASS, MENU -> Optional.empty();
        case LOOP -> Optional.of(DropReason.LOADER_LOOP);
        case EXIT -> Optional.of(DropReason.NETBOOT_DENIED);
      };
    }
  }

  /// For an offer, and for the acknowledgement that follows it.
  static BootOptions of(Client client, BootSettings settings, Answer answer) {
    BootOptions boot = first(client, settings, answer);
    boolean rom = client.clientClass().firmware() == Firmware.PXE;
    return boot instanceof Load(_, Inet4Address server, Why why)
            && why == Why.CLASS
            && rom
            && !client.clientClass().architecture().isRaspberryPi()
            && !settings.policy().menu().isEmpty()
        ? new Menu(server)
        : boot;
  }

  /// On port 4011: a client that comes from the menu gets what was chosen there.
  static BootOptions atBootService(Client client, BootSettings settings, Answer answer) {
    BootOptions boot = first(client, settings, answer);
    BootMenu menu = settings.policy().menu();
    Optional<Bytes> chosen = PxeOption.chosen(client.message());
    if (menu.isEmpty()
        || chosen.isEmpty()
        || boot instanceof None(DropReason reason, _) && reason == DropReason.NETBOOT_DENIED
        || boot instanceof Load(_, _, Why why) && (why == Why.SCRIPT || why == Why.EXIT)) {
      return boot;
    }
    return menu.item(PxeOption.type(chosen.get()))
        .map(item -> item(item, client.clientClass(), settings, boot.nextServer()))
        .orElse(new None(DropReason.UNKNOWN_MENU_ITEM, boot.nextServer()));
  }

  private static BootOptions item(
      Item item, ClientClass client, BootSettings settings, Inet4Address server) {
    String file = item.files().getOrDefault(client.firmwareLabel(), "");
    return loader(client, settings, new Load(file, server, Why.MENU));
  }

  /// Without the menu.
  private static BootOptions first(Client client, BootSettings settings, Answer answer) {
    ClientClass is = client.clientClass();
    boolean ipxe = settings.policy().isIpxe(is);
    if (!is.isBootClient() && !ipxe) {
      return new None(DropReason.NOT_A_BOOT_CLIENT, DhcpMessage.NO_ADDRESS);
    }
    if (!answer.netboot().allowNetboot()) {
      return denied(is, settings);
    }
    Inet4Address override = answer.extensions().nextServer();
    Inet4Address server = override == null ? settings.nextServer() : override;
    String wanted = answer.netboot().ipxeScriptUrl();
    String script = wanted.isEmpty() ? settings.ipxeScript() : wanted;
    if (ipxe && (!script.isEmpty() || settings.policy().isMarked(is))) {
      return script(settings, new Load(script, server, Why.SCRIPT));
    }
    if (is.isFreeBsd()) {
      return new Root(server);
    }
    BootOptions boot = loader(is, settings, file(client, settings, answer, server));
    return boot instanceof Load load && isLooping(client, settings, load)
        ? instead(load, script, client, settings)
        : boot;
  }

  /// iPXE is told to go on with the next boot device. Other firmware has to become iPXE first.
  private static BootOptions denied(ClientClass is, BootSettings settings) {
    BootPolicy policy = settings.policy();
    Inet4Address server = settings.nextServer();
    BootOptions exit = new None(DropReason.NETBOOT_DENIED, DhcpMessage.NO_ADDRESS);
    if (!policy.exitScript().isEmpty()) {
      String loader = settings.loaders().getOrDefault(is.firmwareLabel(), "");
      BootOptions told =
          policy.isIpxe(is)
              ? script(settings, new Load(policy.exitScript(), server, Why.EXIT))
              : loader(is, settings, new Load(loader, server, Why.EXIT));
      return told instanceof Load ? told : exit;
    }
    return exit;
  }

  /// iPXE never gets a loader: that is iPXE again, which would come back and ask again, for ever.
  private static BootOptions script(BootSettings settings, Load script) {
    return settings.isLoader(script.file())
        ? new None(DropReason.LOADER_LOOP, script.nextServer())
        : sendable(script);
  }

  /// The most particular word wins.
  private static Load file(
      Client client, BootSettings settings, Answer answer, Inet4Address server) {
    String ofBackend = answer.extensions().bootFile();
    if (!ofBackend.isEmpty()) {
      return new Load(ofBackend, server, Why.BACKEND);
    }
    String ofMachine = settings.policy().machines().getOrDefault(client.mac(), "");
    if (!ofMachine.isEmpty()) {
      return new Load(ofMachine, server, Why.MACHINE);
    }
    String label = client.clientClass().firmwareLabel();
    return new Load(settings.loaders().getOrDefault(label, ""), server, Why.CLASS);
  }

  private static BootOptions loader(ClientClass client, BootSettings settings, Load wanted) {
    BootFile file = new BootFile(wanted.file());
    Architecture architecture = client.architecture();
    if (file.name().isEmpty()) {
      if (architecture.isRaspberryPi() && wanted.why() == Why.CLASS) {
        return new Root(wanted.nextServer());
      }
      DropReason reason =
          architecture.isKnown() ? DropReason.NO_BOOT_FILE : DropReason.UNKNOWN_ARCHITECTURE;
      return new None(reason, wanted.nextServer());
    }
    if (!file.isFor(architecture)) {
      return new None(DropReason.WRONG_FIRMWARE, wanted.nextServer());
    }
    String name = client.firmware() == Firmware.HTTP ? file.url(settings.httpBase()) : file.name();
    return sendable(new Load(name, wanted.nextServer(), wanted.why()));
  }

  private static BootOptions sendable(Load load) {
    if (load.file().isEmpty()) {
      return new None(DropReason.NO_BOOT_FILE, load.nextServer());
    }
    return new BootFile(load.file()).isSendable()
        ? load
        : new None(DropReason.BAD_BOOT_FILE, load.nextServer());
  }

  /// A loader that is iPXE comes back as iPXE. If it does not, its user class is lost on the way,
  /// or it does not run.
  private static boolean isLooping(Client client, BootSettings settings, Load load) {
    int limit = settings.policy().loopLimit();
    return limit > 0 && client.loads() >= limit && new BootFile(load.file()).isIpxe();
  }

  /// The script, for what may be an iPXE that does not say so. UEFI HTTP boot is none for certain:
  /// iPXE says `PXEClient` even there.
  private static BootOptions instead(
      Load load, String script, Client client, BootSettings settings) {
    Load tried = new Load(script, load.nextServer(), Why.LOOP);
    boolean may = client.clientClass().firmware() != Firmware.HTTP;
    return may && script(settings, tried) instanceof Load found
        ? found
        : new Load(load.file(), load.nextServer(), Why.LOOP);
  }
}
