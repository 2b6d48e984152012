package dev.bootbus.probe.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Walks the listings of a web server from one directory downwards.
final class ListingWalk {
  private static final int LARGEST_PAGE = 8 << 20;
  private static final int SHOWN = 3;
  private static final JsonMapper JSON = new JsonMapper();

  /// @param depth 0 in the directory that was asked for
  /// @param name as the listing spells it
  /// @param size bytes, where the server lists in JSON, too
  record Found(int depth, String name, String url, OptionalLong size) {
    boolean directory() {
      return name.endsWith("/");
    }
  }

  record Result(List<Found> found, List<Finding> findings) {
    long directories() {
      return found.stream().filter(Found::directory).count();
    }

    long files() {
      return found.size() - directories();
    }
  }

  private final HttpFetcher fetcher;
  private final int depth;
  private final int most;
  private final Clock clock;
  private final Consumer<Found> each;
  private final List<Found> found = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private boolean jsonToo = true;
  private boolean full;

  /// @param depth of directories below; 0 for none
  /// @param most entries
  /// @param each is told of every entry at once
  ListingWalk(HttpFetcher fetcher, int depth, int most, Duration deadline, Consumer<Found> each) {
    this.fetcher = fetcher;
    this.depth = depth;
    this.most = most;
    this.clock = Clock.of(deadline);
    this.each = each;
  }

  Result walk(URI directory) throws InterruptedException {
    try {
      directory(slashed(directory), 0);
    } catch (Broke e) {
      findings.add(e.finding());
    }
    if (full) {
      findings.add(new Finding(Cause.LISTING_ENDLESS, "more than " + most + " entries"));
    }
    return new Result(List.copyOf(found), findings.stream().distinct().limit(100).toList());
  }

  private static URI slashed(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return path.endsWith("/") ? uri : uri.resolve(path.substring(path.lastIndexOf('/') + 1) + "/");
  }

  /// One directory, and those below.
  private void directory(URI uri, int level) throws Broke, InterruptedException {
    HttpFetcher.Page page = page(uri, "text/html");
    if (!page.type().equals("text/html")) {
      throw new Broke(
          Cause.LISTING_NONE,
          "%s is %s".formatted(Words.printable(uri.toString()), Words.printable(page.type())));
    }
    String html = new String(page.bytes(), StandardCharsets.UTF_8);
    Listing listing = Listing.of(html, most - found.size() + 1);
    Map<String, OptionalLong> sizes = sizes(uri);
    tell(uri, listing, sizes);
    for (Listing.Entry entry : listing.entries()) {
      if (found.size() >= most) {
        full = true;
        return;
      }
      String url = uri + entry.name();
      Found next =
          new Found(
              level,
              entry.name(),
              url,
              sizes.getOrDefault(decoded(entry.name()), OptionalLong.empty()));
      found.add(next);
      each.accept(next);
      if (entry.directory() && depth > 0) {
        below(url, level + 1);
      }
    }
  }

  private void below(String url, int level) throws InterruptedException {
    if (level > depth) {
      findings.add(
          new Finding(
              Cause.LISTING_ENDLESS,
              "more than %d levels: %s".formatted(depth, Words.printable(url))));
      return;
    }
    try {
      directory(URI.create(url), level);
    } catch (Broke e) {
      Finding inside = e.finding();
      findings.add(new Finding(inside.cause(), Words.printable(url) + ": " + inside.detail()));
    } catch (IllegalArgumentException _) {
      findings.add(new Finding(Cause.LISTING_ODD, Words.printable(url)));
    }
  }

  private HttpFetcher.Page page(URI uri, String accept) throws Broke, InterruptedException {
    return fetcher.page(uri, accept, new Fetcher.Limits(clock.left(), LARGEST_PAGE, LARGEST_PAGE));
  }

  private void tell(URI uri, Listing listing, Map<String, OptionalLong> sizes) {
    if (!listing.odd().isEmpty()) {
      findings.add(new Finding(Cause.LISTING_ODD, some(uri, listing.odd())));
    }
    Set<String> seen =
        listing.entries().stream().map(e -> decoded(e.name())).collect(Collectors.toSet());
    List<String> missed = new ArrayList<>(listing.missed());
    sizes.keySet().stream().filter(name -> !seen.contains(name)).limit(SHOWN).forEach(missed::add);
    if (!missed.isEmpty()) {
      findings.add(new Finding(Cause.LISTING_MISSED, some(uri, missed)));
    }
  }

  private static String some(URI uri, List<String> texts) {
    String shown =
        texts.stream().limit(SHOWN).map(Words::printable).collect(Collectors.joining(", "));
    return "%s has %s%s"
        .formatted(
            Words.printable(uri.toString()),
            shown,
            texts.size() > SHOWN ? " and " + (texts.size() - SHOWN) + " more" : "");
  }

  /// What the same directory has in JSON, as our http-server lists it; empty of others.
  private Map<String, OptionalLong> sizes(URI uri) throws InterruptedException {
    if (!jsonToo) {
      return Map.of();
    }
    try {
      HttpFetcher.Page page = page(uri, "application/json");
      if (!page.type().equals("application/json")) {
        jsonToo = false;
        return Map.of();
      }
      Map<String, OptionalLong> sizes = new HashMap<>();
      for (JsonNode entry : JSON.readTree(page.bytes()).path("entries")) {
        boolean directory = entry.path("directory").asBoolean();
        sizes.put(
            entry.path("name").asText() + (directory ? "/" : ""),
            directory ? OptionalLong.empty() : OptionalLong.of(entry.path("size").asLong()));
      }
      return sizes;
    } catch (Broke | IOException _) {
      jsonToo = false;
      return Map.of();
    }
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return name;
    }
  }
}
