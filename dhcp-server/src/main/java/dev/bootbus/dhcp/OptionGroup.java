package dev.bootbus.dhcp;

import dev.bootbus.runtime.ServiceFlags;
import dev.bootbus.schema.BusFlags;
import java.lang.reflect.Member;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// What an option is about, by the class that declares it: its place in `--help`, and whether each
/// interface may have it to itself.
enum OptionGroup {
  PROCESS("This process:"),
  LISTEN("Where to listen, for each interface:"),
  SERVE("Whom to answer, for each interface:"),
  BOOT("What to boot, for each interface:"),
  EXCEPTIONS("What else to boot, for each interface:"),
  BACKEND("Whom to ask:"),
  SERVICE("How to be watched and stopped:");

  private static final Map<Class<?>, OptionGroup> DECLARED_BY =
      Map.of(
          ListenFlags.class, LISTEN,
          ServeFlags.class, SERVE,
          BootFlags.class, BOOT,
          ExceptionFlags.class, EXCEPTIONS,
          BackendFlags.class, BACKEND,
          BusFlags.class, BACKEND,
          ServiceFlags.class, SERVICE);

  private final String heading;

  OptionGroup(String heading) {
    this.heading = heading;
  }

  static OptionGroup of(OptionSpec option) {
    return DECLARED_BY.getOrDefault(declaring(option), PROCESS);
  }

  private static Class<?> declaring(OptionSpec option) {
    return option.userObject() instanceof Member member ? member.getDeclaringClass() : Main.class;
  }

  /// Whether its variable is read where the option is declared, and not by us.
  static boolean readsItsVariable(OptionSpec option) {
    return declaring(option) == BusFlags.class || declaring(option) == ServiceFlags.class;
  }

  boolean isPerInterface() {
    return switch (this) {
      case LISTEN, SERVE, BOOT, EXCEPTIONS -> true;
      case PROCESS, BACKEND, SERVICE -> false;
    };
  }

  static Set<String> namesPerInterface(Map<String, OptionSpec> options) {
    return options.entrySet().stream()
        .filter(option -> of(option.getValue()).isPerInterface())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  static CommandLine inHelp(CommandLine commandLine) {
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionGroup::text);
    return commandLine;
  }

  private static String text(Help help) {
    Map<OptionGroup, List<OptionSpec>> groups =
        help.commandSpec().options().stream()
            .collect(
                Collectors.groupingBy(
                    OptionGroup::of, () -> new EnumMap<>(OptionGroup.class), Collectors.toList()));
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, options) -> {
          Help.Layout layout = help.createDefaultLayout();
          layout.addOptions(options, help.parameterLabelRenderer());
          text.append("%n%s%n%s".formatted(group.heading, layout));
        });
    return text.toString();
  }
}
