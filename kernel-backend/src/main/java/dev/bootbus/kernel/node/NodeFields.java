package dev.bootbus.kernel.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.store.Records;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A node as JSON for the API: what holds of it, whoever said it. Its secret is no part of that.
final class NodeFields {
  /// All there are, in the order in which they are written; the last are for reading only.
  static final List<String> ALL =
      List.of(
          "id",
          "revision",
          "mac",
          "macs",
          "uuid",
          "hostname",
          "address",
          "arch",
          "kernel",
          "netboot",
          "stage",
          "status",
          "bootOnce",
          "groups",
          "controlNode",
          "sshKeys",
          "options",
          "since",
          "reason",
          "boots",
          "attempts",
          "held",
          "vendorClass",
          "link",
          "circuit",
          "firstSeen");

  private static final int MAX_VALUE = 4096;
  private static final int MAX_KEY = 16 << 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private NodeFields() {}

  static ObjectNode write(Machine machine, Given given, Node node) {
    ObjectNode body = Records.object();
    body.put("id", machine.mac().dashed());
    body.put("mac", machine.mac().toString());
    given.macs().stream().map(MacAddress::toString).forEach(body.putArray("macs")::add);
    body.put("uuid", node.uuid());
    body.put("hostname", machine.hostname());
    body.put("address", text(machine.address()));
    body.put("arch", machine.arch().name());
    body.put("kernel", machine.kernel());
    body.put("netboot", machine.netboot());
    body.put("stage", Progress.key(machine.stage()));
    body.put("status", Progress.key(machine.status()));
    body.put("bootOnce", node.progress().bootOnce());
    machine.groups().forEach(body.putArray("groups")::add);
    body.put("controlNode", machine.controlNode());
    machine.sshKeys().forEach(body.putArray("sshKeys")::add);
    ObjectNode options = body.putObject("options");
    new TreeMap<>(machine.options()).forEach(options::put);
    body.put("since", node.progress().since().toEpochMilli());
    body.put("reason", node.progress().reason());
    body.put("boots", node.progress().boots());
    body.put("attempts", node.progress().attempts());
    body.put("held", node.progress().held());
    body.put("vendorClass", machine.sighting().vendorClass());
    body.put("link", text(machine.sighting().link()));
    body.put("circuit", machine.sighting().circuit());
    body.put("firstSeen", node.firstSeen().toEpochMilli());
    return body;
  }

  private static String text(@Nullable Inet4Address address) {
    return address == null ? "" : address.getHostAddress();
  }

  /// What a body says that is somebody's to say; of what it does not say, what is so by itself.
  static Given given(NodeBody body, Given before, Catalogue catalogue) {
    return new Given(
        body.list("macs", NodeFields::mac),
        body.read("hostname", NodeFields::hostname).orElse(""),
        body.read("address", NodeFields::address).orElse(null),
        body.read("kernel", name -> kernel(name, before.kernel(), catalogue)).orElse(""),
        body.flag("netboot", true),
        body.list("groups", NodeFields::name),
        body.flag("controlNode", false),
        body.list("sshKeys", NodeFields::sshKey),
        body.values("options", NodeFields::name, NodeFields::value));
  }

  static MacAddress mac(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (mac.isNone()) {
      throw new IllegalArgumentException("this is a hardware address, as 52:54:00:12:34:56");
    }
    return mac;
  }

  static String hostname(String text) {
    if (!HostNames.isValid(text)) {
      throw new IllegalArgumentException("not a host name (RFC 1123 §2.1): " + text);
    }
    return text;
  }

  private static Inet4Address address(String text) {
    Inet4Address address = Ipv4.parse(text);
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException("not an address that a machine can have: " + text);
    }
    return address;
  }

  /// @param before the kernel that it has by now, which may be gone from the catalogue
  static String kernel(String name, String before, Catalogue catalogue) {
    if (!name.equals(before) && !catalogue.kernels().containsKey(name)) {
      throw new IllegalArgumentException("there is no kernel " + name);
    }
    return name;
  }

  static Architecture arch(String text) {
    if (!Kernel.isName(text)) {
      throw new IllegalArgumentException("this is an architecture, as x86_64, aarch64 or any");
    }
    return new Architecture(text);
  }

  static String uuid(String text) {
    if (!Uuids.isUuid(text)) {
      throw new IllegalArgumentException("this is a UUID, as 564d4c41-4200-4077-8000-000000000010");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E one(String text, E[] all) {
    return Arrays.stream(all)
        .filter(value -> Progress.key(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "this is one of "
                        + Arrays.stream(all).map(Progress::key).collect(Collectors.joining(", "))));
  }

  static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a name has letters, digits, '.', '_' and '-', 64 at the most");
    }
    return text;
  }

  static String value(String text) {
    if (text.length() > MAX_VALUE || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException(
          "a value has " + MAX_VALUE + " characters at the most, and none of control");
    }
    return text;
  }

  private static String sshKey(String text) {
    if (text.length() > MAX_KEY) {
      throw new IllegalArgumentException("longer than " + MAX_KEY + " characters");
    }
    return Provision.checkSshKey(text);
  }

  /// What is left for the API to keep of a node that YAML declares, if it does not contradict that.
  ///
  /// @param said by a body that says something of these fields
  /// @param kept over the API until now
  /// @param clash of the first field that contradicts
  static Given beside(Declared declared, Given said, Given kept, NodeBody body, Clash clash) {
    if (body.has("macs") && !said.macs().containsAll(declared.macs())) {
      clash.in("macs");
    }
    if (body.has("sshKeys") && !said.sshKeys().containsAll(declared.provision().sshKeys())) {
      clash.in("sshKeys");
    }
    declared
        .options()
        .forEach(
            (name, value) -> {
              if (body.has("options") && !value.equals(said.options().get(name))) {
                clash.in("options." + name);
              }
            });
    return new Given(
        without(said.macs(), declared.macs()),
        unless(
            !declared.hostname().isEmpty(),
            "hostname",
            said.hostname(),
            declared.hostname(),
            kept.hostname(),
            body,
            clash),
        unless(
                declared.address() != null,
                "address",
                Optional.ofNullable(said.address()),
                Optional.ofNullable(declared.address()),
                Optional.ofNullable(kept.address()),
                body,
                clash)
            .orElse(null),
        unless(
            !declared.kernel().isEmpty(),
            "kernel",
            said.kernel(),
            declared.kernel(),
            kept.kernel(),
            body,
            clash),
        unless(
            declared.netboot() != null,
            "netboot",
            said.netboot(),
            Boolean.TRUE.equals(declared.netboot()),
            kept.netboot(),
            body,
            clash),
        unless(
            !declared.groups().isEmpty(),
            "groups",
            said.groups(),
            declared.groups(),
            kept.groups(),
            body,
            clash),
        unless(
            declared.controlNode() != null,
            "controlNode",
            said.controlNode(),
            Boolean.TRUE.equals(declared.controlNode()),
            kept.controlNode(),
            body,
            clash),
        without(said.sshKeys(), declared.provision().sshKeys()),
        without(said.options(), declared.options()));
  }

  /// Told of a field that contradicts what is declared.
  interface Clash {
    void in(String field);
  }

  private static <T> T unless(
      boolean isDeclared, String field, T said, T declared, T kept, NodeBody body, Clash clash) {
    if (!isDeclared) {
      return said;
    }
    if (body.has(field) && !said.equals(declared)) {
      clash.in(field);
    }
    return kept;
  }

  private static <T> List<T> without(List<T> said, Collection<T> declared) {
    return said.stream().filter(one -> !declared.contains(one)).toList();
  }

  private static Map<String, String> without(
      Map<String, String> said, Map<String, String> declared) {
    Map<String, String> own = new HashMap<>(said);
    own.keySet().removeAll(declared.keySet());
    return own;
  }
}
