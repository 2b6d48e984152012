package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/// "What is in this file for this machine?": asked by the TFTP and HTTP servers when no file of
/// that name lies on disk.
///
/// @param path name without a leading slash, separated by single slashes: `boot.ipxe`
/// @param protocol who asks
/// @param peer address of the machine that wants the file
/// @param mac its hardware address where the request names it (`?mac=` of a URL), or
///     [MacAddress#NONE]
/// @param traceparent W3C trace context, or the empty string
public record FileRequest(
    String path, Protocol protocol, InetAddress peer, MacAddress mac, String traceparent) {

  public FileRequest {
    requireNonNull(path, "path is null");
    requireNonNull(protocol, "protocol is null");
    requireNonNull(peer, "peer is null");
    requireNonNull(mac, "mac is null");
    requireNonNull(traceparent, "traceparent is null");
  }

  public enum Protocol {
    TFTP,
    HTTP
  }
}
