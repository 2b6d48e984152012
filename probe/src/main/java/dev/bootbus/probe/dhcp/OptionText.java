package dev.bootbus.probe.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import java.util.ArrayList;
import java.util.List;

/// An option for people to read.
///
/// @param name in the IANA registry
/// @param value printable; of one that is not what it should be, why, and its bytes as hex
/// @param parts options in it
/// @param sound whether the value has the form that the option should have
public record OptionText(
    int code, String name, String value, List<OptionText> parts, Bytes raw, boolean sound) {
  private static final String PXE = "PXEClient";

  /// All options of a message, in the order of their codes.
  ///
  /// @param pxe whether the client is a PXE client, so that option 43 is what the PXE
  ///     specification 2.1 §2.2.3 says
  public static List<OptionText> of(Options options, boolean pxe) {
    List<OptionText> all = new ArrayList<>();
    for (int code : options.codes()) {
      Bytes raw = options.raw(code).orElseThrow();
      boolean vendor = code == Option.VENDOR_SPECIFIC.code() && !pxe;
      Registry.Row row = Registry.option(code);
      all.add(of(code, vendor ? new Registry.Row(row.name(), Form.TAGGED) : row, raw));
    }
    return List.copyOf(all);
  }

  /// Whether a message is of a PXE client, or for one.
  public static boolean isPxe(DhcpMessage message) {
    return message.options().get(Option.VENDOR_CLASS).filter(v -> v.startsWith(PXE)).isPresent();
  }

  static OptionText of(int code, Registry.Row row, Bytes raw) {
    try {
      Form.Read read = row.form().read(raw);
      return new OptionText(code, row.name(), read.value(), read.parts(), raw, true);
    } catch (MalformedPacketException e) {
      String value = "malformed, %s: %s".formatted(e.getMessage(), raw);
      return new OptionText(code, row.name(), value, List.of(), raw, false);
    }
  }

  /// Whether it and all in it are sound.
  public boolean isSound() {
    return sound && parts.stream().allMatch(OptionText::isSound);
  }
}
