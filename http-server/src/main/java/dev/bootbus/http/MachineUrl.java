package dev.bootbus.http;

import dev.bootbus.content.BootPath;
import java.util.List;

/// What the path of a URL says: `/t/TOKEN/user-data` is `user-data`, for the machine whose token it
/// is.
///
/// @param token or the empty string
record MachineUrl(BootPath path, String token) {
  private static final String FOLDER = "t";

  /// @param raw as it stands in the request, without the query
  static MachineUrl of(String raw) throws BootPath.RefusedException {
    BootPath path = BootPath.ofUrl(raw);
    List<String> segments = path.segments();
    if (segments.size() < 2 || !segments.getFirst().equals(FOLDER)) {
      return new MachineUrl(path, "");
    }
    List<String> rest = segments.subList(2, segments.size());
    return new MachineUrl(new BootPath(rest, path.directory()), segments.get(1));
  }

  /// The path for the log, without the token.
  static String shown(String raw) {
    if (!raw.contains("t/") && raw.indexOf('%') < 0 && raw.indexOf('\\') < 0) {
      return raw;
    }
    try {
      MachineUrl url = of(raw);
      return url.token.isEmpty() ? raw : "/" + FOLDER + "/(secret)/" + url.path;
    } catch (BootPath.RefusedException e) {
      return raw.replaceFirst("^(.*?)(/|\\\\|%2f|%5c)(t|%74)(/|\\\\|%2f|%5c).*", "$1/t/(secret)");
    }
  }

  @Override
  public String toString() {
    return token.isEmpty() ? path.toString() : "(secret) " + path;
  }
}
