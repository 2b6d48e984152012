package dev.bootbus.tftp;

import java.util.Locale;

/// Why a datagram was not acted upon; log key and counter at once.
enum DropReason {
  /// The bytes are no TFTP packet.
  MALFORMED,
  /// DATA, ACK, OACK or ERROR came to the port for requests, or a request to a transfer's port.
  OUT_OF_PLACE,
  /// A client wants to write; the server is read only. Answered with ERROR 2.
  WRITE_REQUEST,
  /// A mode other than octet and netascii, such as mail. Answered with ERROR 4.
  UNSUPPORTED_MODE,
  /// The same request from the same port, while the transfer it started is under way.
  DUPLICATE_REQUEST,
  /// All `--max-transfers` are under way. Answered with ERROR 0.
  BUSY,
  /// All `--max-per-peer` of one address are under way. Answered with ERROR 0.
  BUSY_PEER,
  /// One address asks faster than `--max-rate`. Not answered.
  TOO_MANY_REQUESTS,
  /// The server has been told to stop, and takes no more requests. Not answered.
  STOPPING,
  /// A packet for a transfer, from another address or port than its client's. Answered with ERROR
  /// 5.
  FOREIGN_TRANSFER_ID;

  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
