package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bootbus.content.Asker;
import dev.bootbus.content.BootPath;
import dev.bootbus.runtime.tracing.AddressTraces;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.FileRequest;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// One request and the response to it, which is complete when `callback` was called, once.
record Exchange(Request request, Response response, Callback callback) {
  // request attributes for the logs; an ordinary response has none of them
  /// A sentence.
  static final String REASON = Exchange.class.getName() + ".reason";

  /// Bytes of content, a Long, where Jetty's own count is not what was sent.
  static final String SENT = Exchange.class.getName() + ".sent";

  /// An [Outcome] that the status does not tell.
  static final String OUTCOME = Exchange.class.getName() + ".outcome";

  /// Present if a backend wrote what is sent.
  static final String GENERATED = Exchange.class.getName() + ".generated";

  /// The [InetAddress] of the client, where a proxy stands before it.
  private static final String CLIENT = Exchange.class.getName() + ".client";

  /// The [MacAddress] of the machine, where a backend has told it.
  private static final String MACHINE = Exchange.class.getName() + ".machine";

  /// The [Step] that the request is, in its own trace or in its machine's.
  private static final String STEP = Exchange.class.getName() + ".step";

  /// The name of the header, and of the parameter of a URL that a front end has put it into.
  private static final String TRACEPARENT = "traceparent";

  /// Headers that would be wrong of a sentence.
  private static final List<HttpHeader> OF_THE_FILE =
      List.of(
          HttpHeader.ETAG,
          HttpHeader.LAST_MODIFIED,
          HttpHeader.ACCEPT_RANGES,
          HttpHeader.CONTENT_RANGE,
          HttpHeader.CONTENT_ENCODING,
          HttpHeader.VARY);

  boolean isHead() {
    return request.getMethod().equals("HEAD");
  }

  InetAddress peer() {
    return peer(request);
  }

  static InetAddress peer(Request request) {
    return request.getAttribute(CLIENT) instanceof InetAddress client ? client : remote(request);
  }

  private static InetAddress remote(Request request) {
    return ((InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress())
        .getAddress();
  }

  /// Takes the client that the proxies tell of for the one who asks.
  void from(TrustedProxies proxies) {
    InetAddress remote = remote(request);
    InetAddress client =
        proxies.client(
            remote,
            request.getHeaders().getValuesList(HttpHeader.FORWARDED),
            request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR));
    if (!client.equals(remote)) {
      request.setAttribute(CLIENT, client);
    }
  }

  /// Says which machine it is.
  void by(MacAddress machine) {
    request.setAttribute(MACHINE, machine);
  }

  /// The machine as a backend told it, else as the URL says, else [MacAddress#NONE].
  static MacAddress machine(Request request) {
    return request.getAttribute(MACHINE) instanceof MacAddress told
        ? told
        : MacParameter.named(request.getHttpURI());
  }

  MachineUrl url() throws BootPath.RefusedException {
    return MachineUrl.of(request.getHttpURI().getPath());
  }

  /// Who asks, for a source of files or a backend.
  Asker asker() {
    Asker asker =
        new Asker(FileRequest.Protocol.HTTP, peer(), mac().orElse(MacAddress.NONE), trace())
            .wishing(isHead() ? Asker.Wish.FACTS : Asker.Wish.CONTENT);
    try {
      return asker.withToken(url().token());
    } catch (BootPath.RefusedException e) {
      return asker;
    }
  }

  /// The hardware address in the URL, [MacAddress#NONE] if none is named. Empty if what is named is
  /// no hardware address.
  Optional<MacAddress> mac() {
    return MacParameter.of(request.getHttpURI().getQuery());
  }

  /// Begins the part of the request's trace that is ours, which its event will tell.
  Traceparent trace() {
    return begun(request);
  }

  /// The same for the logs, which all tell the same.
  static Traceparent begun(Request request) {
    return step(request).own();
  }

  /// The same without beginning it.
  static Traceparent trace(Request request) {
    return request.getAttribute(STEP) instanceof Step begun
        ? begun.own()
        : step(named(request)).own();
  }

  /// Which step the request is.
  static Step step(Request request) {
    if (request.getAttribute(STEP) instanceof Step begun) {
      return begun;
    }
    Step step = step(named(request));
    request.setAttribute(STEP, step);
    return step;
  }

  private static Step step(Optional<Traceparent> named) {
    return named.map(Step::after).orElseGet(Step::fresh);
  }

  /// Joins the trace that the client names, or else the one of its address.
  static void join(Request request, AddressTraces traces) {
    request.setAttribute(STEP, traces.step(remote(request), named(request)));
  }

  /// The trace that the client says it is in: by its header (W3C Trace Context §3.2), the URL's
  /// query or the name of the file.
  private static Optional<Traceparent> named(Request request) {
    return Optional.ofNullable(request.getHeaders().get(TRACEPARENT))
        .flatMap(Traceparent::parse)
        .or(() -> inQuery(request.getHttpURI().getQuery()))
        .or(() -> BootPath.trace(String.valueOf(request.getHttpURI().getPath())));
  }

  private static Optional<Traceparent> inQuery(@Nullable String query) {
    return query == null
        ? Optional.empty()
        : Stream.of(query.split("&"))
            .filter(parameter -> parameter.startsWith(TRACEPARENT + "="))
            .findFirst()
            .flatMap(found -> Traceparent.parse(found.substring(TRACEPARENT.length() + 1)));
  }

  /// Bytes of content.
  static long sent(Request request, Response response) {
    return request.getAttribute(SENT) instanceof Long sent
        ? sent
        : Response.getContentBytesWritten(response);
  }

  static Outcome outcome(Request request, Response response) {
    return request.getAttribute(OUTCOME) instanceof Outcome told
        ? told
        : Outcome.of(response.getStatus());
  }

  void header(HttpHeader name, String value) {
    response.getHeaders().put(name, value);
  }

  /// Answers with one sentence, for the machine's console and for the log.
  void say(int status, String sentence) {
    byte[] line = (sentence.replaceAll("\\p{Cntrl}", " ") + "\n").getBytes(UTF_8);
    request.setAttribute(REASON, sentence);
    request.setAttribute(SENT, isHead() ? 0L : (long) line.length);
    whole(status, "text/plain;charset=utf-8", line);
  }

  /// Answers that what the client told is done.
  ///
  /// @param bytes of it
  void done(int status, Outcome outcome, long bytes, String sentence) {
    request.setAttribute(OUTCOME, outcome);
    request.setAttribute(SENT, bytes);
    whole(status, "text/plain;charset=utf-8", (sentence + "\n").getBytes(UTF_8));
  }

  /// Says in the log that what follows is a listing, and whether it lacks something.
  void listed(Listing listing) {
    request.setAttribute(OUTCOME, Outcome.LISTED);
    if (!listing.complete()) {
      request.setAttribute(
          REASON, "there are more than the " + listing.entries().size() + " listed");
    }
  }

  /// Answers with a body that is at hand.
  void whole(int status, String mediaType, byte[] content) {
    ByteBuffer body = ByteBuffer.wrap(content);
    header(HttpHeader.CONTENT_TYPE, mediaType);
    begin(status, body.remaining());
    if (isHead()) {
      sendNothing();
    } else {
      send(body);
    }
  }

  /// Answers that this server is at fault, as far as that can still be said.
  void fail(String sentence, Exception cause) {
    if (response.isCommitted()) {
      broken(cause, Response.getContentBytesWritten(response), sentence);
    } else {
      say(500, sentence);
    }
  }

  /// @param length of the body, which HEAD is told too
  void begin(int status, long length) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
  }

  /// Completes the response with a body that is at hand. Does not wait until it is sent.
  void send(ByteBuffer body) {
    response.write(true, body, new Sending(this, body, body.remaining()));
  }

  void sendNothing() {
    response.write(true, null, callback);
  }

  /// Completes the response to HEAD without a length: Jetty takes what is sent at once for all.
  void sendHeadOnly() {
    response.write(
        false, null, Callback.from(() -> response.write(true, null, callback), callback::failed));
  }

  /// Ends a response that has begun and cannot be finished; the connection goes with it.
  ///
  /// @param sent bytes of content
  void broken(Throwable cause, long sent) {
    broken(cause, sent, reason(cause));
  }

  void broken(Throwable cause, long sent, String reason) {
    abort(Outcome.BROKEN, cause, sent, reason);
  }

  /// Ends a response whose content cannot be read to its end.
  ///
  /// @param sent bytes of content
  /// @param status if nothing was sent yet
  void cutShort(FileTransfer.ReadFailedException cause, long sent, int status) {
    String reason = String.valueOf(cause.getMessage());
    if (!response.isCommitted()) {
      OF_THE_FILE.forEach(response.getHeaders()::remove);
      say(status, reason);
      return;
    }
    abort(Outcome.CUT_SHORT, cause, sent, reason);
  }

  /// A write may follow a silence of its source. Without this the idle timeout, if it ends in that
  /// moment, would end the write.
  void notIdle() {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    if (endPoint instanceof SslConnection.SslEndPoint tls) {
      touch(tls.getSslConnection().getEndPoint());
    }
    touch(endPoint);
  }

  private static void touch(EndPoint endPoint) {
    if (endPoint instanceof IdleTimeout idle) {
      idle.notIdle();
    }
  }

  private void resetWhenClosed() {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    Object transport =
        endPoint instanceof SslConnection.SslEndPoint tls
            ? tls.getSslConnection().getEndPoint().getTransport()
            : endPoint.getTransport();
    if (transport instanceof SocketChannel socket) {
      try {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        // closed already
      }
    }
  }

  /// A client that was told no length must not take what it has for all of it, so its connection is
  /// reset.
  private void abort(Outcome outcome, Throwable cause, long sent, String reason) {
    if (!response.getHeaders().contains(HttpHeader.CONTENT_LENGTH)) {
      resetWhenClosed();
    }
    request.setAttribute(REASON, reason);
    request.setAttribute(SENT, sent);
    request.setAttribute(OUTCOME, outcome);
    callback.failed(cause);
  }

  private String reason(Throwable cause) {
    if (request.getConnectionMetaData().getConnector().isShutdown()) {
      return "this server was stopped";
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof TrickleWatch.TooSlowException) {
        return String.valueOf(t.getMessage());
      }
      if (t instanceof TimeoutException) {
        return "the client took nothing until the idle timeout";
      }
    }
    return "the client closed the connection";
  }

  /// Waits for a body to be sent. Jetty takes what it sends from the buffer.
  private record Sending(Exchange exchange, ByteBuffer body, int length) implements Callback {
    @Override
    public void succeeded() {
      exchange.callback.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
      exchange.broken(cause, length - body.remaining());
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
