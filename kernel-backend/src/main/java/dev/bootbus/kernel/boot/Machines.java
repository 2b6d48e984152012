package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Catalogue;
import dev.bootbus.kernel.catalogue.Declared;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.catalogue.Provision;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Leases;
import dev.bootbus.kernel.life.Boots;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.kernel.node.Nodes;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the machine behind a hardware address or an address, and the kernel that it boots.
public record Machines(Supplier<Catalogue> catalogue, Nodes nodes, Leases leases, Boots boots) {

  public Machines(Supplier<Catalogue> catalogue, Nodes nodes, Leases leases) {
    this(catalogue, nodes, leases, Boots.ALWAYS);
  }

  /// @param said by the machine itself, or none
  /// @param address that the operator declared for it, or that it has leased
  public Optional<MacAddress> macOf(MacAddress said, @Nullable InetAddress address) {
    if (!said.isNone()) {
      return Optional.of(said);
    }
    return address == null
        ? Optional.empty()
        : nodes.at(address).or(() -> leases.holderOf(address));
  }

  public Optional<Machine> find(MacAddress mac) {
    return nodes.find(mac);
  }

  /// A machine as it would be known once it has asked for an address.
  Optional<Machine> wouldSee(MacAddress mac, List<Integer> clientArch) {
    return nodes.wouldSee(mac, Facts.NONE.withClientArch(clientArch));
  }

  /// The node that an operator names.
  ///
  /// @param id `52-54-00-12-34-56`, or a host name, UUID or address that only one node has
  public Optional<Machine> named(String id) {
    return nodes.named(id).or(() -> at(id)).flatMap(nodes::find);
  }

  private Optional<MacAddress> at(String address) {
    try {
      return macOf(MacAddress.NONE, Ipv4.parse(address));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The machine that the name of a file means; that it is the one that asks is not said by that.
  public Optional<MacAddress> macOf(LoaderFile.Identity identity, FileRequest request) {
    return switch (identity) {
      case LoaderFile.Identity.Asker _ -> macOf(request.mac(), request.peer());
      case LoaderFile.Identity.Mac(MacAddress mac) -> Optional.of(mac);
      case LoaderFile.Identity.Address(Inet4Address address) -> macOf(MacAddress.NONE, address);
      case LoaderFile.Identity.Uuid(String uuid) -> nodes.uuids().find(uuid);
      case LoaderFile.Identity.Serial(String digits) ->
          macOf(MacAddress.NONE, request.peer()).or(() -> nodes.uuids().findPi(digits));
    };
  }

  /// What a machine is given to read, with one kernel or without.
  Provision provision(MacAddress mac, Provision ofKernel) {
    Declared declared = catalogue.get().nodes().get(mac);
    return declared == null ? ofKernel : declared.provision().over(ofKernel);
  }

  /// With the kernel that it was given last, to which its questions belong.
  Machine running(Machine machine) {
    String now = boots.now(machine);
    return now.isEmpty() ? machine : machine.withKernel(now);
  }

  public Catalogue.Choice choose(Machine machine) {
    return catalogue.get().choose(machine);
  }

  /// The kernel that a machine boots, if it has one.
  Optional<Kernel> kernel(Machine machine) {
    return choose(machine) instanceof Catalogue.Choice.Boot(Kernel kernel)
        ? Optional.of(kernel)
        : Optional.empty();
  }

  /// The same for a machine that is to boot another kernel than its own.
  ///
  /// @param kernel empty for its own
  public Catalogue.Choice choose(Machine machine, String kernel) {
    return choose(kernel.isEmpty() ? machine : machine.withKernel(kernel));
  }

  /// Where a machine is, as far as it is known here.
  Optional<Inet4Address> addressOf(Machine machine) {
    return Optional.ofNullable(machine.address()).or(() -> leases.addressOf(machine.mac()));
  }

  /// Whether addresses like this one are leased here.
  boolean isLeasedHere(InetAddress address) {
    return address instanceof Inet4Address v4 && leases.networks().at(v4) != null;
  }

  /// The lines of its `authorized_keys`, each once: the machine's own, then its kernel's.
  static List<String> sshKeys(Machine machine, Provision provision) {
    return Stream.concat(machine.sshKeys().stream(), provision.sshKeys().stream())
        .distinct()
        .toList();
  }

  /// Every node. Takes time.
  Stream<Machine> all() {
    return nodes.all().flatMap(mac -> nodes.find(mac).stream());
  }
}
