package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.fetch.Fetcher.Fetched.Whole;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;

/// The requests that one fetch takes.
final class HttpTalk {
  private static final int PIECE = 16 << 10;

  /// Cuts off what an inactivity timeout does not catch: a byte every few seconds.
  private static final ScheduledThreadPoolExecutor DEADLINES = deadlines();

  private final CloseableHttpClient client;
  private final HttpFetcher.Settings settings;
  private final HttpProfile profile;
  private final Clock clock;
  private final String accept;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> seen = new TreeSet<>();
  private final byte[] buffer = new byte[PIECE];
  private int requests;
  private int redirects;

  /// @param accept header Accept (RFC 9110 §12.5.1)
  HttpTalk(CloseableHttpClient client, HttpFetcher.Settings settings, Clock clock, String accept) {
    this.client = client;
    this.accept = accept;
    this.settings = settings;
    this.profile = settings.profile();
    this.clock = clock;
  }

  private static ScheduledThreadPoolExecutor deadlines() {
    var executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("http-deadlines").factory());
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  Whole fetch(URI uri, Intake intake) throws Broke {
    OptionalLong head = OptionalLong.empty();
    URI at = uri;
    if (profile.headFirst()) {
      try (Answer answer = follow("HEAD", at, Optional.empty())) {
        at = answer.uri();
        head = length(answer);
      }
    }
    if (profile.pieces().isPresent()) {
      pieces(at, head, profile.pieces().getAsInt(), intake);
    } else if (profile.range().isPresent()) {
      part(at, profile.range().get(), intake);
    } else if (profile.resume()) {
      resume(at, intake);
    } else {
      whole(at, head, intake);
    }
    return new Whole(
        intake.size(),
        intake.head(),
        intake.sha256(),
        how(),
        List.copyOf(new LinkedHashSet<>(findings)),
        clock.took());
  }

  /// A whole answer, for what is read and not stored.
  HttpFetcher.Page page(URI uri, Intake intake) throws Broke {
    try (Answer answer = follow("GET", uri, Optional.empty())) {
      expect(length(answer), intake);
      copy(answer, Long.MAX_VALUE, intake);
      String type = answer.header("Content-Type").orElse("").split(";", 2)[0];
      return new HttpFetcher.Page(
          answer.uri(), type.strip().toLowerCase(Locale.ROOT), intake.head());
    }
  }

  private String how() {
    StringBuilder how = new StringBuilder(String.join(" ", seen));
    how.append(" requests=").append(requests);
    if (redirects > 0) {
      how.append(" redirects=").append(redirects);
    }
    return how.toString();
  }

  private void whole(URI uri, OptionalLong head, Intake intake) throws Broke {
    try (Answer answer = follow("GET", uri, Optional.empty())) {
      OptionalLong length = length(answer);
      if (head.isPresent() && length.isPresent() && !head.equals(length)) {
        throw new Broke(
            Cause.HTTP_HEAD_DIFFERS,
            "HEAD says %d bytes, GET %d".formatted(head.getAsLong(), length.getAsLong()));
      }
      if (head.isPresent() && head.getAsLong() > intake.most()) {
        throw new Broke(HttpFetcher.tooLarge(head.getAsLong(), intake));
      }
      expect(length, intake);
      copy(answer, Long.MAX_VALUE, intake);
      if (length.isEmpty() && intake.size() == 0) {
        throw new Broke(Cause.HTTP_CLOSED_EARLY, "no bytes, and no word of how many there are");
      }
    }
    if (head.isPresent() && head.getAsLong() != intake.size()) {
      throw new Broke(
          Cause.HTTP_HEAD_DIFFERS,
          "HEAD says %d bytes, %d came".formatted(head.getAsLong(), intake.size()));
    }
  }

  private void part(URI uri, ByteRange range, Intake intake) throws Broke {
    try (Answer answer = follow("GET", uri, Optional.of(range))) {
      ByteRange.Content content = content(answer, range);
      expect(OptionalLong.of(content.length()), intake);
      long before = intake.size();
      copy(answer, content.length(), intake);
      check(content, intake.size() - before);
    }
  }

  private void pieces(URI uri, OptionalLong head, int bytes, Intake intake) throws Broke {
    OptionalLong size = head;
    if (size.isPresent()) {
      expect(size, intake);
    }
    while (size.isEmpty() || intake.size() < size.getAsLong()) {
      long first = intake.size();
      ByteRange range = ByteRange.of(first, first + bytes - 1);
      try (Answer answer = follow("GET", uri, Optional.of(range))) {
        ByteRange.Content content = content(answer, range);
        if (content.size().isEmpty()) {
          throw new Broke(Cause.HTTP_RANGE_WRONG, "Content-Range tells no size of the file");
        }
        if (size.isPresent() && !size.equals(content.size())) {
          throw new Broke(
              Cause.HTTP_HEAD_DIFFERS,
              "%d bytes in all at first, then %d"
                  .formatted(size.getAsLong(), content.size().getAsLong()));
        }
        size = content.size();
        copy(answer, content.length(), intake);
        check(content, intake.size() - first);
      }
    }
  }

  private void resume(URI uri, Intake intake) throws Broke {
    OptionalLong length;
    try (Answer answer = follow("GET", uri, Optional.empty())) {
      length = length(answer);
      expect(length, intake);
      copyUpTo(answer, length.orElse(2L * PIECE) / 2, intake);
      answer.request().cancel();
    }
    long half = intake.size();
    if (length.isEmpty() || half < length.getAsLong()) {
      part(uri, ByteRange.from(half), intake);
    }
    Intake again = new Intake(new Fetcher.Limits(clock.left(), intake.most(), 0), _ -> {});
    whole(uri, OptionalLong.empty(), again);
    if (!Arrays.equals(again.sha256(), intake.soFar())) {
      throw new Broke(
          Cause.HTTP_RESUME_DIFFERS,
          "broken off after %d bytes and resumed: another file of %d bytes than in one piece (%d)"
              .formatted(half, intake.size(), again.size()));
    }
    seen.add("resumed-at=" + half);
  }

  /// An answer to a request for a part, which it must hold.
  private ByteRange.Content content(Answer answer, ByteRange range) throws Broke {
    if (answer.status() != 206) {
      throw new Broke(
          Cause.HTTP_RANGE_IGNORED, "asked for bytes %s, got %d".formatted(range, answer.status()));
    }
    String header = answer.header("Content-Range").orElse("none");
    ByteRange.Content content =
        ByteRange.Content.parse(header)
            .filter(c -> c.answers(range))
            .orElseThrow(
                () ->
                    new Broke(
                        Cause.HTTP_RANGE_WRONG,
                        "asked for bytes %s, got Content-Range: %s"
                            .formatted(range, Words.printable(header))));
    OptionalLong length = length(answer);
    if (length.isPresent() && length.getAsLong() != content.length()) {
      throw new Broke(
          Cause.HTTP_RANGE_WRONG,
          "Content-Range: %s, but Content-Length: %d"
              .formatted(Words.printable(header), length.getAsLong()));
    }
    return content;
  }

  private static void check(ByteRange.Content content, long came) throws Broke {
    if (came != content.length()) {
      throw new Broke(
          Cause.HTTP_CLOSED_EARLY, "%d bytes of %d came".formatted(came, content.length()));
    }
  }

  private void expect(OptionalLong length, Intake intake) throws Broke {
    if (length.isEmpty()) {
      return;
    }
    if (intake.size() + length.getAsLong() > intake.most()) {
      throw new Broke(HttpFetcher.tooLarge(length.getAsLong(), intake));
    }
    intake.expect(length.getAsLong());
  }

  /// Reads to the end of the body; more than `most` bytes are an error.
  private void copy(Answer answer, long most, Intake intake) throws Broke {
    if (copyUpTo(answer, most, intake)) {
      return;
    }
    try {
      if (answer.body().read() >= 0) {
        throw new Broke(
            Cause.HTTP_RANGE_WRONG,
            "the body goes on after the %d bytes it is to have".formatted(most));
      }
    } catch (IOException e) {
      throw new Broke(HttpFailure.of(e, answer.uri(), true));
    }
  }

  /// Whether the body ended there.
  private boolean copyUpTo(Answer answer, long most, Intake intake) throws Broke {
    try {
      InputStream body = answer.body();
      long left = most;
      while (left > 0) {
        int n = body.read(buffer, 0, Math.clamp(left, 1, PIECE));
        if (n < 0) {
          return true;
        }
        if (intake.overflows(n)) {
          throw new Broke(
              Cause.FETCH_TOO_LARGE, "still sending after %d bytes".formatted(intake.size()));
        }
        intake.take(ByteBuffer.wrap(buffer, 0, n));
        left -= n;
      }
      return false;
    } catch (IOException e) {
      throw new Broke(HttpFailure.of(e, answer.uri(), true));
    }
  }

  /// What the headers say of the body's length.
  private OptionalLong length(Answer answer) throws Broke {
    Header[] lengths = answer.response().getHeaders("Content-Length");
    if (answer.header("Transfer-Encoding").isPresent()) {
      findings.add(new Finding(Cause.HTTP_NO_LENGTH, "Transfer-Encoding: chunked"));
      return OptionalLong.empty();
    }
    if (lengths.length == 0) {
      findings.add(new Finding(Cause.HTTP_NO_LENGTH, "no Content-Length"));
      return OptionalLong.empty();
    }
    for (Header header : lengths) {
      if (!header.getValue().matches("[0-9]{1,18}")
          || !header.getValue().equals(lengths[0].getValue())) {
        throw new Broke(
            Cause.HTTP_NOT_UNDERSTOOD, "Content-Length: " + Words.printable(header.getValue()));
      }
    }
    return OptionalLong.of(Long.parseLong(lengths[0].getValue()));
  }

  private Answer follow(String method, URI uri, Optional<ByteRange> range) throws Broke {
    Set<URI> been = new LinkedHashSet<>();
    URI at = uri;
    while (been.add(at)) {
      Answer answer = ask(method, at, range);
      Optional<URI> next = answer.redirect();
      if (next.isEmpty()) {
        return accepted(answer, range);
      }
      answer.close();
      redirects++;
      findings.add(
          new Finding(
              Cause.HTTP_REDIRECTED,
              "%d to %s".formatted(answer.status(), Words.printable(next.get().toString()))));
      if (been.size() > settings.redirects()) {
        throw new Broke(Cause.HTTP_REDIRECT_LOOP, "more than " + settings.redirects());
      }
      at = next.get();
    }
    throw new Broke(Cause.HTTP_REDIRECT_LOOP, "back at " + Words.printable(at.toString()));
  }

  private Answer accepted(Answer answer, Optional<ByteRange> range) throws Broke {
    int status = answer.status();
    boolean partial = range.isPresent();
    if (status == 200 || partial && status == 206) {
      answer
          .header("Content-Encoding")
          .filter(value -> !value.equalsIgnoreCase("identity"))
          .ifPresent(
              value -> findings.add(new Finding(Cause.HTTP_ENCODED, Words.printable(value))));
      return answer;
    }
    String line = status + " " + Words.printable(answer.response().getReasonPhrase());
    answer.close();
    Cause cause =
        switch (status) {
          case 404, 410 -> Cause.HTTP_NOT_FOUND;
          case 401, 403, 407, 511 -> Cause.HTTP_DENIED;
          case 416 -> Cause.HTTP_RANGE_REFUSED;
          default -> status >= 500 ? Cause.HTTP_SERVER_ERROR : Cause.HTTP_STATUS_UNEXPECTED;
        };
    throw new Broke(cause, line.strip());
  }

  private Answer ask(String method, URI uri, Optional<ByteRange> range) throws Broke {
    HttpUriRequestBase request = new ExactRequest(method, uri);
    switch (profile.connection()) {
      case KEEP_ALIVE -> {}
      case CLOSE, HTTP_1_0 -> request.setHeader("Connection", "close");
    }
    range.ifPresent(r -> request.setHeader("Range", "bytes=" + r));
    request.setHeader("Accept", accept);
    requests++;
    var cut = DEADLINES.schedule(request::cancel, clock.left().toNanos(), TimeUnit.NANOSECONDS);
    try {
      HttpHost host = new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
      ClassicHttpResponse response = client.executeOpen(host, request, null);
      seen.add(response.getVersion().toString());
      return new Answer(uri, response, request, cut);
    } catch (IOException e) {
      cut.cancel(false);
      throw new Broke(HttpFailure.of(e, uri, false));
    } catch (IllegalArgumentException | IllegalStateException e) {
      // the library's words for a URI that it cannot ask for
      cut.cancel(false);
      throw new Broke(Cause.HTTP_NOT_UNDERSTOOD, Words.printable(String.valueOf(e.getMessage())));
    }
  }
}
