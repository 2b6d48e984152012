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
/// option 43 beside what PXE firmware reads there, and into the URL of iPXE's script. What does not
/// fit into what the client takes is left as it was.
final class TraceWords {
  private static final String PARAMETER = "traceparent=";

  private TraceWords() {}

  static DhcpMessage into(DhcpMessage answer, Packet packet) {
    ClientClass client = packet.client().clientClass();
    // to others, header fields may hold options
    if (!client.isBootClient() || client.firmware() == Firmware.HTTP) {
      return answer;
    }
    Options said = answer.options();
    Optional<Options> pxe =
        said.get(Option.VENDOR_SPECIFIC)
            .filter(PxeOption::isBootFile)
            .map(options -> with(options, PxeOption.TRACE, BootTraces.binary(packet.trace())));
    Optional<String> script =
        said.get(Option.BOOT_FILE_NAME)
            .filter(_ -> client.ipxe())
            .filter(name -> name.startsWith("http://") || name.startsWith("https://"))
            .map(name -> url(name, packet.trace()))
            .filter(name -> new BootFile(name).isSendable());
    if (pxe.isEmpty() && script.isEmpty()) {
      return answer;
    }
    Options options = said;
    if (pxe.isPresent()) {
      options = with(options, Option.VENDOR_SPECIFIC.code(), encoded(pxe.get()));
    }
    if (script.isPresent()) {
      byte[] name = script.get().getBytes(StandardCharsets.US_ASCII);
      options = with(options, Option.BOOT_FILE_NAME.code(), Bytes.of(name));
    }
    String file = script.filter(name -> name.length() < DhcpMessage.FILE_SIZE).orElse("");
    DhcpMessage marked = with(answer, script.isPresent() ? file : answer.file(), options);
    return marked.encode().length() <= Draft.maxSize(packet.client().message()) ? marked : answer;
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

  private static Bytes encoded(Options pxe) {
    return Option.VENDOR_SPECIFIC.shape().write(pxe);
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
