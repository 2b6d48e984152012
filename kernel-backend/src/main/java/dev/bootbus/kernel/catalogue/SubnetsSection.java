package dev.bootbus.kernel.catalogue;

import dev.bootbus.kernel.lease.DeclaredSubnet;
import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.lease.Pool;
import dev.bootbus.kernel.lease.Reservation;
import dev.bootbus.kernel.lease.Reservations;
import dev.bootbus.kernel.lease.Subnet;
import dev.bootbus.kernel.node.HostNames;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the subnets that machines get addresses in:
///
/// ```yaml
/// subnets:
///   - subnet: 10.1.0.0/24
///     pools: [10.1.0.100-10.1.0.149, 10.1.0.160-10.1.0.200]
///     exclude: [10.1.0.120, 10.1.0.130-10.1.0.133]
///     gateway: 10.1.0.1
///     interface: eth1
///     reservations:
///       - {circuit: Gi1/0/7, address: 10.1.0.7, hostname: rack-7}
/// ```
final class SubnetsSection {
  private static final List<String> FIELDS =
      List.of(
          "subnet",
          "pools",
          "exclude",
          "gateway",
          "dns",
          "domain",
          "ntp",
          "lease-time",
          "interface",
          "reservations");
  private static final List<String> RESERVATION_FIELDS =
      Stream.concat(
              Stream.of(Reservation.By.values()).map(Reservation.By::field),
              Stream.of("address", "hostname"))
          .toList();
  private static final long MAX_SECONDS = 0xFFFF_FFFFL; // option 51 has four bytes
  private static final int MAX_SUBNETS = 4096; // as many as there are VLANs

  private final List<DeclaredSubnet> subnets = new ArrayList<>();

  /// In the order of the files.
  List<DeclaredSubnet> subnets() {
    return subnets;
  }

  void read(Section root) throws CatalogueException {
    for (Section section : root.sections("subnets", FIELDS)) {
      if (subnets.size() == MAX_SUBNETS) {
        throw section.complaint("subnet", "there are " + MAX_SUBNETS + " already");
      }
      subnets.add(subnet(section));
    }
  }

  private DeclaredSubnet subnet(Section section) throws CatalogueException {
    Subnet subnet = section.parse("subnet", section.required("subnet"), Subnet::parse);
    for (DeclaredSubnet other : subnets) {
      if (other.subnet() != null && subnet.overlaps(other.subnet())) {
        throw section.complaint("subnet", subnet + " and " + other.subnet() + " overlap");
      }
    }
    return new DeclaredSubnet(
        subnet,
        pool(section, subnet),
        address(section, "gateway", subnet),
        addresses(section, "dns"),
        section.text("domain"),
        addresses(section, "ntp"),
        leaseTime(section),
        Set.copyOf(new HashSet<>(section.texts("interface"))),
        reservations(section, subnet));
  }

  private static @Nullable Pool pool(Section section, Subnet subnet) throws CatalogueException {
    List<Pool.Range> ranges = new ArrayList<>();
    for (String text : section.texts("pools")) {
      Pool.Range range = section.parse("pools", text, Pool.Range::parse);
      inside(section, "pools", subnet, range.first());
      inside(section, "pools", subnet, range.last());
      ranges.add(range);
    }
    if (ranges.isEmpty()) {
      return null;
    }
    Pool pool = section.parse("pools", "", _ -> Pool.of(ranges));
    for (String text : section.texts("exclude")) {
      pool = pool.without(section.parse("exclude", text, SubnetsSection::hole));
    }
    return pool;
  }

  private static Pool.Range hole(String text) {
    if (text.contains("-")) {
      return Pool.Range.parse(text);
    }
    Inet4Address only = Ipv4.parse(text);
    return new Pool.Range(only, only);
  }

  private static @Nullable Inet4Address address(Section section, String field, Subnet subnet)
      throws CatalogueException {
    String text = section.text(field);
    return text.isEmpty()
        ? null
        : inside(section, field, subnet, section.parse(field, text, Ipv4::parse));
  }

  private static Inet4Address inside(
      Section section, String field, Subnet subnet, Inet4Address address)
      throws CatalogueException {
    if (!subnet.contains(address)) {
      throw section.complaint(field, address.getHostAddress() + " is not in " + subnet);
    }
    return address;
  }

  private static List<Inet4Address> addresses(Section section, String field)
      throws CatalogueException {
    List<Inet4Address> addresses = new ArrayList<>();
    for (String text : section.texts(field)) {
      addresses.add(section.parse(field, text, Ipv4::parse));
    }
    return addresses;
  }

  private static @Nullable Duration leaseTime(Section section) throws CatalogueException {
    String text = section.text("lease-time");
    return text.isEmpty() ? null : section.parse("lease-time", text, SubnetsSection::seconds);
  }

  private static Duration seconds(String text) {
    long seconds = text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new IllegalArgumentException("not from 1 to " + MAX_SECONDS + " seconds: " + text);
    }
    return Duration.ofSeconds(seconds);
  }

  private static Reservations reservations(Section section, Subnet subnet)
      throws CatalogueException {
    List<Reservation> reservations = new ArrayList<>();
    for (Section one : section.sections("reservations", RESERVATION_FIELDS)) {
      reservations.add(reservation(one, subnet));
    }
    return section.parse("reservations", "", _ -> new Reservations(reservations));
  }

  private static Reservation reservation(Section section, Subnet subnet) throws CatalogueException {
    List<Reservation.By> given =
        Stream.of(Reservation.By.values()).filter(by -> section.has(by.field())).toList();
    if (given.size() != 1) {
      throw section.complaint(
          "address", "whose? Say one of " + String.join(", ", RESERVATION_FIELDS.subList(0, 5)));
    }
    Reservation.By by = given.getFirst();
    String hostname = section.text("hostname");
    if (!hostname.isEmpty() && !HostNames.isValid(hostname)) {
      throw section.complaint("hostname", "not a host name: " + hostname);
    }
    section.required("address");
    Inet4Address address = address(section, "address", subnet);
    return new Reservation(
        by,
        section.parse(by.field(), section.required(by.field()), by::key),
        address == null ? subnet.network() : address,
        hostname);
  }
}
