package dev.bootbus.dhcp;

import dev.bootbus.schema.BusFlags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The options in `--help`, by what they are about.
final class HelpGroups {
  private HelpGroups() {}

  static CommandLine in(CommandLine commandLine) {
    commandLine.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpGroups::text);
    return commandLine;
  }

  private static String text(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    for (OptionSpec option : help.commandSpec().options()) {
      groups.computeIfAbsent(heading(option), heading -> new java.util.ArrayList<>()).add(option);
    }
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (heading, options) -> {
          Help.Layout layout = help.createDefaultLayout();
          layout.addOptions(options, help.parameterLabelRenderer());
          text.append(heading).append(System.lineSeparator()).append(layout);
        });
    return text.toString();
  }

  private static String heading(OptionSpec option) {
    Class<?> declared = ((java.lang.reflect.Member) option.userObject()).getDeclaringClass();
    if (declared == ListenFlags.class) {
      return "Where to listen, for each interface:";
    }
    if (declared == ServeFlags.class) {
      return "Whom to answer, for each interface:";
    }
    if (declared == BootFlags.class) {
      return "What to boot, for each interface:";
    }
    if (declared == BackendFlags.class || declared == BusFlags.class) {
      return "Whom to ask:";
    }
    return "This process:";
  }
}
