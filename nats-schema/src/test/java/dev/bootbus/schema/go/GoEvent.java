package dev.bootbus.schema.go;

import dev.bootbus.schema.go.GoJson.Arr;
import dev.bootbus.schema.go.GoJson.Bool;
import dev.bootbus.schema.go.GoJson.Member;
import dev.bootbus.schema.go.GoJson.Null;
import dev.bootbus.schema.go.GoJson.Num;
import dev.bootbus.schema.go.GoJson.Obj;
import dev.bootbus.schema.go.GoJson.Text;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `event.UnmarshalJSON` and `event.MarshalJSON` of CloudEvents sdk-go 2.8.0, which read one key
/// after the other and need to know the version before they can place most of them.
final class GoEvent {
  private static final List<String> ATTRIBUTES_V1 =
      List.of(
          "id",
          "source",
          "type",
          "datacontenttype",
          "subject",
          "time",
          "specversion",
          "dataschema");
  private static final List<String> JSON = List.of("application/json", "text/json");

  private enum Version {
    NONE,
    V03,
    V1
  }

  private Version version = Version.NONE;
  private boolean typeSeen;
  private boolean base64;
  private String mediaType = "";
  private Optional<GoJson> cached = Optional.empty();
  private Optional<GoJson> early64 = Optional.empty();
  private boolean early64Encoding;
  private final List<String> earlyNames = new ArrayList<>();
  private Optional<GoJson> placed = Optional.empty();
  private String encoded = "";

  private GoEvent() {}

  static byte[] encode(String id, String type, String data) {
    return ("{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/tinkerbell/dhcp\",\"type\":\"%s\","
            + "\"datacontenttype\":\"application/json\",\"data\":%s}")
        .formatted(id, type, data)
        .getBytes(StandardCharsets.UTF_8);
  }

  /// The event's data, still to be parsed by encoding/json.
  static GoJson data(byte[] event) throws GoFailure {
    GoEvent reading = new GoEvent();
    if (GoJson.parsePrefix(new String(event, StandardCharsets.UTF_8)) instanceof Obj object) {
      for (Member member : object.members()) {
        checkExponents(member.value());
        if (member.key().isEmpty()) {
          break; // json-iterator takes an empty key for the end of the object
        }
        reading.take(member.key(), member.value());
      }
    }
    return reading.end();
  }

  /// json-iterator skips plain digits, but computes a number that has an exponent.
  private static void checkExponents(GoJson value) throws GoFailure {
    switch (value) {
      case Num number when number.literal().matches(".*[eE].*") -> number.toFloat();
      case Arr(List<GoJson> elements) -> {
        for (GoJson element : elements) {
          checkExponents(element);
        }
      }
      case Obj(List<Member> members) -> {
        for (Member member : members) {
          checkExponents(member.value());
        }
      }
      case Null _, Bool _, Text _, Num _ -> {}
    }
  }

  private void take(String key, GoJson value) throws GoFailure {
    switch (key) {
      case "specversion" -> takeVersion(text(value));
      case "id", "type", "subject" -> text(value);
      case "source" -> takeSource(text(value));
      case "time" -> takeTime(text(value));
      case "datacontenttype" -> takeType(text(value));
      case "data" -> takeData(value, false);
      case "data_base64" -> takeBase64(value);
      case "datacontentencoding" -> takeEncoding(value);
      case "dataschema", "schemaurl" -> takeSchema(key, value);
      default -> takeExtension(key, value);
    }
  }

  private void takeVersion(String said) throws GoFailure {
    if (version != Version.NONE) {
      throw GoFailure.error("specversion was already provided");
    }
    version =
        switch (said) {
          case "1.0" -> Version.V1;
          case "0.3" -> Version.V03;
          default -> throw GoFailure.error("specversion: unknown value: " + said);
        };
    for (String name : version == Version.V1 ? earlyNames : List.<String>of()) {
      checkName(name);
    }
    if (version == Version.V1 && early64.isPresent()) {
      cached = early64;
      base64 = true;
    }
    base64 |= version == Version.V03 && early64Encoding;
  }

  private static void takeSource(String source) throws GoFailure {
    if (source.isEmpty()) {
      throw GoFailure.error("cannot parse uri ref: ");
    }
    NetUrl.parse(source);
  }

  private static void takeTime(String time) throws GoFailure {
    try {
      if (!time.isEmpty()) {
        if (!time.matches("[0-9T:.+-]+Z?")) {
          throw GoFailure.error("not in RFC3339 format: " + time);
        }
        OffsetDateTime.parse(time);
      }
    } catch (DateTimeException e) {
      throw GoFailure.error("not in RFC3339 format: " + time);
    }
  }

  private void takeType(String type) throws GoFailure {
    if (version != Version.NONE && typeSeen) {
      throw GoFailure.error("datacontenttype was already provided");
    }
    typeSeen = true;
    mediaType = type.split(";", 2)[0];
    mediaType = type.contains(";") ? mediaType.strip() : mediaType;
  }

  private void takeData(GoJson value, boolean is64) throws GoFailure {
    boolean placeable =
        switch (version) {
          case NONE -> false;
          case V1 -> typeSeen;
          case V03 -> typeSeen && base64;
        };
    if (!placeable) {
      base64 |= is64;
      cached = Optional.of(value);
      return;
    }
    boolean decode = is64 || (version == Version.V03 && base64);
    String text = value instanceof Text(String t) ? t : "";
    boolean json = !decode && JSON.contains(mediaType);
    if (!json && !(value instanceof Text)) {
      throw GoFailure.error("ReadString: expects \" or n");
    }
    if (json) {
      placed = Optional.of(value);
    } else {
      placed = Optional.empty();
      encoded = decode ? decoded(text) : text;
    }
  }

  private void takeBase64(GoJson value) throws GoFailure {
    switch (version) {
      case NONE -> early64 = Optional.of(value);
      case V1 -> takeData(value, true);
      case V03 -> takeExtension("data_base64", value);
    }
  }

  private void takeEncoding(GoJson value) throws GoFailure {
    if (version == Version.V1) {
      takeExtension("datacontentencoding", value);
      return;
    }
    if (!text(value).equals("base64") || (version == Version.V03 && base64)) {
      throw GoFailure.error("invalid datacontentencoding value");
    }
    early64Encoding = true;
    base64 |= version == Version.V03;
  }

  private void takeSchema(String key, GoJson value) throws GoFailure {
    boolean own = key.equals("dataschema") == (version != Version.V03);
    if (own && version != Version.NONE) {
      text(value);
    } else if (version != Version.NONE) {
      takeExtension(key, value);
    }
  }

  private void takeExtension(String name, GoJson value) throws GoFailure {
    switch (version) {
      case NONE -> earlyNames.add(name);
      case V1 -> checkName(name);
      case V03 -> {}
    }
    if (ATTRIBUTES_V1.contains(name.toLowerCase(Locale.ROOT))) {
      throw GoFailure.error("bad key " + name + ": attribute MUST NOT be overwritten by extension");
    }
    switch (value) {
      case Null _, Bool _, Text _ -> {}
      case Num number -> {
        if (Math.abs(number.toFloat()) > Integer.MAX_VALUE) {
          throw GoFailure.error("cannot convert " + number.literal() + " to int32: out of range");
        }
      }
      case Arr _, Obj _ -> throw GoFailure.error("invalid CloudEvents value of " + name);
    }
  }

  private static void checkName(String extension) throws GoFailure {
    if (!extension.matches("[A-Za-z0-9]+")) {
      throw GoFailure.error("bad key, CloudEvents attribute names MUST consist of … " + extension);
    }
  }

  private GoJson end() throws GoFailure {
    if (version == Version.NONE) {
      throw GoFailure.error("specversion: no specversion");
    }
    if (cached.isEmpty()) { // what came before its type was known wins in any case
      return placed.isPresent() ? placed.get() : GoJson.parse(encoded);
    }
    GoJson value = cached.get();
    if (base64) {
      return GoJson.parse(decodedUnquoted(value));
    }
    if (mediaType.isEmpty() || JSON.contains(mediaType)) {
      return value;
    }
    return GoJson.parse(value instanceof Text(String text) ? text : "");
  }

  /// The raw bytes without their first and last, which ought to be quotes.
  private static String decodedUnquoted(GoJson value) throws GoFailure {
    return switch (value) {
      case Text(String text) -> decoded(text);
      case Num(String digits) when digits.length() == 1 ->
          throw GoFailure.panic("slice bounds out of range [1:0]");
      case Arr(List<GoJson> none) when none.isEmpty() -> "";
      case Obj(List<Member> none) when none.isEmpty() -> "";
      case Num _, Bool _, Null _, Arr _, Obj _ -> throw GoFailure.error("illegal base64 data");
    };
  }

  static byte[] base64(String text) throws GoFailure {
    String digits = text.replaceAll("[\r\n]", "");
    if (digits.length() % 4 != 0 || !digits.matches("[A-Za-z0-9+/]*={0,2}")) {
      throw GoFailure.error("illegal base64 data");
    }
    return Base64.getDecoder().decode(digits);
  }

  private static String decoded(String text) throws GoFailure {
    return new String(base64(text), StandardCharsets.UTF_8);
  }

  /// A string or null; json-iterator refuses everything else.
  private static String text(GoJson value) throws GoFailure {
    return switch (value) {
      case Text(String text) -> text;
      case Null _ -> "";
      case Num _, Bool _, Arr _, Obj _ -> throw GoFailure.error("ReadString: expects \" or n");
    };
  }
}
