package dev.bootbus.kernel.api;

import dev.bootbus.kernel.api.Caller.Role;
import dev.bootbus.kernel.api.Problem.Kind;
import dev.bootbus.kernel.api.Problem.RefusedException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may come in. Where no tokens are configured, whoever reaches the port may do everything,
/// but for pages of a browser on this host that come from somewhere else.
final class Gate {
  private static final Logger LOG = LoggerFactory.getLogger("kernel-backend");
  private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([!-~]{1,256}) *");

  /// A name that somebody else's DNS may lead here is not one of them.
  private static final Pattern THIS_HOST =
      Pattern.compile("localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

  private final @Nullable Tokens tokens;
  private final FailedLogins failures = new FailedLogins();

  /// @param tokens null where none are asked for
  Gate(@Nullable Tokens tokens) {
    this.tokens = tokens;
  }

  /// What a request says of who sent it.
  ///
  /// @param host with its port, empty for none
  record Credentials(
      InetAddress peer, String host, @Nullable String origin, @Nullable String authorization) {}

  Caller enter(Credentials credentials, boolean isChange) throws RefusedException {
    refusePages(credentials);
    Caller caller = caller(credentials);
    if (isChange && caller.role() != Role.WRITE) {
      throw Problem.of(
              Kind.FORBIDDEN, "the token of " + caller.name() + " has the role read, not write")
          .refusal();
    }
    return caller;
  }

  private void refusePages(Credentials credentials) throws RefusedException {
    String host = credentials.host().toLowerCase(Locale.ROOT);
    String origin = credentials.origin();
    if (origin != null && !isSameHost(origin, host)) {
      throw Problem.of(Kind.FORBIDDEN, "pages of other hosts may not use this API").refusal();
    }
    if (tokens == null && !THIS_HOST.matcher(host.replaceFirst(":\\d+$", "")).matches()) {
      throw Problem.of(
              Kind.FORBIDDEN, "without --api-tokens, ask for localhost or an address, not a name")
          .refusal();
    }
  }

  private static boolean isSameHost(String origin, String host) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.toLowerCase(Locale.ROOT).equals(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Caller caller(Credentials credentials) throws RefusedException {
    if (tokens == null) {
      return Caller.ANYBODY;
    }
    String authorization = credentials.authorization();
    if (authorization == null) {
      throw Problem.of(Kind.UNAUTHORIZED, "a header `Authorization: Bearer TOKEN` is needed")
          .refusal();
    }
    long now = System.nanoTime();
    if (failures.isBlocked(credentials.peer(), now)) {
      throw Problem.of(
              Kind.TOO_MANY,
              "too many wrong tokens from this address: wait "
                  + FailedLogins.WAIT.toSeconds()
                  + " s")
          .refusal();
    }
    Matcher bearer = BEARER.matcher(authorization);
    Optional<Caller> caller =
        bearer.matches() ? tokens.callerOf(bearer.group(1)) : Optional.empty();
    if (caller.isEmpty()) {
      int count = failures.failed(credentials.peer(), now);
      LOG.warn("api login failed peer={} count={}", credentials.peer().getHostAddress(), count);
      throw Problem.of(Kind.UNAUTHORIZED, "this token counts here no more, or never did").refusal();
    }
    return caller.get();
  }
}
