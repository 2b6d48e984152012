package dev.bootbus.probe.script;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.artefact.Cpu;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Plays iPXE scripts, which call each other. Each command has a status, 0 where it succeeded; a
/// line that ends with another one ends its script (ipxe.org/scripting).
final class IpxeRun {
  static final int OK = 0;

  /// As iPXE 1.21 numbers them.
  static final int NOT_FOUND = 0x2d0c613b;

  static final int NOT_EXECUTABLE = 0x2e008081;
  static final int TIMED_OUT = 0x4c126035;
  static final int INVALID = 0x1c25e082;
  static final int FALSE = 0x44188001;

  /// A convention: see `What it can follow` in the README.
  private static final String REPORT = "/boot-failed/";

  final Run run;
  final IpxeSettings settings;
  final IpxeImages images;
  final Map<String, IpxeMenu> menus = new LinkedHashMap<>();
  private Frame frame = new Frame(new IpxeScript(URI.create("tftp:/"), List.of(), Map.of()));
  private String lastFailure = "";
  private boolean told;
  private boolean unheeded;

  /// A script that is being played.
  private static final class Frame {
    private final IpxeScript script;
    private int next;
    private boolean lineEnded;
    private boolean ended;

    Frame(IpxeScript script) {
      this.script = script;
    }
  }

  IpxeRun(Run run, URI folder) {
    this.run = run;
    this.settings = new IpxeSettings(run, folder);
    this.images = new IpxeImages(run);
  }

  Reading ended(int status) {
    boolean said = !lastFailure.isEmpty() && status != OK;
    String how = said ? lastFailure : "the script " + (status == OK ? "ended" : "failed");
    boolean failed = status != OK && !told || run.hasLost();
    return new Reading.Exit(how + run.lastWords(), failed);
  }

  /// @return the status of its last command
  int play(IpxeScript script) throws InterruptedException {
    run.enter(script.from().toString());
    URI folder = settings.folder();
    Frame caller = frame;
    settings.folder(script.from());
    frame = new Frame(script);
    int status = OK;
    while (status == OK && !frame.ended && frame.next < script.lines().size()) {
      IpxeScript.Line line = script.lines().get(frame.next++);
      run.step(where(line.number()));
      frame.lineEnded = false;
      told = false;
      status = line(line);
      if (status != OK) {
        lastFailure = where(line.number()) + ": " + Run.show(line.text().strip());
      }
    }
    settings.folder(folder);
    frame = caller;
    run.leave();
    return status;
  }

  private String where(int line) {
    return frame.script.from() + " line " + line;
  }

  /// The line that is being played, for findings.
  String where() {
    List<IpxeScript.Line> lines = frame.script.lines();
    return frame.next > 0 ? where(lines.get(frame.next - 1).number()) : "DHCP";
  }

  private int line(IpxeScript.Line line) throws InterruptedException {
    List<String> tokens =
        Arrays.stream(line.text().strip().split("\\s+")).filter(t -> !t.isEmpty()).toList();
    int status = OK;
    boolean runs = true;
    int at = 0;
    while (true) {
      int end = at;
      while (end < tokens.size() && !isTerminator(tokens.get(end))) {
        end++;
      }
      if (runs && end > at) {
        unheeded =
            end < tokens.size() && tokens.get(end).equals("||") && nothingFollows(tokens, end);
        status = command(tokens.subList(at, end));
      }
      if (frame.ended || frame.lineEnded || end >= tokens.size()) {
        return status;
      }
      switch (tokens.get(end)) {
        case "||" -> {
          runs = status != OK;
          // an empty command does nothing, successfully: `x ||`
          status = runs && nothingFollows(tokens, end) ? OK : status;
        }
        case "&&" -> runs = status == OK;
        case ";" -> {
          runs = true;
          status = nothingFollows(tokens, end) ? OK : status;
        }
        default -> {
          return status; // a comment
        }
      }
      at = end + 1;
    }
  }

  private static boolean isTerminator(String token) {
    return token.equals("||") || token.equals("&&") || token.equals(";") || token.startsWith("#");
  }

  private static boolean nothingFollows(List<String> tokens, int at) {
    return at + 1 >= tokens.size() || isTerminator(tokens.get(at + 1));
  }

  /// Each word is expanded by itself, and stays one word.
  private int command(List<String> tokens) throws InterruptedException {
    List<String> words = new ArrayList<>(tokens.size());
    for (String token : tokens) {
      words.add(settings.expand(token, where()));
    }
    int status = execute(words);
    if (status != OK) {
      settings.failed(status);
    }
    return status;
  }

  int execute(List<String> words) throws InterruptedException {
    IpxeCommands.Command command = IpxeCommands.ALL.get(words.getFirst());
    if (command == null || words.getFirst().equals("cpuid") && !isX86()) {
      run.found(Cause.SCRIPT_COMMAND_UNKNOWN, where() + ": " + Run.show(words.getFirst()));
      return NOT_EXECUTABLE;
    }
    run.step(where());
    return command.run(this, words);
  }

  boolean isX86() {
    Cpu cpu = run.machine.target().cpu();
    return cpu == Cpu.X86 || cpu == Cpu.X86_64;
  }

  int goTo(String label) {
    Integer at = frame.script.labels().get(label);
    if (at == null) {
      run.found(Cause.SCRIPT_LABEL_MISSING, where() + ": goto " + Run.show(label));
      return NOT_FOUND;
    }
    frame.next = at;
    frame.lineEnded = true;
    return OK;
  }

  /// A status other than 0 is how a script makes a firmware go on to its next boot device.
  int exit(int status) {
    told = true;
    frame.ended = true;
    return status;
  }

  Optional<URI> resolve(String text) {
    if (text.contains("##params")) {
      run.found(Cause.SCRIPT_NOT_FOLLOWED, where() + ": parameters are sent by POST");
    }
    Optional<URI> uri = Locations.resolve(settings.folder(), text);
    if (uri.isEmpty()) {
      run.found(Cause.SCRIPT_SYNTAX, where() + ": no address: " + Run.show(text));
    }
    return uri;
  }

  /// Whether a file is fetched only to tell its server of a failure: it does not matter whether it
  /// comes (`imgfetch … ||`), and its address has the number of an error in it (`${errno}`), or
  /// says by itself what it is for.
  boolean isReport(String address) {
    return unheeded && (address.contains(REPORT) || settings.namesFailure(address));
  }

  int chain(URI uri, String name) throws InterruptedException {
    Optional<IpxeImages.Held> image = images.fetch(uri, name, "", Files.Role.CHAIN);
    return image.isEmpty() ? NOT_FOUND : start(image.get(), false);
  }

  /// Starts an image. Of a script it is the status when that has ended; nothing else comes back.
  ///
  /// @param replace whether the script that says so ends with it
  int start(IpxeImages.Held image, boolean replace) throws InterruptedException {
    if (image.got().cannotRun()) {
      return NOT_EXECUTABLE;
    }
    String begin =
        new String(
            image.got().head(),
            0,
            Math.min(7, image.got().head().length),
            StandardCharsets.ISO_8859_1);
    if (!IpxeScript.isScript(begin)) {
      throw new Run.End(images.start(image));
    }
    images.free(image.name());
    int status = play(IpxeScript.of(run.text(image.uri(), image.got()), image.uri()));
    if (replace) {
      frame.ended = true;
    }
    return status;
  }
}
