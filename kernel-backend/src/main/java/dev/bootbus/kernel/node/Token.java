package dev.bootbus.kernel.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bootbus.schema.MacAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The secret of one node, `525400123456-` and 32 hex digits of chance: whoever shows it in a URL
/// is this machine. It is never shown in a log.
///
/// @param mac whose it is
public record Token(MacAddress mac, String text) {
  private static final Pattern FORM = Pattern.compile("((?:[0-9a-f]{2}){1,32})-[0-9a-f]{32}");
  private static final int CHANCE = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  public static Token fresh(MacAddress mac) {
    byte[] chance = new byte[CHANCE];
    RANDOM.nextBytes(chance);
    String digits = mac.dashed().replace("-", "");
    return new Token(mac, digits + "-" + HexFormat.of().formatHex(chance));
  }

  /// What somebody says is a token.
  public static Optional<Token> parse(String text) {
    Matcher form = FORM.matcher(text);
    try {
      return form.matches()
          ? Optional.of(new Token(MacAddress.parse(form.group(1)), text))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Takes the same time wherever the first difference is, so that none can be found digit by
  /// digit.
  public boolean isThe(Token other) {
    return MessageDigest.isEqual(text.getBytes(US_ASCII), other.text.getBytes(US_ASCII));
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
