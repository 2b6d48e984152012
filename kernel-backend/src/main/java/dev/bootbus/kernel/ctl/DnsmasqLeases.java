package dev.bootbus.kernel.ctl;

import dev.bootbus.kernel.lease.Ipv4;
import dev.bootbus.kernel.node.HostNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// dnsmasq's file of leases (`--dhcp-leasefile`): `EXPIRY MAC ADDRESS HOSTNAME CLIENT-ID` in each
/// line, `*` for what is not known. After a line `duid` come those of IPv6.
final class DnsmasqLeases {
  private static final String NOTHING = "*";
  private static final Pattern SPACES = Pattern.compile("\\s+");

  /// A hardware type other than Ethernet stands before the address.
  private static final Pattern MAC = Pattern.compile("(?:[0-9a-fA-F]{2}-)?([0-9a-fA-F:]+)");

  /// RFC 2131 §3.3: the longest time there is means infinity; a day less, since the clock of the
  /// backend may be another.
  private static final long INFINITE = 0xFFFF_FFFFL - 86_400;

  private final String file;
  private final Instant now;
  private final List<Foreign> entries = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private int ipv6;
  private int over;
  private int unnamed;

  private DnsmasqLeases(String file, Instant now) {
    this.file = file;
    this.now = now;
  }

  /// @param file its name in complaints
  static Foreign.Contents read(String file, String text, Instant now) {
    DnsmasqLeases leases = new DnsmasqLeases(file, now);
    int number = 0;
    for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
      String line = lines.next();
      number++;
      if (!line.isBlank()) {
        leases.line(number, SPACES.split(line.strip()));
      }
    }
    List<String> notes = new ArrayList<>();
    if (leases.ipv6 > 0) {
      notes.add(leases.ipv6 + " of IPv6 left out");
    }
    if (leases.over > 0) {
      notes.add(leases.over + " that are over left out");
    }
    if (leases.unnamed > 0) {
      notes.add(leases.unnamed + " host names left out, which are none (RFC 1123 §2.1)");
    }
    return new Foreign.Contents(leases.entries, leases.faults, notes);
  }

  private void line(int number, String... words) {
    if (words[0].equals("duid")) {
      return;
    }
    try {
      if (words.length < 4) {
        throw new IllegalArgumentException("not a lease: " + String.join(" ", words));
      }
      if (words[2].indexOf(':') >= 0) {
        ipv6++;
        return;
      }
      lease(number, words);
    } catch (IllegalArgumentException e) {
      faults.add(file + ":" + number + ": " + e.getMessage());
    }
  }

  private void lease(int number, String... words) {
    Instant expires = expires(words[0]);
    Matcher mac = MAC.matcher(words[1]);
    if (!mac.matches()) {
      throw new IllegalArgumentException("not a hardware address: " + words[1]);
    }
    Foreign.Lease lease =
        new Foreign.Lease(
            number, Takeover.mac(mac.group(1)), Ipv4.parse(words[2]), expires, hostname(words[3]));
    if (expires.isAfter(now)) {
      entries.add(lease);
    } else {
      over++;
    }
  }

  /// One that we would not give, as `a_b`, is no reason to give the address to somebody else.
  private String hostname(String word) {
    if (word.equals(NOTHING)) {
      return "";
    }
    if (!HostNames.isValid(word)) {
      unnamed++;
      return "";
    }
    return word;
  }

  private Instant expires(String seconds) {
    try {
      long time = Long.parseLong(seconds);
      if (time >= 0 && time <= now.getEpochSecond() + INFINITE) {
        return time == 0 ? now.plusSeconds(INFINITE) : Instant.ofEpochSecond(time);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("not a time in seconds: " + seconds);
  }
}
