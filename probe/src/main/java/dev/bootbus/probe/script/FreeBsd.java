package dev.bootbus.probe.script;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.probe.Cause;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// FreeBSD's loader (loader(8), loader.conf(5)): `loader.efi` over HTTP and TFTP, `pxeboot` over
/// TFTP. Its Lua is not run; what it makes of `loader.conf` is.
final class FreeBsd implements Loader {
  private static final Pattern SETTING =
      Pattern.compile("\\s*([A-Za-z0-9_.-]{1,200})\\s*=\\s*\"?([^\"\\n]{0,4096})\"?.*");
  private static final int MAX_MODULES = 100;

  @Override
  public Outcome start(URI program, Machine machine, Files files) throws InterruptedException {
    return Run.of(
        machine,
        files,
        run -> {
          String root = root(program, machine);
          Map<String, String> settings = new TreeMap<>();
          for (String name :
              List.of("boot/defaults/loader.conf", "boot/loader.conf", "boot/loader.conf.local")) {
            Optional<URI> uri = Locations.of(root + name);
            if (uri.isPresent()
                && run.get(uri.get(), Files.Role.SCRIPT, true) instanceof Files.Answer.Got got) {
              settings(run, run.text(uri.get(), got), uri.get(), settings);
            }
          }
          return boot(run, root, settings);
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
          Map<String, String> settings = new TreeMap<>();
          settings(run, script, from, settings);
          String folder = Locations.folder(from);
          String above =
              folder.substring(0, folder.lastIndexOf('/', Math.max(0, folder.length() - 2)) + 1);
          return boot(run, from.getScheme() + "://" + from.getRawAuthority() + above, settings);
        });
  }

  /// Over HTTP two folders above the loader; over TFTP the root path, which is of NFS unless option
  /// 150 is there (stand/libsa/bootp.c).
  private static String root(URI program, Machine machine) {
    String server = program.getScheme() + "://" + program.getRawAuthority();
    if (!"tftp".equals(program.getScheme())) {
      String folder = Locations.folder(program);
      return server
          + folder.substring(0, folder.lastIndexOf('/', Math.max(0, folder.length() - 2)) + 1);
    }
    String path =
        machine
            .options()
            .raw(17)
            .map(Bytes::toArray)
            .map(raw -> new String(raw, StandardCharsets.ISO_8859_1))
            .orElse("");
    boolean tftp = machine.options().raw(150).isPresent() || path.startsWith("tftp:");
    if (!path.isEmpty() && !tftp) {
      throw new Run.End(
          Cause.SCRIPT_OTHER_LOADER, "its root is on NFS: " + Run.show(path) + "; no option 150");
    }
    if (Locations.isAbsolute(path)) {
      return path.endsWith("/") ? path : path + "/";
    }
    String folder = path.substring(path.indexOf(':') + 1);
    return server + "/" + folder + (folder.endsWith("/") ? "" : "/");
  }

  private static void settings(Run run, String text, URI from, Map<String, String> into) {
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String bare = line.strip();
      if (bare.isEmpty() || bare.startsWith("#")) {
        continue;
      }
      run.step(from + " line " + number);
      Matcher setting = SETTING.matcher(bare.length() > 8192 ? "" : bare);
      if (setting.matches()) {
        into.put(setting.group(1), setting.group(2).strip());
      } else {
        run.found(Cause.SCRIPT_SYNTAX, from + " line " + number + ": " + Run.show(bare));
      }
    }
  }

  private static Reading boot(Run run, String root, Map<String, String> settings)
      throws InterruptedException {
    String name = settings.getOrDefault("kernel", "kernel");
    String file = name.contains("/") ? name.replaceFirst("^/", "") : "boot/" + name + "/kernel";
    Optional<Image> kernel = packed(run, root, file, Files.Role.KERNEL);
    if (kernel.isEmpty()) {
      return new Reading.Prompt("OK (the loader could not load " + Run.show(file) + ")");
    }
    List<Image> modules = new ArrayList<>();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      boolean load =
          setting.getKey().endsWith("_load") && setting.getValue().equalsIgnoreCase("YES");
      if (load && modules.size() < MAX_MODULES) {
        String module = setting.getKey().substring(0, setting.getKey().length() - 5);
        module(run, root, name, module, settings).ifPresent(modules::add);
      }
    }
    List<String> words = new ArrayList<>();
    for (String key : List.of("kernel_options", "boot_flags")) {
      Optional.ofNullable(settings.get(key)).filter(v -> !v.isEmpty()).ifPresent(words::add);
    }
    Optional.ofNullable(settings.get("vfs.root.mountfrom"))
        .ifPresent(from -> words.add("vfs.root.mountfrom=" + from));
    return new Reading.Kernel(kernel.get(), modules, String.join(" ", words), Optional.empty());
  }

  /// A module that does not come is said, and left out.
  private static Optional<Image> module(
      Run run, String root, String kernel, String module, Map<String, String> settings)
      throws InterruptedException {
    String named = settings.getOrDefault(module + "_name", module + ".ko");
    boolean data = settings.getOrDefault(module + "_type", "").matches("mfs_root|md_image");
    String file =
        named.contains("/")
            ? named.replaceFirst("^/", "")
            : data ? "boot/" + named : "boot/" + kernel + "/" + named;
    return packed(run, root, file, data ? Files.Role.INITRD : Files.Role.PART);
  }

  /// It asks for `NAME.gz` before it asks for `NAME`.
  private static Optional<Image> packed(Run run, String root, String file, Files.Role role)
      throws InterruptedException {
    for (String name : List.of(file + ".gz", file)) {
      boolean optional = !name.equals(file);
      Optional<URI> uri = Locations.of(root + name);
      if (uri.isPresent() && run.get(uri.get(), role, optional) instanceof Files.Answer.Got) {
        return Optional.of(new Image(uri.get(), name));
      }
    }
    return Optional.empty();
  }
}
