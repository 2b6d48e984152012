package dev.bootbus.kernel.boot;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The configuration of GRUB 2. Where it fails, GRUB ends, and the firmware goes on to its next
/// boot device.
public final class GrubConfig {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/:,=@%+()-]+");

  private GrubConfig() {}

  public static String of(LoadPlan plan) throws CannotLoadException {
    StringBuilder linux = new StringBuilder("linux ").append(name(plan.kernel()));
    for (String word : words(plan.cmdline())) {
      linux.append(' ').append(quoted(word));
    }
    return """
        # %1$s
        if %2$s; then
          %3$s
        fi
        echo 'bootbus: %1$s, and could not'
        sleep 10
        exit
        """
        .formatted(plan.boots(), linux, boot(plan));
  }

  /// GRUB's shell has no `&&`.
  private static String boot(LoadPlan plan) throws CannotLoadException {
    StringBuilder names = new StringBuilder();
    for (Place place : plan.initrds()) {
      names.append(' ').append(name(place));
    }
    return names.isEmpty() ? "boot" : "if initrd" + names + "; then boot; fi";
  }

  private static String name(Place place) throws CannotLoadException {
    return switch (place) {
      case Place.Local(String path) -> "/" + path;
      case Place.Remote(URI url)
          when (url.getScheme().equals("http") || url.getScheme().equals("tftp"))
              && url.getRawQuery() == null -> {
        String port = url.getPort() < 0 || url.getPort() == 80 ? "" : ":" + url.getPort();
        yield "(%s,%s%s)%s".formatted(url.getScheme(), url.getHost(), port, url.getRawPath());
      }
      case Place.Remote(URI url) -> throw new CannotLoadException("GRUB cannot load " + url);
    };
  }

  /// As the kernel reads its command line: spaces within double quotes belong to the word.
  private static List<String> words(String cmdline) throws CannotLoadException {
    if (cmdline.indexOf('\'') >= 0 || cmdline.indexOf('\\') >= 0) {
      throw new CannotLoadException(
          "GRUB would put a backslash before each ' and \\ of the command line");
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (char c : (cmdline + " ").toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c != ' ' || quoted) {
        word.append(c);
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    if (quoted) {
      throw new CannotLoadException("the command line has a quotation mark that is not closed");
    }
    return words;
  }

  /// GRUB puts quotation marks around what has a space in it.
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word + "'";
  }
}
