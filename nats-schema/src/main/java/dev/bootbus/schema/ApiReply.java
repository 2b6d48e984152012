package dev.bootbus.schema;

/// The answer to a question in plain JSON, which says with headers whether it is an error, as NATS
/// services do (ADR-32): `Nats-Service-Error-Code` and `Nats-Service-Error`.
///
/// @param body JSON
/// @param code 0 where it is none, else HTTP's
/// @param error one sentence, of an error
public record ApiReply(byte[] body, int code, String error) {
  public static ApiReply of(byte[] body) {
    return new ApiReply(body, 0, "");
  }
}
