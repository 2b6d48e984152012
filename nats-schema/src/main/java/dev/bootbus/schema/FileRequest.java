package dev.bootbus.schema;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.List;

/// "What is in this file for this machine?": asked by the TFTP and HTTP servers when no source
/// before the backend has a file of that name.
///
/// @param path name without a leading slash, separated by single slashes: `boot.ipxe`
/// @param protocol who asks
/// @param peer address of the machine that wants the file
/// @param mac its hardware address where the request names it (`?mac=` of a URL), or
///     [MacAddress#NONE]
/// @param traceparent W3C trace context, or the empty string
/// @param token a secret of the URL that names the machine, or the empty string; never shown
/// @param offset of the first byte that is wanted; more than 0 for all pieces but the first
/// @param version what the first piece said of itself, or the empty string
/// @param isDryRun whether no machine asks, and somebody only wants to know what it would get,
///     as in [DhcpRequest]; secrets of the machine are left out of the answer then
/// @param clientArch of a dry run: what a machine that is not known yet would have said of its
///     firmware before (option 93); no file server knows it
public record FileRequest(
    String path,
    Protocol protocol,
    InetAddress peer,
    MacAddress mac,
    String traceparent,
    String token,
    long offset,
    String version,
    boolean isDryRun,
    List<Integer> clientArch) {

  /// Where dry runs are asked for, after `bootbus.v1.`
  public static final String EXPLAIN = "explain.file";

  public FileRequest {
    requireNonNull(path, "path is null");
    requireNonNull(protocol, "protocol is null");
    requireNonNull(peer, "peer is null");
    requireNonNull(mac, "mac is null");
    requireNonNull(traceparent, "traceparent is null");
    requireNonNull(token, "token is null");
    requireNonNull(version, "version is null");
    clientArch = List.copyOf(clientArch);
    if (offset < 0 || offset > FileAnswer.MAX_SIZE) {
      throw new IllegalArgumentException("the offset is " + offset);
    }
  }

  /// For the whole file, or its first piece.
  public FileRequest(
      String path, Protocol protocol, InetAddress peer, MacAddress mac, String traceparent) {
    this(path, protocol, peer, mac, traceparent, "", 0, "", false, List.of());
  }

  public FileRequest withToken(String secret) {
    return new FileRequest(
        path, protocol, peer, mac, traceparent, secret, offset, version, isDryRun, clientArch);
  }

  public FileRequest withTraceparent(String trace) {
    return new FileRequest(
        path, protocol, peer, mac, trace, token, offset, version, isDryRun, clientArch);
  }

  /// @param arch what the machine's firmware would have said before (option 93), or empty
  public FileRequest asDryRun(List<Integer> arch) {
    return new FileRequest(
        path, protocol, peer, mac, traceparent, token, offset, version, true, arch);
  }

  /// The same for a later piece.
  ///
  /// @param begun version of the first piece, or the empty string
  public FileRequest from(long first, String begun) {
    return new FileRequest(
        path, protocol, peer, mac, traceparent, token, first, begun, isDryRun, clientArch);
  }

  public enum Protocol {
    TFTP,
    HTTP
  }

  @Override
  public String toString() {
    String secret = token.isEmpty() ? "" : " token=(secret)";
    return "FileRequest[%s %s %s %s from %d %s%s%s]"
        .formatted(
            protocol,
            path,
            Addresses.shown(peer),
            mac,
            offset,
            traceparent,
            secret,
            isDryRun ? " dry run" : "");
  }
}
