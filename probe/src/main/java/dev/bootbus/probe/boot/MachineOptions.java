package dev.bootbus.probe.boot;

import dev.bootbus.schema.MacAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// Which machine a command is, on its command line: a mixin.
public final class MachineOptions {
  private static final int ETHERNET_SIZE = 6;
  private static final int MAX_ARCHITECTURE = 0xFFFF;

  /// So that nobody takes a probe for hardware that somebody made (IEEE 802: locally administered).
  private static final byte[] PREFIX = {0x02, (byte) 0xb0, 0x07};

  /// Servers know a Raspberry Pi by it.
  private static final byte[] RASPBERRY_PI = {(byte) 0xb8, 0x27, (byte) 0xeb};

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--as",
      defaultValue = "uefi",
      paramLabel = "MACHINE",
      converter = AsConverter.class,
      description = "bios, uefi, uefi-http, ipxe, rpi, freebsd, pxelinux or grub (default: uefi).",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private As as = As.UEFI;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description =
          "Its hardware address (default: a random one that begins 02:b0:07, of a Raspberry Pi b8:27:eb).")
  private @Nullable String mac;

  @Option(
      names = "--uuid",
      paramLabel = "UUID",
      description = "Its option 97 (default: one made from the hardware address).")
  private @Nullable UUID uuid;

  @Option(
      names = "--arch",
      paramLabel = "NUMBER",
      description = "Its option 93, 0 to 65535 (default: what --as mostly is; 11 is 64-bit ARM).")
  private @Nullable Integer arch;

  private @Nullable Hardware hardware;

  public As as() {
    return as;
  }

  /// The same each time it is asked for.
  ///
  /// @throws ParameterException for what no machine has
  public Hardware hardware() {
    if (hardware == null) {
      MacAddress address = mac == null ? random(as == As.RPI ? RASPBERRY_PI : PREFIX) : parsed(mac);
      hardware =
          new Hardware(
              address,
              uuid == null ? uuid(address) : uuid,
              arch == null ? OptionalInt.empty() : OptionalInt.of(checked(arch)));
    }
    return hardware;
  }

  /// Whether nobody has this machine, so that what is held for it may go.
  public boolean isInvented() {
    return mac == null;
  }

  /// A machine has the same one each time.
  public static UUID uuid(MacAddress mac) {
    return UUID.nameUUIDFromBytes(
        ("bootbus-probe " + mac.dashed()).getBytes(StandardCharsets.US_ASCII));
  }

  public static MacAddress random() {
    return random(PREFIX);
  }

  private static MacAddress random(byte[] prefix) {
    byte[] bytes = new byte[ETHERNET_SIZE];
    ThreadLocalRandom.current().nextBytes(bytes);
    System.arraycopy(prefix, 0, bytes, 0, prefix.length);
    return MacAddress.of(bytes);
  }

  private MacAddress parsed(String text) {
    try {
      MacAddress address = MacAddress.parse(text);
      if (address.bytes().length == ETHERNET_SIZE) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw refused("--mac is an Ethernet address, 52:54:00:12:34:56, and not " + text);
  }

  private int checked(int number) {
    if (number < 0 || number > MAX_ARCHITECTURE) {
      throw refused("--arch is 0 to 65535, and not " + number);
    }
    return number;
  }

  private ParameterException refused(String why) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), why);
  }

  static final class AsConverter implements ITypeConverter<As> {
    @Override
    public As convert(String word) {
      return As.of(word)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + word
                          + "' is no machine: bios, uefi, uefi-http, ipxe, rpi, freebsd,"
                          + " pxelinux or grub"));
    }
  }
}
