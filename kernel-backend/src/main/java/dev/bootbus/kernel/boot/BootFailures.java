package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.kernel.node.Machine;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hears of boots that failed: a script ends by fetching
/// `boot-failed/52-54-00-12-34-56/KERNEL/ERROR`.
///
/// @param machines finds who says so; where the address that asks is another machine's, it is a lie
record BootFailures(Machines machines, Journal journal) {
  private static final String FOLDER = "boot-failed/";
  private static final Pattern FORM =
      Pattern.compile(
          FOLDER
              + "([0-9a-f]{2}(?:-[0-9a-f]{2}){0,19})"
              + "/([A-Za-z0-9][A-Za-z0-9._-]{0,127})"
              + "/([A-Za-z0-9-]{0,32})");

  /// @param error of the loader's own, or empty for the folder of all
  static String path(MacAddress mac, String kernel, String error) {
    return FOLDER + mac.dashed() + "/" + kernel + "/" + error;
  }

  static boolean has(String path) {
    return path.startsWith(FOLDER);
  }

  FileAnswer answer(FileRequest request) {
    Matcher form = FORM.matcher(request.path());
    if (!form.matches()) {
      journal.noFile();
      return new FileAnswer.NotFound("not a report of a failed boot");
    }
    MacAddress mac = MacAddress.parse(form.group(1));
    Optional<MacAddress> asks = machines.macOf(MacAddress.NONE, request.peer());
    Optional<Machine> machine = machines.find(mac);
    if (machine.isEmpty() || asks.isPresent() && !asks.get().equals(mac)) {
      journal.noFile();
      return new FileAnswer.NotFound("that is not known to be " + mac);
    }
    String error = form.group(3);
    journal.bootFailed(
        request,
        machine.get(),
        form.group(2),
        "",
        "its loader says that it could not boot" + (error.isEmpty() ? "" : ": error " + error));
    return new FileAnswer.Content("noted\n", "text/plain");
  }
}
