package dev.bootbus.schema;

import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;
import io.nats.client.support.JwtUtils.UserClaim;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;

/// The operator of a nats-server with accounts: issues JWTs, as nsc does.
final class Operator {
  private final NKey operator = NKey.createOperator(new SecureRandom());
  private final NKey account = NKey.createAccount(new SecureRandom());

  Operator() throws GeneralSecurityException, IOException {}

  private static String key(NKey pair) throws GeneralSecurityException, IOException {
    return new String(pair.getPublicKey());
  }

  /// What nats-server needs to know of it: its account is all that there is.
  String config() throws GeneralSecurityException, IOException {
    return """
    operator: %s
    resolver: MEMORY
    resolver_preload: { %s: %s }
    """
        .formatted(
            jwt(operator, "operator", "{\"type\":\"operator\",\"version\":2}"),
            key(account),
            jwt(
                account,
                "account",
                "{\"limits\":{\"subs\":-1,\"data\":-1,\"payload\":-1,\"imports\":-1,\"exports\":-1,"
                    + "\"wildcards\":true,\"conn\":-1,\"leaf\":-1},\"type\":\"account\",\"version\":2}"));
  }

  private String jwt(NKey subject, String name, String claims)
      throws GeneralSecurityException, IOException {
    long now = JwtUtils.currentTimeSeconds();
    return JwtUtils.issueJWT(operator, key(subject), name, null, now, key(operator), () -> claims);
  }

  /// A creds file of a user who may do everything.
  ///
  /// @param life null for ever
  String creds(Duration life) throws GeneralSecurityException, IOException {
    NKey user = NKey.createUser(new SecureRandom());
    String jwt =
        JwtUtils.issueUserJWT(
            account,
            key(user),
            "a user",
            life,
            JwtUtils.currentTimeSeconds(),
            new UserClaim(key(account)));
    return JwtUtils.NATS_USER_JWT_FORMAT.formatted(jwt, new String(user.getSeed()));
  }
}
