package dev.bootbus.dhcp;

import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.schema.DhcpResponse.Answer;
import java.net.Inet4Address;

/// What a client boots: decided by its class, our settings and the backend's word on the machine.
public sealed interface BootOptions {

  /// `siaddr`
  Inet4Address nextServer();

  /// The client is told to load this.
  ///
  /// @param file a name for TFTP, or a URL (`file`, option 67)
  record Load(String file, Inet4Address nextServer) implements BootOptions {}

  /// The client is told nothing to load. It may still know a name of its own, as U-Boot does, and
  /// need the server.
  record None(DropReason reason, Inet4Address nextServer) implements BootOptions {}

  static BootOptions of(ClientClass client, BootSettings settings, Answer answer) {
    if (!client.isBootClient()) {
      return new None(DropReason.NOT_A_BOOT_CLIENT, DhcpMessage.NO_ADDRESS);
    }
    if (!answer.netboot().allowNetboot()) {
      return new None(DropReason.NETBOOT_DENIED, DhcpMessage.NO_ADDRESS);
    }
    Inet4Address override = answer.extensions().nextServer();
    Inet4Address nextServer = override == null ? settings.nextServer() : override;
    String wanted = answer.netboot().ipxeScriptUrl();
    String script = wanted.isEmpty() ? settings.ipxeScript() : wanted;
    if (client.ipxe() && !script.isEmpty()) {
      return script(script, settings, nextServer);
    }
    return loader(client, settings, answer.extensions().bootFile(), nextServer);
  }

  /// iPXE never gets a loader: that is iPXE again, which would come back and ask again, for ever.
  private static BootOptions script(String script, BootSettings settings, Inet4Address nextServer) {
    return settings.isLoader(script)
        ? new None(DropReason.LOADER_LOOP, nextServer)
        : sendable(script, nextServer);
  }

  private static BootOptions loader(
      ClientClass client, BootSettings settings, String override, Inet4Address nextServer) {
    String file =
        override.isEmpty() ? settings.loaders().getOrDefault(client.firmwareLabel(), "") : override;
    if (file.isEmpty()) {
      return new None(
          client.architecture().isKnown()
              ? DropReason.NO_BOOT_FILE
              : DropReason.UNKNOWN_ARCHITECTURE,
          nextServer);
    }
    if (!new BootFile(file).isFor(client.architecture())) {
      return new None(DropReason.WRONG_FIRMWARE, nextServer);
    }
    return sendable(
        client.firmware() == Firmware.HTTP ? new BootFile(file).url(settings.httpBase()) : file,
        nextServer);
  }

  private static BootOptions sendable(String file, Inet4Address nextServer) {
    return new BootFile(file).isSendable()
        ? new Load(file, nextServer)
        : new None(DropReason.BAD_BOOT_FILE, nextServer);
  }
}
