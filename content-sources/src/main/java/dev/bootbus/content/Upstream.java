package dev.bootbus.content;

import dev.bootbus.content.Asker.Wish;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// The files below a URL of another server, streamed through: nothing is stored, and no more of a
/// file is in memory than a few buffers for each that is being read.
public final class Upstream implements ContentSource, AutoCloseable {

  /// @param base `http` or `https`, without user, query and fragment; ends in a slash
  /// @param timeout for the response to begin, and for the upstream to send nothing while its
  ///     response is read
  /// @param maxFetches responses that may be open at once; more wait, at most for the timeout
  public record Settings(
      URI base, Duration timeout, SSLContext tls, ProxySelector proxies, int maxFetches) {

    /// @throws IllegalArgumentException with one sentence, if the base is no URL to fetch from
    public Settings {
      base = withSlash(base);
    }

    private static URI withSlash(URI base) {
      String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https") || base.getHost() == null) {
        throw new IllegalArgumentException("an upstream is http://HOST/PATH or https://HOST/PATH");
      }
      if (base.getRawUserInfo() != null
          || base.getRawQuery() != null
          || base.getRawFragment() != null) {
        throw new IllegalArgumentException("an upstream has no user, no query and no fragment");
      }
      String text = base.toString();
      return text.endsWith("/") ? base : URI.create(text + "/");
    }
  }

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int GONE = 410;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int NOT_IMPLEMENTED = 501;

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");

  private final Settings settings;
  private final HttpClient client;
  private final Semaphore free;

  private Upstream(Settings settings) {
    this.settings = settings;
    this.free = new Semaphore(settings.maxFetches());
    this.client =
        HttpClient.newBuilder()
            // a stream of HTTP/2 has a window of megabytes, which would be buffered here
            .version(HttpClient.Version.HTTP_1_1)
            // at most five, and never from https to http
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(settings.timeout())
            .proxy(settings.proxies())
            .sslContext(settings.tls())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  public static Upstream of(Settings settings) {
    return new Upstream(settings);
  }

  public URI base() {
    return settings.base();
  }

  @Override
  public Answer open(BootPath path, Asker asker) {
    if (path.directory() || path.segments().isEmpty()) {
      return ContentSource.missing(path);
    }
    if (asker.wish() == Wish.FACTS) {
      switch (look(path)) {
        case Fetched.Facts facts -> {
          return new Answer.Found(new UpstreamContent(this, path, facts));
        }
        case Fetched.Refused refused -> {
          return refused.answer();
        }
      }
    }
    return switch (fetch(path, 0, "")) {
      case Fetched.Body body -> new Answer.Found(new UpstreamContent(this, path, body));
      case Fetched.Refused refused -> refused.answer();
      case Fetched.Unchanged _, Fetched.Changed _ ->
          new Answer.Unavailable(
              Fault.UPSTREAM, told(path, "answers to a condition that was not set"));
    };
  }

  /// What there is, without its bytes. An upstream that knows no HEAD is asked for the bytes, which
  /// are then not read.
  public Fetched.Looked look(BootPath path) {
    HttpRequest.Builder request = request(path).HEAD();
    return switch (exchange(path, request)) {
      case Exchange.Failed(var failed) -> failed;
      case Exchange.Came(var response) -> {
        response.body().close();
        int status = response.status();
        if (status == METHOD_NOT_ALLOWED || status == NOT_IMPLEMENTED) {
          yield lookByGet(path);
        }
        Optional<Fetched.Refused> refused = refused(path, response);
        if (refused.isPresent()) {
          yield refused.get();
        }
        yield status == OK ? facts(response.headers()) : unexpected(path, status);
      }
    };
  }

  private Fetched.Looked lookByGet(BootPath path) {
    return switch (fetch(path, 0, "")) {
      case Fetched.Body body -> {
        closeQuietly(body.stream());
        yield body.facts();
      }
      case Fetched.Refused refused -> refused;
      case Fetched.Unchanged _, Fetched.Changed _ -> unexpected(path, NOT_MODIFIED);
    };
  }

  /// Asks for a file, and waits until the response begins.
  ///
  /// @param offset of the first byte that is wanted, 0 to the size. Where the upstream knows no
  ///     ranges, what comes before is read and thrown away.
  /// @param ifVersion empty, or a version of [Fetched.Facts]: with offset 0 the answer is
  ///     [Fetched.Unchanged] if the upstream still has it; with another, [Fetched.Changed] unless
  ///     it is certain that it does
  public Fetched fetch(BootPath path, long offset, String ifVersion) {
    if (offset > 0 && ifVersion.startsWith("W/")) {
      return new Fetched.Changed(); // RFC 9110 §13.1.5: bytes may differ under one weak tag
    }
    HttpRequest.Builder request = request(path).GET();
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
    }
    if (!ifVersion.isEmpty()) {
      request.header(condition(offset, ifVersion), ifVersion);
    }
    return switch (exchange(path, request)) {
      case Exchange.Failed(var failed) -> failed;
      case Exchange.Came(var response) -> fetched(path, offset, ifVersion, response);
    };
  }

  private static String condition(long offset, String version) {
    if (offset > 0) {
      return "If-Range";
    }
    return version.endsWith("\"") ? "If-None-Match" : "If-Modified-Since";
  }

  private Fetched fetched(BootPath path, long offset, String ifVersion, Response response) {
    Fetched fetched = judge(path, offset, ifVersion, response);
    if (!(fetched instanceof Fetched.Body)) {
      response.body().close();
    }
    return fetched;
  }

  private Fetched judge(BootPath path, long offset, String ifVersion, Response response) {
    Optional<Fetched.Refused> refused = refused(path, response);
    if (refused.isPresent()) {
      return refused.get();
    }
    Fetched.Facts facts = facts(response.headers());
    boolean another = !ifVersion.isEmpty() && !facts.version().equals(ifVersion);
    return switch (response.status()) {
      case OK -> offset > 0 && another ? new Fetched.Changed() : whole(facts, offset, response);
      case PARTIAL ->
          another && !facts.version().isEmpty()
              ? new Fetched.Changed()
              : part(path, facts, offset, response);
      case NOT_MODIFIED -> new Fetched.Unchanged();
      case RANGE_NOT_SATISFIABLE -> behind(path, facts, offset, response);
      default -> unexpected(path, response.status());
    };
  }

  private Fetched whole(Fetched.Facts facts, long offset, Response response) {
    UpstreamBody body = response.body();
    facts.size().ifPresent(body::expect);
    try {
      body.skipNBytes(offset);
    } catch (SourceFailedException e) {
      return new Fetched.Failed(e.fault(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Fetched.Changed(); // it ends before the offset
    }
    return new Fetched.Body(facts, offset, body);
  }

  private Fetched part(BootPath path, Fetched.Facts facts, long offset, Response response) {
    Matcher range = contentRange(response.headers());
    if (!range.matches() || range.group(1) == null || Long.parseLong(range.group(1)) != offset) {
      return failed(path, "answers with another range than it was asked for");
    }
    UpstreamBody body = response.body();
    OptionalLong size = total(range);
    body.expect(size.orElse(Long.parseLong(range.group(2)) + 1) - offset);
    return new Fetched.Body(
        new Fetched.Facts(size, facts.version(), facts.mediaType()), offset, body);
  }

  /// From the end on there is nothing, which is not a mistake of who asks.
  private Fetched behind(BootPath path, Fetched.Facts facts, long offset, Response response) {
    Matcher range = contentRange(response.headers());
    if (!range.matches() || offset == 0) {
      return unexpected(path, RANGE_NOT_SATISFIABLE);
    }
    OptionalLong size = total(range);
    if (size.isPresent() && size.getAsLong() == offset) {
      response.body().close();
      return new Fetched.Body(
          new Fetched.Facts(size, facts.version(), facts.mediaType()),
          offset,
          InputStream.nullInputStream());
    }
    return new Fetched.Changed();
  }

  private static Matcher contentRange(HttpHeaders headers) {
    return CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
  }

  private static OptionalLong total(Matcher range) {
    String total = range.group(3);
    return total.equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total));
  }

  private static Fetched.Facts facts(HttpHeaders headers) {
    String tag = headers.firstValue("ETag").orElse("").strip();
    String date = headers.firstValue("Last-Modified").orElse("").strip();
    boolean strong = tag.matches("\"[!#-~]*\"");
    boolean weak = tag.matches("W/\"[!#-~]*\"");
    String version = strong ? tag : !date.isEmpty() ? date : weak ? tag : "";
    return new Fetched.Facts(
        length(headers), version, headers.firstValue("Content-Type").orElse(Content.BYTES));
  }

  private static OptionalLong length(HttpHeaders headers) {
    try {
      return headers.firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /// What every response is looked at for first.
  private Optional<Fetched.Refused> refused(BootPath path, Response response) {
    int status = response.status();
    if (status == NOT_FOUND || status == GONE) {
      return Optional.of(new Fetched.Missing(ContentSource.missing(path).reason()));
    }
    if (status == FORBIDDEN || status == UNAUTHORIZED) {
      return Optional.of(new Fetched.Denied(told(path, "answers " + status)));
    }
    if (status != OK && status != PARTIAL) {
      return Optional.empty();
    }
    if (response.uri().getPath().endsWith("/")) {
      return Optional.of(new Fetched.Missing("/" + path + " is a directory of the upstream."));
    }
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    return encoding.equalsIgnoreCase("identity")
        ? Optional.empty()
        : Optional.of(failed(path, "answers in an encoding that was not asked for"));
  }

  private Fetched.Failed unexpected(BootPath path, int status) {
    boolean redirect = status / 100 == 3;
    return failed(
        path,
        redirect
            ? "redirects too often, or from https to http (status " + status + ")"
            : "answers " + status);
  }

  private Fetched.Failed failed(BootPath path, String what) {
    return new Fetched.Failed(Fault.UPSTREAM, told(path, what));
  }

  private String told(BootPath path, String what) {
    return "The upstream %s %s for /%s.".formatted(settings.base().getAuthority(), what, path);
  }

  private HttpRequest.Builder request(BootPath path) {
    return HttpRequest.newBuilder(locate(path))
        .setHeader("User-Agent", "bootbus")
        .setHeader("Accept-Encoding", "identity");
  }

  /// Each segment is encoded by itself, so that none of it can act as a separator or a query.
  URI locate(BootPath path) {
    StringBuilder url = new StringBuilder(settings.base().toString());
    String separator = "";
    for (String segment : path.segments()) {
      url.append(separator);
      for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
        if (isUnreserved(b)) {
          url.append((char) b);
        } else {
          url.append("%%%02X".formatted(b & 0xff));
        }
      }
      separator = "/";
    }
    return URI.create(url.toString());
  }

  /// RFC 3986 §2.3.
  private static boolean isUnreserved(byte b) {
    return 'a' <= b && b <= 'z'
        || 'A' <= b && b <= 'Z'
        || '0' <= b && b <= '9'
        || "-._~".indexOf(b) >= 0;
  }

  /// @param uri after redirects
  private record Response(int status, HttpHeaders headers, URI uri, UpstreamBody body) {}

  private sealed interface Exchange {
    record Came(Response response) implements Exchange {}

    record Failed(Fetched.Failed why) implements Exchange {}
  }

  private Exchange exchange(BootPath path, HttpRequest.Builder request) {
    long millis = settings.timeout().toMillis();
    try {
      if (!free.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        return new Exchange.Failed(failed(path, "is asked for too many files at once"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Exchange.Failed(failed(path, "was not waited for"));
    }
    UpstreamBody body = new UpstreamBody("/" + path, settings.timeout(), free::release);
    AtomicReference<HttpResponse.ResponseInfo> head = new AtomicReference<>();
    HttpRequest asked = request.build();
    CompletableFuture<HttpResponse<UpstreamBody>> coming =
        client.sendAsync(
            asked,
            info -> {
              head.set(info);
              return body;
            });
    try {
      HttpResponse<UpstreamBody> response = coming.get(millis, TimeUnit.MILLISECONDS);
      return new Exchange.Came(
          new Response(response.statusCode(), response.headers(), response.uri(), body));
    } catch (ExecutionException e) {
      HttpResponse.ResponseInfo info = head.get();
      if (info != null) { // it broke off at once: what came can be read, and then it is said
        return new Exchange.Came(
            new Response(info.statusCode(), info.headers(), asked.uri(), body));
      }
      body.close();
      return new Exchange.Failed(broken(path, e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      coming.cancel(true);
      body.close();
      return new Exchange.Failed(
          new Fetched.Failed(
              Fault.UPSTREAM_SILENT, told(path, "did not answer in " + millis + " ms")));
    } catch (InterruptedException e) {
      coming.cancel(true);
      body.close();
      Thread.currentThread().interrupt();
      return new Exchange.Failed(failed(path, "was not waited for"));
    }
  }

  private Fetched.Failed broken(BootPath path, Throwable why) {
    Fault fault =
        why instanceof java.net.http.HttpTimeoutException ? Fault.UPSTREAM_SILENT : Fault.UPSTREAM;
    return new Fetched.Failed(fault, told(path, "cannot be asked (" + Reasons.of(why) + ")"));
  }

  static void closeQuietly(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // it was not needed any more
    }
  }

  /// Breaks off what is being fetched.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
