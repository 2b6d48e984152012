package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Cpu;
import dev.bootbus.probe.artefact.Firmware;
import dev.bootbus.probe.artefact.Target;
import java.net.URI;
import java.util.Optional;

/// iPXE (ipxe.org/scripting, ipxe.org/cmd).
final class Ipxe implements Loader {

  /// Boots what DHCP names, as `autoboot` does.
  @Override
  public Outcome start(URI program, Machine machine, Files files) throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          URI server = server(machine);
          Optional<URI> file = bootFile(machine);
          if (machine.bootFile().isEmpty() || file.isEmpty()) {
            return new Reading.Exit(
                "nothing to boot: no filename" + (file.isEmpty() ? " that is an address" : ""),
                true);
          }
          IpxeRun ipxe = new IpxeRun(run, server);
          return ipxe.ended(ipxe.chain(file.get(), "filename"));
        });
  }

  @Override
  public Outcome read(String script, URI from, Machine machine, Files files)
      throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          Run.checkLength(from, script);
          if (!IpxeScript.isScript(script)) {
            throw new Run.End(Cause.SCRIPT_NO_SCRIPT, from + " does not begin with #!ipxe");
          }
          IpxeRun ipxe = new IpxeRun(run, server(machine));
          return ipxe.ended(ipxe.play(IpxeScript.of(script, from)));
        });
  }

  static URI server(Machine machine) {
    return URI.create("tftp://" + machine.nextServer().getHostAddress() + "/");
  }

  /// `tftp://next-server/filename`, unless the file is an address by itself.
  static Optional<URI> bootFile(Machine machine) {
    String file = machine.bootFile();
    return Locations.isAbsolute(file)
        ? Locations.of(file)
        : Locations.onServer(server(machine), file);
  }

  /// What the iPXE is built for that is given to such a machine: for a BIOS there is but one.
  static String buildArchitecture(Target target) {
    return target.firmware() == Firmware.BIOS ? Cpu.X86.title() : target.cpu().title();
  }
}
