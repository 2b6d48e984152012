package dev.bootbus.runtime.management;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Asks the management port of this host for `/readyz`, for the health checks of containers that
/// have no shell: `Health PORT` prints the answer's body and ends with 0, or with 1 where it is not
/// 200.
public final class Health {
  private static final int PATIENCE_MS = 3_000;
  private static final int MAX_LINES = 100;

  private Health() {}

  public static void main(String[] arguments) {
    System.exit(arguments.length == 1 && ready(Integer.parseInt(arguments[0])) ? 0 : 1);
  }

  // an HTTP client of the JDK would take more time to load than all the rest
  static boolean ready(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket
          .getOutputStream()
          .write("GET /readyz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String status = answer.readLine();
      String line = answer.readLine();
      while (line != null && !line.isEmpty()) {
        line = answer.readLine();
      }
      answer.lines().limit(MAX_LINES).forEach(System.out::println);
      return status != null && status.startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      System.out.println("no answer on port " + port + ": " + e.getMessage());
      return false;
    }
  }
}
