package dev.bootbus.probe.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.probe.dhcp.Identity;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A program that asks for an address on a machine's way to a kernel: who it says it is, as seen in
/// captures, and how it takes what it is told.
public enum Program {
  /// An option ROM of a PC with a BIOS.
  BIOS_ROM("BIOS ROM", Proxying.ROM, Lists.ROM),
  /// UEFI firmware, that is edk2 and its offspring, over TFTP.
  UEFI_PXE("UEFI PXE", Proxying.EDK2_PXE, Lists.EDK2),
  /// The same over HTTP (UEFI 2.10 §24.7).
  UEFI_HTTP("UEFI HTTP", Proxying.EDK2_HTTP, Lists.EDK2_HTTP),
  IPXE("iPXE", Proxying.IPXE, Lists.ROM),
  /// The loader in the ROM or EEPROM of a Raspberry Pi, which says that it is a PC.
  RASPBERRY_PI("Raspberry Pi", Proxying.RASPBERRY_PI, Lists.RASPBERRY_PI),
  /// libsa's bootp.
  FREEBSD("FreeBSD loader", Proxying.NONE, Lists.FREEBSD),
  U_BOOT("U-Boot", Proxying.NONE, List.of(1, 3, 6, 12, 17));

  /// How a program puts the offers of DHCP and ProxyDHCP servers together; [Merge] has each.
  enum Proxying {
    ROM,
    IPXE,
    EDK2_PXE,
    EDK2_HTTP,
    RASPBERRY_PI,
    /// Knows of DHCP only.
    NONE
  }

  /// Option 55 of each.
  private static final class Lists {
    static final List<Integer> ROM = of("1 3 6 7 12 15 17 26 43 60 66 67 119 128-135 175 203");
    static final List<Integer> EDK2 =
        of("1-6 12 13 15 17 18 22 23 28 40-43 50 51 54 58-60 66 67 97 128-135");
    static final List<Integer> EDK2_HTTP =
        of("1-6 12 13 15 17 18 22 23 28 40-43 50 51 54 58-60 67 97");
    static final List<Integer> RASPBERRY_PI = of("1 3 43 60 66 67 128-135");
    static final List<Integer> FREEBSD = of("17 12 16 3 1 26 54");

    private static List<Integer> of(String ranges) {
      return Stream.of(ranges.split(" "))
          .map(range -> range.split("-"))
          .flatMap(
              range ->
                  IntStream.rangeClosed(
                          Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1]))
                      .boxed())
          .toList();
    }
  }

  private static final int ETHERNET = 1;
  private static final long FREEBSD_LEASE = 300;
  /// Option 175 of iPXE: what was built into it, the bus and the version.
  private static final Bytes FEATURES_BIOS =
      Bytes.ofHex(
          "100102110101120101130101150101170101180101190101210101220101270101"
              + "b105011af41000eb03010000");

  private static final Bytes FEATURES_EFI =
      Bytes.ofHex("110101120101130101140101150101170101240101260101270101b105011af41000eb03020000");

  private final String title;
  private final Proxying proxying;
  private final List<Integer> parameterList;

  Program(String title, Proxying proxying, List<Integer> parameterList) {
    this.title = title;
    this.proxying = proxying;
    this.parameterList = parameterList;
  }

  public String title() {
    return title;
  }

  Proxying proxying() {
    return proxying;
  }

  public boolean bootsOverHttp() {
    return this == UEFI_HTTP;
  }

  /// What its option 60 begins with, and a proxy's must.
  public String vendorClass() {
    return bootsOverHttp() ? "HTTPClient" : "PXEClient";
  }

  int usualArchitecture() {
    return switch (this) {
      case BIOS_ROM, RASPBERRY_PI, FREEBSD, IPXE -> 0;
      case UEFI_PXE -> 7;
      case UEFI_HTTP -> 16;
      case U_BOOT -> 22;
    };
  }

  /// @param architecture option 93
  public Identity identity(Hardware hardware, int architecture) {
    return new Identity(
        hardware.mac(),
        this == U_BOOT || this == FREEBSD ? Optional.empty() : Optional.of(hardware.uuid()),
        Optional.of(saysItIs(architecture)),
        this == FREEBSD ? List.of() : List.of(architecture),
        networkInterface(architecture),
        userClass(),
        parameterList,
        this == U_BOOT ? 576 : 1472,
        wantsBroadcast(),
        others(hardware, architecture));
  }

  private String saysItIs(int architecture) {
    return switch (this) {
      case BIOS_ROM, RASPBERRY_PI -> "PXEClient:Arch:%05d:UNDI:002001".formatted(architecture);
      case UEFI_PXE -> "PXEClient:Arch:%05d:UNDI:003000".formatted(architecture);
      case UEFI_HTTP -> "HTTPClient:Arch:%05d:UNDI:003000".formatted(architecture);
      case IPXE ->
          "PXEClient:Arch:%05d:UNDI:%s"
              .formatted(architecture, isBios(architecture) ? "002001" : "003010");
      case FREEBSD -> "PXEClient";
      case U_BOOT -> "U-Boot.armv8";
    };
  }

  /// RFC 4578 §2.2: UNDI, and its version.
  private Optional<Bytes> networkInterface(int architecture) {
    return switch (this) {
      case BIOS_ROM, RASPBERRY_PI -> Optional.of(Bytes.ofHex("010201"));
      case UEFI_PXE, UEFI_HTTP -> Optional.of(Bytes.ofHex("010300"));
      case IPXE -> Optional.of(Bytes.ofHex(isBios(architecture) ? "010201" : "01030a"));
      case U_BOOT -> Optional.of(Bytes.ofHex("010000"));
      case FREEBSD -> Optional.empty();
    };
  }

  private Optional<Bytes> userClass() {
    return switch (this) {
      case IPXE -> Optional.of(Bytes.of("iPXE".getBytes(US_ASCII)));
      case FREEBSD -> Optional.of(Option.USER_CLASS.shape().write(List.of("FreeBSD")));
      case BIOS_ROM, UEFI_PXE, UEFI_HTTP, RASPBERRY_PI, U_BOOT -> Optional.empty();
    };
  }

  private boolean wantsBroadcast() {
    return switch (this) {
      case UEFI_PXE, UEFI_HTTP, IPXE -> true;
      case BIOS_ROM, RASPBERRY_PI, FREEBSD, U_BOOT -> false;
    };
  }

  private Options others(Hardware hardware, int architecture) {
    Options.Builder options = Options.builder();
    switch (this) {
      case BIOS_ROM -> options.put(Option.CLIENT_ID, clientId(hardware));
      case IPXE ->
          options.put(Option.CLIENT_ID, clientId(hardware)).put(175, features(architecture));
      case FREEBSD -> options.put(Option.LEASE_TIME, FREEBSD_LEASE);
      case UEFI_PXE, UEFI_HTTP, RASPBERRY_PI, U_BOOT -> {}
    }
    return options.build();
  }

  /// RFC 2132 §9.14: the hardware type, then the address.
  private static Bytes clientId(Hardware hardware) {
    byte[] mac = hardware.mac().bytes();
    byte[] id = new byte[mac.length + 1];
    id[0] = ETHERNET;
    System.arraycopy(mac, 0, id, 1, mac.length);
    return Bytes.of(id);
  }

  private static Bytes features(int architecture) {
    return isBios(architecture) ? FEATURES_BIOS : FEATURES_EFI;
  }

  private static boolean isBios(int architecture) {
    return architecture == 0;
  }
}
