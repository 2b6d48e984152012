package dev.bootbus.dhcp;

import dev.bootbus.dhcp.ClientClass.Firmware;
import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.DhcpMessage;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.schema.Traceparent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Puts the trace that a packet is of into its answer, where the client is sure not to mind: into
/// option 43 beside what PXE firmware reads there, into the URL of iPXE's script, and, where the
/// operator says so, behind the name of iPXE itself. Other loaders make further names of the one
/// that they were loaded by. What does not fit into what the client takes is left as it was.
final class TraceWords {
  private static final String PARAMETER = "traceparent=";

  private TraceWords() {}

  /// @param names whether names of files may end in the trace
  static DhcpMessage into(DhcpMessage answer, Packet packet, boolean names) {
    ClientClass client = packet.client().clientClass();
    // to others, header fields may hold options
    if (!client.isBootClient() || client.firmware() == Firmware.HTTP) {
      return answer;
    }
    Options options = answer.options();
    Optional<Options> pxe =
        options
            .get(Option.VENDOR_SPECIFIC)
            .filter(PxeOption::isBootFile)
            .map(some -> with(some, PxeOption.TRACE, BootTraces.binary(packet.trace())));
    if (pxe.isPresent()) {
      Bytes value = Option.VENDOR_SPECIFIC.shape().write(pxe.get());
      options = with(options, Option.VENDOR_SPECIFIC.code(), value);
    }
    Optional<String> name = name(answer, client, packet.trace(), names);
    if (name.isPresent()) {
      Bytes value = Bytes.of(name.get().getBytes(StandardCharsets.US_ASCII));
      options = with(options, Option.BOOT_FILE_NAME.code(), value);
    }
    String file = name.map(TraceWords::header).orElse(answer.file());
    DhcpMessage marked = with(answer, file, options);
    int size = marked.encode().length();
    return size <= Draft.maxSize(packet.client().message()) ? marked : answer;
  }

  /// What option 67 says instead, if anything else.
  private static Optional<String> name(
      DhcpMessage answer, ClientClass client, Traceparent trace, boolean names) {
    Optional<String> said = answer.options().get(Option.BOOT_FILE_NAME);
    return said.filter(_ -> client.ipxe())
        .filter(name -> name.startsWith("http://") || name.startsWith("https://"))
        .map(name -> url(name, trace))
        .or(
            () ->
                said.filter(_ -> names && !client.ipxe())
                    .filter(name -> !new BootFile(name).isUrl() && new BootFile(name).isIpxe())
                    .map(name -> name + "-" + trace)
                    .filter(name -> name.length() < DhcpMessage.FILE_SIZE)
                    .map(name -> client.isBiosRom() ? name + "\0" : name))
        .filter(name -> name.length() <= BootFile.MAX_LENGTH);
  }

  private static String header(String name) {
    String file = name.replace("\0", "");
    return file.length() < DhcpMessage.FILE_SIZE ? file : "";
  }

  /// Before a fragment, which is not sent.
  private static String url(String script, Traceparent trace) {
    int end = script.indexOf('#') < 0 ? script.length() : script.indexOf('#');
    char before = script.substring(0, end).indexOf('?') < 0 ? '?' : '&';
    return script.substring(0, end) + before + PARAMETER + trace + script.substring(end);
  }

  private static Options with(Options options, int code, Bytes value) {
    Options.Builder builder = Options.builder();
    options.codes().stream()
        .filter(other -> other != code)
        .forEach(other -> builder.put(other, options.raw(other).orElse(Bytes.EMPTY)));
    return builder.put(code, value).build();
  }

  private static DhcpMessage with(DhcpMessage answer, String file, Options options) {
    return new DhcpMessage(
        answer.op(),
        answer.htype(),
        answer.hlen(),
        answer.hops(),
        answer.xid(),
        answer.secs(),
        answer.flags(),
        answer.ciaddr(),
        answer.yiaddr(),
        answer.siaddr(),
        answer.giaddr(),
        answer.chaddr(),
        answer.sname(),
        file,
        options);
  }
}
