package dev.bootbus.probe.fetch;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestWriterFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Fetches over HTTP as the client of an [HttpProfile] does.
///
/// One instance serves any number of threads, with a bounded number of connections. Bodies are
/// never decompressed, as no firmware does it.
public final class HttpFetcher implements Fetcher, AutoCloseable {
  /// Longest line of a header, bytes.
  static final int MAX_LINE = 8192;

  static final int MAX_HEADERS = 100;

  /// @param connect until a connection stands
  /// @param silence until the next byte of an answer
  /// @param redirects followed, and reported
  /// @param proxy `host:port` of an HTTP proxy
  /// @param ca certificates in PEM to trust in place of the system's
  /// @param from the address to connect from
  /// @param atOnce connections; further fetches wait for one
  public record Settings(
      HttpProfile profile,
      Duration connect,
      Duration silence,
      int redirects,
      Optional<HostPort> proxy,
      Optional<Path> ca,
      Optional<InetAddress> from,
      int atOnce) {
    public static Settings of(HttpProfile profile) {
      return new Settings(
          profile,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          5,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          4096);
    }

    public Settings from(InetAddress address) {
      return new Settings(
          profile, connect, silence, redirects, proxy, ca, Optional.of(address), atOnce);
    }

    /// @param authorities certificates in PEM; the system's if empty
    public Settings trusting(Optional<Path> authorities) {
      return new Settings(profile, connect, silence, redirects, proxy, authorities, from, atOnce);
    }
  }

  public record HostPort(String host, int port) {
    /// @throws IllegalArgumentException if the text is not `HOST:PORT`
    public static HostPort parse(String text) {
      URI uri = URI.create("http://" + text);
      if (uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65535) {
        throw new IllegalArgumentException(text + " is not HOST:PORT");
      }
      return new HostPort(uri.getHost(), uri.getPort());
    }
  }

  private final Settings settings;
  private final CloseableHttpClient client;

  public HttpFetcher(HttpProfile profile) throws IOException {
    this(Settings.of(profile));
  }

  /// @throws IOException if the file of certificates is none
  public HttpFetcher(Settings settings) throws IOException {
    this.settings = settings;
    this.client = client(settings, connections(settings));
  }

  private static PoolingHttpClientConnectionManager connections(Settings settings)
      throws IOException {
    boolean old = settings.profile().connection() == HttpProfile.Connection.HTTP_1_0;
    Http1Config protocol =
        Http1Config.custom()
            .setVersion(old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1)
            .setMaxLineLength(MAX_LINE)
            .setMaxHeaderCount(MAX_HEADERS)
            .build();
    Timeout silence = Timeout.of(settings.silence());
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setMaxConnTotal(settings.atOnce())
        .setMaxConnPerRoute(settings.atOnce())
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(protocol)
                .requestWriterFactory(new DefaultHttpRequestWriterFactory(protocol))
                .build())
        .setTlsSocketStrategy(
            new DefaultClientTlsStrategy(
                Tls.context(settings.ca()),
                HostnameVerificationPolicy.CLIENT,
                new DefaultHostnameVerifier()))
        .setDnsResolver(new Resolver(settings.connect()))
        .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(silence).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(settings.connect()))
                .setSocketTimeout(silence)
                // a server may close an idle connection whenever it likes
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build())
        .build();
  }

  private static CloseableHttpClient client(
      Settings settings, PoolingHttpClientConnectionManager connections) {
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setUserAgent(settings.profile().userAgent())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(Timeout.of(settings.silence()))
                    .setConnectionRequestTimeout(Timeout.ofMinutes(10))
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableContentCompression()
            .disableCookieManagement()
            .disableAuthCaching();
    builder.setRoutePlanner(new Way(settings));
    return builder.build();
  }

  @Override
  public Fetched fetch(URI uri, Limits limits, Sink sink) throws InterruptedException {
    Clock clock = Clock.of(limits.deadline());
    Intake intake = new Intake(limits, sink);
    try {
      return new HttpTalk(client, settings, clock, "*/*").fetch(uri, intake);
    } catch (Broke e) {
      return clock.broken(finding(e, clock, intake), intake.size());
    }
  }

  /// @param type of Content-Type without parameters, in lower case; empty if the server names none
  record Page(URI uri, String type, byte[] bytes) {}

  /// Reads an answer that is small enough to be held.
  ///
  /// @param limits of which as much is kept as may come
  Page page(URI uri, String accept, Limits limits) throws Broke, InterruptedException {
    Clock clock = Clock.of(limits.deadline());
    Intake intake = new Intake(limits, _ -> {});
    try {
      return new HttpTalk(client, settings, clock, accept).page(uri, intake);
    } catch (Broke e) {
      throw new Broke(finding(e, clock, intake));
    }
  }

  /// What ended a request: our own deadline looks like a closed connection.
  private static Finding finding(Broke e, Clock clock, Intake intake) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return clock.left().isZero() ? clock.outOfTime(intake.size()).finding() : e.finding();
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  /// Through the proxy, if there is one, from the address that was asked for.
  private static final class Way extends DefaultRoutePlanner {
    private final Settings settings;

    Way(Settings settings) {
      super(DefaultSchemePortResolver.INSTANCE);
      this.settings = settings;
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
      return settings.proxy().map(p -> new HttpHost("http", p.host(), p.port())).orElse(null);
    }

    @Override
    protected @Nullable InetAddress determineLocalAddress(HttpHost first, HttpContext context) {
      return settings.from().orElse(null);
    }
  }

  /// One address of a name, within a bounded time.
  private record Resolver(Duration deadline) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      try {
        return new InetAddress[] {Hosts.address(host, deadline)};
      } catch (Hosts.Unknown e) {
        throw new UnknownHostException(e.getMessage());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new UnknownHostException(host);
      }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  static Finding tooLarge(long size, Intake intake) {
    return new Finding(
        Cause.FETCH_TOO_LARGE, "%d bytes, %d are the limit".formatted(size, intake.most()));
  }
}
