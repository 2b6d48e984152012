package dev.bootbus.dhcp;

import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.DhcpResponse.Netboot;
import dev.bootbus.schema.DhcpResponse.OptionValue;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Answers that the schema allows, and no sane backend gives.
final class HostileAnswers {
  private static final List<String> ADDRESSES =
      List.of("192.168.77.115", "192.168.77.115", "0.0.0.0", "255.255.255.255", "224.0.0.1");
  private static final List<String> TEXTS =
      List.of("", "node-1", "a..b", "\u0000", "\ud83d\ude00", "a\r\nb", "${x}", "../", "://");
  private static final List<String> FILES =
      List.of(
          "", "", "x.efi", "undionly.kpxe", "http://h/x", "file:///x", "a b", "http://h/ipxe.efi");

  private HostileAnswers() {}

  static DhcpResponse random(Random random) {
    if (random.nextInt(20) == 0) {
      return new DhcpResponse.Error(random.nextInt(), text(random));
    }
    Dhcp dhcp =
        new Dhcp(
            MacAddress.NONE,
            address(random),
            address(random),
            address(random),
            addresses(random),
            text(random),
            text(random),
            address(random),
            addresses(random),
            random.nextLong(0x1_0000_0000L),
            IntStream.range(0, random.nextInt(40)).mapToObj(i -> text(random)).toList());
    return new Answer(dhcp, new Netboot(random.nextInt(5) > 0, file(random)), extensions(random));
  }

  private static Extensions extensions(Random random) {
    Map<Integer, OptionValue> options = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      List<Integer> bytes = random.ints(random.nextInt(600), 0, 256).boxed().toList();
      options.put(1 + random.nextInt(254), new OptionValue.Bytes(bytes));
    }
    Inet4Address nextServer = random.nextBoolean() ? null : address(random);
    return new Extensions(options, file(random), nextServer, text(random), 0);
  }

  private static Inet4Address address(Random random) {
    return Inet4Address.ofLiteral(ADDRESSES.get(random.nextInt(ADDRESSES.size())));
  }

  private static List<Inet4Address> addresses(Random random) {
    return IntStream.range(0, random.nextInt(200)).mapToObj(i -> address(random)).toList();
  }

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size())).repeat(1 + random.nextInt(300));
  }

  private static String file(Random random) {
    String file = FILES.get(random.nextInt(FILES.size()));
    return random.nextInt(10) == 0 ? file + "x".repeat(random.nextInt(400)) : file;
  }
}
