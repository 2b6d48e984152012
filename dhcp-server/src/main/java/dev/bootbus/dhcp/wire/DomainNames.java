package dev.bootbus.dhcp.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The domain search list (RFC 3397): names as DNS writes them, with its compression (RFC 1035
/// §4.1.4).
final class DomainNames {
  private static final int MAX_LABEL = 63;
  private static final int MAX_NAME = 253;
  private static final int POINTER = 0xC0;
  private static final int MAX_OFFSET = 0x3FFF;

  private DomainNames() {}

  static List<String> read(Bytes value) throws MalformedPacketException {
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at < value.length()) {
      StringBuilder name = new StringBuilder();
      at = readName(value, at, name);
      names.add(name.toString());
    }
    return List.copyOf(names);
  }

  /// @return where the next name begins
  private static int readName(Bytes value, int start, StringBuilder name)
      throws MalformedPacketException {
    int at = start;
    int next = -1;
    while (true) {
      int length = at(value, at);
      if ((length & POINTER) == POINTER) {
        int target = (length & ~POINTER) << 8 | at(value, at + 1);
        // each turn goes back or makes the name longer, so it ends
        if (target >= at) {
          throw new MalformedPacketException("search list points forward");
        }
        next = next < 0 ? at + 2 : next;
        at = target;
      } else if (length > MAX_LABEL || name.length() + length > MAX_NAME) {
        throw new MalformedPacketException("search list with a name too long");
      } else if (length == 0) {
        return next < 0 ? at + 1 : next;
      } else {
        at(value, at + length);
        name.append(name.isEmpty() ? "" : ".");
        name.append(new String(value.slice(at + 1, length).toArray(), US_ASCII));
        at += 1 + length;
      }
    }
  }

  private static int at(Bytes value, int index) throws MalformedPacketException {
    if (index >= value.length()) {
      throw new MalformedPacketException("search list cut off");
    }
    return value.at(index);
  }

  /// Names that DNS cannot express are left out.
  static Bytes write(List<String> names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, Integer> written = new HashMap<>();
    for (String name : names) {
      String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
      if (isName(bare)) {
        writeName(bare, out, written);
      }
    }
    return Bytes.of(out.toByteArray());
  }

  private static void writeName(
      String name, ByteArrayOutputStream out, Map<String, Integer> written) {
    String rest = name;
    while (!rest.isEmpty()) {
      Integer earlier = written.get(rest);
      if (earlier != null) {
        out.write(POINTER | earlier >> 8);
        out.write(earlier);
        return;
      }
      if (out.size() <= MAX_OFFSET) {
        written.put(rest, out.size());
      }
      int dot = rest.indexOf('.');
      String label = dot < 0 ? rest : rest.substring(0, dot);
      out.write(label.length());
      out.writeBytes(label.getBytes(US_ASCII));
      rest = dot < 0 ? "" : rest.substring(dot + 1);
    }
    out.write(0);
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME || !US_ASCII.newEncoder().canEncode(name)) {
      return false;
    }
    for (String label : name.split("\\.", -1)) {
      if (label.isEmpty() || label.length() > MAX_LABEL) {
        return false;
      }
    }
    return true;
  }
}
