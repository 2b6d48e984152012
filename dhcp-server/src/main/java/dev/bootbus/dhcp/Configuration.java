package dev.bootbus.dhcp;

import dev.bootbus.dhcp.config.ConfigException;
import dev.bootbus.dhcp.config.ConfigFile;
import dev.bootbus.dhcp.config.Layers;
import dev.bootbus.dhcp.config.Setting;
import dev.bootbus.dhcp.config.Setting.Source;
import dev.bootbus.dhcp.config.Settings;
import dev.bootbus.runtime.ServiceSettings;
import dev.bootbus.schema.BusSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Everything that the process was told, read and checked.
///
/// @param layers who said what
/// @param traceNames whether names of boot files may end in the trace
record Configuration(
    Layers layers,
    BusSettings bus,
    ServiceSettings service,
    boolean traceNames,
    List<Scope> scopes) {
  private static final Pattern INVALID =
      Pattern.compile("Invalid value for option '(--[a-z0-9-]+)'(?: \\(.*?\\))?: (.*)");

  /// @param file null for none
  /// @throws ConfigException with everything that is wrong
  static Configuration read(ParseResult flags, Map<String, String> environment, @Nullable Path file)
      throws ConfigException {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (OptionSpec option : flags.commandSpec().options()) {
      if (OptionGroup.of(option) != OptionGroup.PROCESS) {
        options.put(Setting.name(option), option);
      }
    }
    Set<String> perInterface = OptionGroup.namesPerInterface(options);
    Layers layers =
        new Layers(
            options,
            perInterface,
            flags,
            environment,
            file == null ? ConfigFile.NONE : ConfigFile.read(file, options, perInterface));
    return new Reading(layers, new ArrayList<>()).configuration();
  }

  /// A complaint about a port, in the words of whoever set it.
  String told(@Nullable String complaint) {
    return layers.process().told(String.valueOf(complaint));
  }

  /// Names of settings that are others than before and hold at once.
  Set<String> changedLive(Configuration before) {
    List<Settings> now = layers.interfaces();
    List<Settings> old = before.layers.interfaces();
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < Math.max(now.size(), old.size()); i++) {
      names.addAll(at(now, i).differences(at(old, i)));
    }
    return names;
  }

  private static Settings at(List<Settings> all, int index) {
    return index < all.size() ? all.get(index) : new Settings(Map.of());
  }

  /// Names of those that hold only after a restart.
  ///
  /// @param started what the process was started with
  Set<String> changedForRestart(Configuration started) {
    return ofTheProcess(layers).differences(ofTheProcess(started.layers));
  }

  private static Settings ofTheProcess(Layers layers) {
    return layers.process().without(setting -> layers.perInterface().contains(setting.name()));
  }

  private record Reading(Layers layers, List<String> complaints) {

    Configuration configuration() throws ConfigException {
      // the flags of the bus read their variables themselves
      Settings process = ofTheProcess(layers);
      Settings backend =
          process.without(
              setting ->
                  setting.source() == Source.ENVIRONMENT
                      && OptionGroup.readsItsVariable(setting.option()));
      BackendFlags asking = populated(new BackendFlags(), backend);
      List<ScopeFlags> serving = new ArrayList<>();
      List<Settings> interfaces = layers.interfaces();
      checkNames();
      interfaces.forEach(one -> serving.add(populated(new ScopeFlags(), one)));
      // a value that could not be read is missing now, and no ground for more complaints
      complain();
      List<BusSettings> bus = new ArrayList<>();
      checked(process, () -> bus.add(asking.settings()));
      List<ServiceSettings> service = new ArrayList<>();
      checked(process, () -> service.add(asking.service()));
      List<Scope> scopes = new ArrayList<>();
      for (int i = 0; i < interfaces.size(); i++) {
        ScopeFlags flags = serving.get(i);
        checked(interfaces.get(i), () -> scopes.add(flags.scope()));
      }
      complain();
      return new Configuration(
          layers, bus.getFirst(), service.getFirst(), asking.traceNames(), List.copyOf(scopes));
    }

    private void checkNames() {
      Set<String> names = new TreeSet<>();
      for (String name : layers.process().texts(ConfigFile.INTERFACE)) {
        if (!names.add(name)) {
          complaints.add(layers.process().told("--interface: " + name + " is given twice"));
        }
      }
    }

    private void complain() throws ConfigException {
      if (!complaints.isEmpty()) {
        throw new ConfigException(complaints.stream().distinct().toList());
      }
    }

    private void checked(Settings settings, Runnable reading) {
      try {
        reading.run();
      } catch (IllegalArgumentException e) {
        complaints.add(settings.told(String.valueOf(e.getMessage())));
      }
    }

    private <T> T populated(T flags, Settings settings) {
      CommandLine commandLine = Main.reading(flags);
      try {
        commandLine.parseArgs(settings.arguments());
      } catch (ParameterException e) {
        // each for itself, so that none hides another
        for (Setting setting : settings.byName().values()) {
          checked(
              settings,
              () -> {
                try {
                  commandLine.parseArgs(setting.arguments().toArray(String[]::new));
                } catch (ParameterException one) {
                  throw new IllegalArgumentException(inOurWords(one), one);
                }
              });
        }
      }
      return flags;
    }

    private static String inOurWords(ParameterException e) {
      Matcher invalid = INVALID.matcher(String.valueOf(e.getMessage()));
      return invalid.matches()
          ? invalid.group(1) + ": " + invalid.group(2)
          : String.valueOf(e.getMessage());
    }
  }
}
