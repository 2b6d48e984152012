package dev.bootbus.tftp.wire;

/// The number in an ERROR packet (RFC 1350, appendix). Numbers without a name here are kept.
///
/// @param value 0 to 65535
public record ErrorCode(int value) {
  /// "Not defined, see error message".
  public static final ErrorCode NOT_DEFINED = new ErrorCode(0);

  public static final ErrorCode FILE_NOT_FOUND = new ErrorCode(1);
  public static final ErrorCode ACCESS_VIOLATION = new ErrorCode(2);
  public static final ErrorCode DISK_FULL = new ErrorCode(3);
  public static final ErrorCode ILLEGAL_OPERATION = new ErrorCode(4);
  public static final ErrorCode UNKNOWN_TRANSFER_ID = new ErrorCode(5);
  public static final ErrorCode FILE_ALREADY_EXISTS = new ErrorCode(6);
  public static final ErrorCode NO_SUCH_USER = new ErrorCode(7);

  /// RFC 2347: the sender does not like the options, or, as EDK2 uses it, wanted only the size.
  public static final ErrorCode OPTIONS_REFUSED = new ErrorCode(8);

  public ErrorCode {
    if (value < 0 || value > 0xFFFF) {
      throw new IllegalArgumentException("not a TFTP error code: " + value);
    }
  }
}
