package dev.bootbus.example;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// What a boot script tells iPXE to load: as much of its language as our own scripts use.
///
/// @param kernel where the kernel is
/// @param commandLine what it is told
/// @param initrds where its initial RAM disks are
record IpxeScript(URI kernel, String commandLine, List<URI> initrds) {
  /// Of iPXE's commands that load something.
  private static final String OPTION = " --(?:name|timeout) \\S+(?= )";

  static IpxeScript read(String text, URI base) throws BrokenWalkException {
    if (!text.startsWith("#!ipxe")) {
      throw new BrokenWalkException("the script does not begin with #!ipxe");
    }
    URI kernel = null;
    String commandLine = "";
    List<URI> initrds = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      String[] words = line.split(" \\|\\| ")[0].replaceAll(OPTION, " ").split("\\s+");
      if (words[0].equals("kernel") && words.length > 1) {
        kernel = base.resolve(words[1]);
        commandLine = String.join(" ", List.of(words).subList(2, words.length));
      }
      if (words[0].equals("initrd") && words.length > 1) {
        initrds.add(base.resolve(words[words.length - 1]));
      }
    }
    if (kernel == null) {
      throw new BrokenWalkException("the script loads no kernel:\n" + text);
    }
    return new IpxeScript(kernel, commandLine, List.copyOf(initrds));
  }
}
