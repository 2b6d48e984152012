package dev.bootbus.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bootbus.content.BootPath;
import dev.bootbus.http.mirror.Mirror;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// `GET /cache`, `DELETE /cache` and `DELETE /cache/PATH`, for the addresses that may. All other
/// requests pass.
final class CachePage extends Handler.Wrapper {
  private static final String PAGE = "/cache";

  /// Files that are shown of each upstream.
  static final int SHOWN = 1000;

  private final ObjectMapper json = new ObjectMapper();
  private final List<Mirror> mirrors;
  private final List<AddressRange> admins;
  private final Executor virtualThreads;

  CachePage(
      Handler others, List<Mirror> mirrors, List<AddressRange> admins, Executor virtualThreads) {
    super(others);
    this.mirrors = List.copyOf(mirrors);
    this.admins = List.copyOf(admins);
    this.virtualThreads = virtualThreads;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    boolean deletes = request.getMethod().equals("DELETE");
    boolean mine = path != null && (path.equals(PAGE) || deletes && path.startsWith(PAGE + "/"));
    if (!mine) {
      return super.handle(request, response, callback);
    }
    Exchange exchange = new Exchange(request, response, callback);
    if (!deletes && !request.getMethod().equals("GET") && !exchange.isHead()) {
      exchange.header(HttpHeader.ALLOW, "GET, HEAD, DELETE");
      exchange.say(405, "Only GET, HEAD and DELETE are for " + PAGE + ".");
    } else if (!mayAdmin(exchange.peer())) {
      exchange.say(403, PAGE + " is not for " + exchange.peer().getHostAddress() + ".");
    } else {
      virtualThreads.execute(() -> answer(exchange, path, deletes));
    }
    return true;
  }

  private boolean mayAdmin(InetAddress peer) {
    return admins.stream().anyMatch(range -> range.contains(peer));
  }

  private void answer(Exchange exchange, String path, boolean deletes) {
    if (!deletes) {
      say(exchange, list());
      return;
    }
    if (path.length() <= PAGE.length() + 1) {
      say(
          exchange,
          json.createObjectNode().put("deleted", mirrors.stream().mapToInt(Mirror::clear).sum()));
      return;
    }
    try {
      BootPath file = BootPath.ofUrl(path.substring(PAGE.length()));
      long deleted = mirrors.stream().filter(mirror -> mirror.delete(file)).count();
      if (deleted > 0) {
        say(exchange, json.createObjectNode().put("deleted", deleted));
      } else {
        exchange.say(404, "/" + file + " is not in the cache.");
      }
    } catch (BootPath.RefusedException e) {
      exchange.say(400, "Refused: " + e.getMessage() + ".");
    }
  }

  private static void say(Exchange exchange, ObjectNode answer) {
    exchange.header(HttpHeader.CACHE_CONTROL, "no-store");
    exchange.whole(200, "application/json", (answer + "\n").getBytes(UTF_8));
  }

  private ObjectNode list() {
    ObjectNode page = json.createObjectNode();
    ArrayNode upstreams = page.putArray("upstreams");
    for (Mirror mirror : mirrors) {
      Mirror.Listing listing = mirror.list(SHOWN);
      ObjectNode upstream = upstreams.addObject();
      upstream.put("url", mirror.upstream().toString());
      upstream.put("kept", listing.kept());
      upstream.put("bytes", listing.bytes());
      upstream.put("maxBytes", listing.maxBytes());
      ArrayNode files = upstream.putArray("files");
      listing.shown().forEach(entry -> write(entry, files.addObject()));
    }
    return page;
  }

  private static void write(Mirror.Entry entry, ObjectNode file) {
    file.put("path", entry.path());
    file.put("state", entry.state());
    entry.size().ifPresent(size -> file.put("size", size));
    file.put("arrived", entry.arrived());
    file.put("sha256", entry.sha256());
    file.put("age", entry.age().toSeconds());
    file.put("unused", entry.unused().toSeconds());
    file.put("hits", entry.hits());
    file.put("readers", entry.readers());
  }
}
