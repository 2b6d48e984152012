package dev.bootbus.dhcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Option 77. RFC 3004 §4 gives each class a length byte; iPXE and many DHCP clients send one class
/// without it. What cannot be read the first way is taken as the second.
final class UserClass {
  private static final int MAX_CLASS = 255;

  private UserClass() {}

  static List<String> read(Bytes value) {
    List<String> classes = new ArrayList<>();
    byte[] bytes = value.toArray();
    int at = 0;
    while (at < bytes.length) {
      int length = value.at(at);
      if (length == 0 || at + 1 + length > bytes.length) {
        return List.of(new String(bytes, UTF_8));
      }
      classes.add(new String(bytes, at + 1, length, UTF_8));
      at += 1 + length;
    }
    return List.copyOf(classes);
  }

  static Bytes write(List<String> classes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String name : classes) {
      byte[] bytes = name.getBytes(UTF_8);
      int length = Math.min(bytes.length, MAX_CLASS);
      out.write(length);
      out.write(bytes, 0, length);
    }
    return Bytes.of(out.toByteArray());
  }
}
