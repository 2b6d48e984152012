package dev.bootbus.dhcp;

import dev.bootbus.dhcp.BootOptions.Load;
import dev.bootbus.dhcp.BootOptions.Why;
import dev.bootbus.dhcp.Reply.Ack;
import dev.bootbus.dhcp.Reply.Nak;
import dev.bootbus.dhcp.Reply.Offer;
import dev.bootbus.dhcp.Reply.Sent;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.Explanation.Field;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says in words where each field of a reply comes from: what [Origins] has noted, with the key
/// of the backend's answer or the name of the setting.
///
/// @param label class of the client's firmware
/// @param response that the reply was decided by
record Provenance(BootSettings settings, String label, DhcpResponse response) {
  private static final String CLIENT = "client";
  private static final String SERVER = "server";
  private static final String BACKEND = "backend";
  private static final String SETTING = "setting";
  private static final String BUILT_IN = "built-in";
  private static final String RULE = "rule";

  /// Keys of the contract's `DHCP` object.
  private static final Map<Integer, String> KEYS =
      Map.of(
          Option.SUBNET_MASK.code(), "DHCP.SubnetMask",
          Option.ROUTERS.code(), "DHCP.DefaultGateway",
          Option.NAME_SERVERS.code(), "DHCP.NameServers",
          Option.HOST_NAME.code(), "DHCP.Hostname",
          Option.DOMAIN_NAME.code(), "DHCP.DomainName",
          Option.BROADCAST_ADDRESS.code(), "DHCP.BroadcastAddress",
          Option.NTP_SERVERS.code(), "DHCP.NTPServers",
          Option.LEASE_TIME.code(), "DHCP.LeaseTime",
          Option.DOMAIN_SEARCH.code(), "DHCP.DomainSearch");

  private static final Map<Integer, String> RULES =
      Map.of(
          Option.MESSAGE_TYPE.code(), "what kind of answer this is",
          Option.VENDOR_CLASS.code(), "this firmware boots only from an answer that says so",
          Option.VENDOR_SPECIFIC.code(), "what this firmware needs to boot from this answer",
          Option.MESSAGE.code(), "why not",
          Option.RENEWAL_TIME.code(), "half of the lease, RFC 2131 §4.4.5",
          Option.REBINDING_TIME.code(), "seven eighths of the lease, RFC 2131 §4.4.5");

  private static final Map<Integer, String> SETTINGS =
      Map.of(
          Option.VENDOR_SPECIFIC.code(), "--menu-item",
          Option.ROOT_PATH.code(), "--freebsd-root");

  /// The header in its order, then the options in that of their codes.
  List<Field> of(Sent sent) {
    List<Field> fields = new ArrayList<>(header(sent));
    for (int code : sent.message().options().codes()) {
      Origin origin = sent.origins().of(code).orElse(Origin.RULE);
      fields.add(option(code, origin, boot(sent)));
    }
    return fields;
  }

  private static Optional<BootOptions> boot(Sent sent) {
    return switch (sent) {
      case Offer(_, BootOptions boot, _, _) -> Optional.of(boot);
      case Ack(_, BootOptions boot, _, _) -> Optional.of(boot);
      case Nak _ -> Optional.empty();
    };
  }

  private List<Field> header(Sent sent) {
    DhcpMessage message = sent.message();
    Optional<BootOptions> boot = boot(sent);
    Field file = boot.map(one -> file("file", one)).orElse(unset("file"));
    return List.of(
        new Field("op", RULE, ""),
        new Field("htype", CLIENT, ""),
        new Field("hlen", CLIENT, ""),
        new Field("hops", RULE, ""),
        new Field("xid", CLIENT, ""),
        new Field("secs", RULE, ""),
        new Field("flags", CLIENT, ""),
        isSet(message.ciaddr()) ? new Field("ciaddr", CLIENT, "") : unset("ciaddr"),
        isSet(message.yiaddr()) ? new Field("yiaddr", BACKEND, "DHCP.IPAddress") : unset("yiaddr"),
        boot.filter(_ -> isSet(message.siaddr()))
            .map(one -> server("siaddr", one))
            .orElse(unset("siaddr")),
        isSet(message.giaddr()) ? new Field("giaddr", CLIENT, "the relay's") : unset("giaddr"),
        new Field("chaddr", CLIENT, ""),
        message.sname().isEmpty()
            ? unset("sname")
            : new Field("sname", RULE, "some ROMs read the server's address here"),
        message.file().isEmpty() ? unset("file") : file);
  }

  private static Field unset(String name) {
    return new Field(name, RULE, "unset");
  }

  private static boolean isSet(Inet4Address address) {
    return !address.equals(DhcpMessage.NO_ADDRESS);
  }

  private Field option(int code, Origin origin, Optional<BootOptions> boot) {
    String name = Integer.toString(code);
    return switch (origin) {
      case CLIENT -> new Field(name, CLIENT, "given back");
      case SERVER -> new Field(name, SERVER, "its own address, --address");
      case BACKEND -> new Field(name, BACKEND, KEYS.getOrDefault(code, ""));
      case BY_CODE ->
          isOfBackend(code)
              ? new Field(name, BACKEND, "Extensions.Options." + code)
              : new Field(name, SETTING, "--option " + code);
      case BOOT ->
          boot.map(
                  one -> code == Option.BOOT_FILE_NAME.code() ? file(name, one) : server(name, one))
              .orElse(new Field(name, RULE, ""));
      case SETTING -> new Field(name, SETTING, SETTINGS.getOrDefault(code, ""));
      case DEFAULT -> new Field(name, BUILT_IN, "the backend says nothing");
      case RULE -> new Field(name, RULE, RULES.getOrDefault(code, ""));
    };
  }

  private boolean isOfBackend(int code) {
    return response instanceof Answer answer && answer.extensions().options().containsKey(code);
  }

  private Field server(String name, BootOptions boot) {
    return response instanceof Answer answer
            && boot.nextServer().equals(answer.extensions().nextServer())
        ? new Field(name, BACKEND, "Extensions.NextServer")
        : new Field(name, SETTING, "--next-server");
  }

  private Field file(String name, BootOptions boot) {
    return boot instanceof Load(String file, _, Why why) ? file(name, file, why) : unset(name);
  }

  private Field file(String name, String file, Why why) {
    return switch (why) {
      case SCRIPT -> script(name, "");
      case BACKEND -> new Field(name, BACKEND, "Extensions.BootFile");
      case MACHINE -> new Field(name, SETTING, "--machine-file");
      case CLASS -> loader(name, file);
      case MENU -> new Field(name, SETTING, "--menu-file");
      case LOOP -> script(name, ", because it was given its loader too often (--loop-limit)");
      case EXIT ->
          file.equals(settings.policy().exitScript())
              ? new Field(name, SETTING, "--exit-script")
              : loader(name, file);
    };
  }

  private Field script(String name, String because) {
    return switch (response) {
      case DhcpResponse.Error _ -> new Field(name, SETTING, "--unknown-script" + because);
      case Answer answer when answer.netboot().ipxeScriptUrl().isEmpty() ->
          new Field(name, SETTING, "--ipxe-script" + because);
      case Answer _ -> new Field(name, BACKEND, "Netboot.IPXEScriptURL" + because);
    };
  }

  /// A setting that says what is built in is not told from it.
  private Field loader(String name, String file) {
    return file.equals(BootSettings.DEFAULT_FILES.get(label))
        ? new Field(name, BUILT_IN, "the boot file of " + label)
        : new Field(
            name, SETTING, (label.endsWith("-http") ? "--boot-url " : "--boot-file ") + label);
  }
}
