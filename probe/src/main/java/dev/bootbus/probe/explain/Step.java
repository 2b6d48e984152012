package dev.bootbus.probe.explain;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.MalformedPacketException;
import dev.bootbus.schema.Explanation;
import dev.bootbus.schema.FileAnswer;
import java.util.HexFormat;
import java.util.Optional;

/// One thing that a machine would say, and what it would be answered.
public sealed interface Step {
  /// Who would speak: `UEFI PXE`.
  String program();

  /// @param said `DISCOVER`, `REQUEST`, or `REQUEST to port 4011`
  /// @param host whose front end answers
  record Dhcp(String program, String said, String host, Explanation.Answer answer) implements Step {

    /// What would be sent; empty where nothing would, or what cannot be read.
    public Optional<DhcpMessage> message() {
      try {
        return answer.packet().isEmpty()
            ? Optional.empty()
            : Optional.of(DhcpMessage.decode(Bytes.of(HexFormat.of().parseHex(answer.packet()))));
      } catch (MalformedPacketException | IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    boolean isOf(Dhcp other) {
      return host.equals(other.host)
          && answer.network().equals(other.answer.network())
          && answer.address().equals(other.answer.address());
    }
  }

  /// @param path as the file server would ask for it
  /// @param answer the backend's; none where it does not answer, for the reason given
  record File(String program, String path, Optional<FileAnswer> answer, String why)
      implements Step {}
}
