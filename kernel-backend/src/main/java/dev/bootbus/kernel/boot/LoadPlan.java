package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.catalogue.Architecture;
import dev.bootbus.kernel.catalogue.Kernel;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileRequest.Protocol;
import dev.bootbus.schema.MacAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a loader that is not iPXE has to load: what the iPXE script says, in places that the loader
/// can reach. One that asks over TFTP is given paths below the root of the TFTP server, which is
/// then the same tree as the boot URL's; one that asks over HTTP, URLs.
///
/// @param boots what it does, for a comment: no line break in it
/// @param cmdline complete: nothing in it is left to replace
public record LoadPlan(
    String boots, Architecture arch, Place kernel, List<Place> initrds, String cmdline) {
  /// A space or a comma would end the name in one loader or the other.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/:=@%+~-]+");

  public LoadPlan {
    initrds = List.copyOf(initrds);
  }

  /// @param kernel with its command line filled in
  static LoadPlan of(Machine machine, Kernel kernel, BootUrl bootUrl, Protocol protocol)
      throws CannotLoadException {
    if (kernel.cmdline().contains("${")) {
      throw new CannotLoadException(
          "the command line of %s has ${…} in it that only iPXE can replace"
              .formatted(kernel.name()));
    }
    List<Place> initrds = new ArrayList<>();
    for (String initrd : kernel.initrds()) {
      initrds.add(place(initrd, bootUrl, protocol));
    }
    return new LoadPlan(
        boots(machine.hostname(), machine.mac(), kernel.name()),
        kernel.arch(),
        place(kernel.kernel(), bootUrl, protocol),
        initrds,
        kernel.cmdline());
  }

  private static String boots(String hostname, MacAddress mac, String kernel) {
    return "%s (%s) boots %s".formatted(hostname, mac, kernel);
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
}
