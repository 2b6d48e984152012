package dev.bootbus.schema;

import io.nats.client.Options;
import io.nats.client.impl.SocketDataPortWithWriteTimeout;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// The socket of a connection with TLS. Unlike that of jnats it checks that the certificate of
/// nats-server is made out for the host that was asked for, reads the PEM files anew for each
/// handshake, and tells what nats-server thinks of ours: in TLS 1.3 that comes after the handshake,
/// when jnats no longer listens.
///
/// Public only because jnats makes it by its name.
public final class TlsPort extends SocketDataPortWithWriteTimeout {
  /// Implemented by the [io.nats.client.ErrorListener] of the connection, which is how a port finds
  /// it.
  interface Terms {
    BusSettings settings();

    /// nats-server does not want our certificate, or wants one.
    void refused(SSLException alert);
  }

  private Terms terms; // set by afterConstruct, which jnats calls at once

  @Override
  public void afterConstruct(Options options) {
    super.afterConstruct(options);
    terms = (Terms) options.getErrorListener();
  }

  @Override
  public void upgradeToSecure() throws IOException {
    BusSettings settings = terms.settings();
    SSLContext context = PemFiles.context(settings.access().tls());
    SSLSocket secure =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, settings.certifiedName(host), port, true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 2818, 3.1
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    socket = secure;
    in = secure.getInputStream();
    out = secure.getOutputStream();
    isSecure = true;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      return super.read(target, offset, length);
    } catch (SSLException e) {
      if (String.valueOf(e.getMessage()).contains("fatal alert")) {
        terms.refused(e);
      }
      throw e;
    }
  }
}
