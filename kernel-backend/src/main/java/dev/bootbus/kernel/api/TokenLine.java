package dev.bootbus.kernel.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.kernel.api.Caller.Role;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One line of the file of tokens: `ada write sha256:9f86…` or `ada write TOKEN`.
///
/// @param hash SHA-256 of the token, which itself is not kept
record TokenLine(Caller caller, byte[] hash) {
  private static final int MAX_LINES = 1000;
  private static final int LEAST = 16;
  private static final Pattern LINE =
      Pattern.compile("([A-Za-z0-9._-]{1,64})\\s+(read|write)\\s+(\\S{1,256})");
  private static final String HASHED = "sha256:";

  /// Reads all lines; empty ones and those that begin with `#` are none.
  ///
  /// @throws IllegalArgumentException with the number of the line, and nothing of what stands in it
  static List<TokenLine> read(List<String> lines) {
    List<TokenLine> tokens = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      TokenLine token = read(line, i + 1);
      if (!names.add(token.caller().name())) {
        throw complaint(i + 1, "the name is that of a line before");
      }
      tokens.add(token);
    }
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("it has no line `NAME read|write TOKEN`");
    }
    if (tokens.size() > MAX_LINES) {
      throw new IllegalArgumentException("it has more than " + MAX_LINES + " tokens");
    }
    return List.copyOf(tokens);
  }

  private static TokenLine read(String line, int number) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw complaint(number, "not `NAME read|write TOKEN`");
    }
    Caller caller =
        new Caller(matcher.group(1), Role.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)));
    String token = matcher.group(3);
    if (!token.startsWith(HASHED)) {
      if (token.length() < LEAST) {
        throw complaint(number, "the token has less than " + LEAST + " characters");
      }
      return new TokenLine(caller, hash(token));
    }
    try {
      byte[] hash = HexFormat.of().parseHex(token.substring(HASHED.length()));
      if (hash.length == 32) {
        return new TokenLine(caller, hash);
      }
    } catch (IllegalArgumentException e) {
      // the same complaint
    }
    throw complaint(number, "sha256: has not 64 hex digits after it");
  }

  private static IllegalArgumentException complaint(int number, String why) {
    return new IllegalArgumentException("line " + number + ": " + why);
  }

  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /// Takes as long for any two.
  boolean is(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }
}
