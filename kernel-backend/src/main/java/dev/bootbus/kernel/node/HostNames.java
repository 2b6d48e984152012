package dev.bootbus.kernel.node;

import dev.bootbus.schema.MacAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Names for machines that nobody has named.
public final class HostNames {
  /// One or more labels of RFC 1123 §2.1.
  private static final Pattern LABELS =
      Pattern.compile(
          "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
              + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  private static final int MAX_LENGTH = 253;
  private static final HexFormat HEX = HexFormat.of();

  private static final List<String> ADJECTIVES =
      words(
          """
          able amber ample aqua arctic azure bold brave bright brisk bronze calm
          clear clever coral cosmic crisp curly daring dawn deep dusty eager early
          fair fancy fast fine fleet fluffy fresh gentle giant glad golden grand
          happy hardy humble icy ivory jade jolly keen kind large lively lucky
          lunar mellow merry mighty mild misty modest noble olive polite proud quick
          quiet rapid ready royal ruby rustic sage sandy scarlet sharp shiny silent
          silver smart smooth snowy solar solid spry stable steady still stout sunny
          swift tall tidy tiny topaz tranquil true twin upbeat vast velvet vivid warm
          """);

  private static final List<String> NOUNS =
      words(
          """
          adder alpaca ant badger bat bear beaver bee bison boar bobcat camel
          caribou cat cicada cobra condor cougar coyote crab crane cricket crow deer
          dingo dolphin dove duck eagle egret elk falcon ferret finch fox frog
          gazelle gecko goat goose gull hare hawk heron hornet horse hound ibex
          ibis jackal jaguar kestrel kiwi koala lark lemur lion lizard llama lobster
          lynx magpie marten mink mole moose moth mouse mule newt ocelot orca
          osprey otter owl panda parrot pelican pigeon pony puffin puma python quail
          rabbit raven robin salmon seal shark sparrow squid stork swan tapir tiger
          """);

  private HostNames() {}

  private static List<String> words(String text) {
    return List.of(text.trim().split("\\s+"));
  }

  public static boolean isValid(String name) {
    return name.length() <= MAX_LENGTH && LABELS.matcher(name).matches();
  }

  /// `brave-otter`: the same for the same machine everywhere, and now and then the same for two.
  static String of(MacAddress mac) {
    CRC32 hash = new CRC32();
    hash.update(mac.bytes());
    long number = hash.getValue();
    int count = ADJECTIVES.size();
    return ADJECTIVES.get((int) (number % count))
        + "-"
        + NOUNS.get((int) (number / count % NOUNS.size()));
  }

  /// `brave-otter-3456`, for the second of the two.
  static String longOf(MacAddress mac) {
    byte[] bytes = mac.bytes();
    return of(mac) + "-" + HEX.formatHex(bytes, Math.max(0, bytes.length - 2), bytes.length);
  }

  /// `brave-otter-525400123456`, which no other machine can have.
  static String fullOf(MacAddress mac) {
    return of(mac) + "-" + mac.dashed().replace("-", "");
  }
}
