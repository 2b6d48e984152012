package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.schema.FileRequest.Protocol;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a loader that is not iPXE has to do: what the iPXE script says, in places that the loader
/// can reach. One that asks over TFTP is given paths below the root of the TFTP server, which is
/// then the same tree as the boot URL's; one that asks over HTTP, URLs.
///
/// @param boots what it does, for a comment: no line break in it
/// @param failure where the loader says that it could not
public record LoadPlan(String boots, String kernel, Architecture arch, Load load, Place failure) {
  /// As [Start], with places.
  sealed interface Load {
    /// @param cmdline complete: nothing in it is left to replace
    record Linux(Place kernel, List<Place> initrds, String cmdline) implements Load {
      public Linux {
        initrds = List.copyOf(initrds);
      }
    }

    record Memdisk(Place memdisk, Place image, String arguments) implements Load {}

    record Chain(Place next) implements Load {}

    /// @param bios null where it needs UEFI
    record ByFirmware(Place loader, @Nullable Memdisk bios) implements Load {}

    /// @param start whether the loader starts it with a BIOS; else it ends
    record Disk(boolean start) implements Load {}
  }

  /// A space or a comma would end the name in one loader or the other.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/:=@%+~-]+");

  static LoadPlan of(BootPlan plan, BootPlan.Entry entry, BootUrl bootUrl, Protocol protocol)
      throws CannotLoadException {
    return new LoadPlan(
        plan.menu() ? plan.title(entry) : plan.title(),
        entry.kernel(),
        entry.arch(),
        load(entry, bootUrl, protocol),
        place(
            BootFailures.path(plan.machine().mac(), entry.kernel(), "loader"), bootUrl, protocol));
  }

  private static Load load(BootPlan.Entry entry, BootUrl url, Protocol protocol)
      throws CannotLoadException {
    return switch (entry.start()) {
      case Start.Linux(String kernel, List<String> initrds, String cmdline) -> {
        if (cmdline.contains("${")) {
          throw new CannotLoadException(
              "the command line of %s has ${…} in it that only iPXE can replace"
                  .formatted(entry.kernel()));
        }
        List<Place> places = new ArrayList<>();
        for (String initrd : initrds) {
          places.add(place(initrd, url, protocol));
        }
        yield new Load.Linux(place(kernel, url, protocol), places, cmdline);
      }
      case Start.Memdisk(String memdisk, String image, String arguments) ->
          new Load.Memdisk(place(memdisk, url, protocol), place(image, url, protocol), arguments);
      case Start.ByFirmware(String loader, String memdisk, String image) ->
          new Load.ByFirmware(
              place(loader, url, protocol),
              image.isEmpty()
                  ? null
                  : new Load.Memdisk(
                      place(memdisk, url, protocol), place(image, url, protocol), "iso raw"));
      case Start.Drive(String image) ->
          throw new CannotLoadException(
              "only iPXE can take %s for a drive: boot %s by iPXE"
                  .formatted(image, entry.kernel()));
      case Start.Chain(String next) -> new Load.Chain(place(next, url, protocol));
      case Start.Disk(boolean start, _) -> new Load.Disk(start);
    };
  }

  private static Place place(String location, BootUrl bootUrl, Protocol protocol)
      throws CannotLoadException {
    if (protocol == Protocol.TFTP && !location.contains("://")) {
      String path = BootUrl.file(location);
      if (!PLAIN.matcher(path).matches()) {
        throw new CannotLoadException("only iPXE can load " + location);
      }
      return new Place.Local(path);
    }
    try {
      URI url = new URI(bootUrl.of(location));
      if (url.getHost() != null && PLAIN.matcher(String.valueOf(url.getRawPath())).matches()) {
        return new Place.Remote(url);
      }
    } catch (URISyntaxException e) {
      // the same complaint
    }
    throw new CannotLoadException("only iPXE can load " + location);
  }

  /// @param loader `GRUB`, `U-Boot`, for the complaint
  Load.Linux linux(String loader) throws CannotLoadException {
    return switch (load) {
      case Load.Linux linux -> linux;
      case Load.Memdisk _, Load.Chain _, Load.ByFirmware _, Load.Disk _ ->
          throw new CannotLoadException(loader + " boots Linux only, and " + kernel + " is none");
    };
  }

  void requireArch(Architecture machine) throws CannotLoadException {
    if (!arch.isCompatible(machine)) {
      throw new CannotLoadException(
          "the kernel is for %s, and this loader boots %s".formatted(arch, machine));
    }
  }

  /// Of a loader that speaks nothing but TFTP.
  static String local(Place place) throws CannotLoadException {
    return switch (place) {
      case Place.Local(String path) -> path;
      case Place.Remote(URI url) ->
          throw new CannotLoadException("this loader cannot load " + url + ", it speaks TFTP only");
    };
  }

  static String nameOf(Place place) {
    return switch (place) {
      case Place.Local(String path) -> path;
      case Place.Remote(URI url) -> url.toString();
    };
  }
}
