package dev.bootbus.probe.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what FreeBSD's loader scans for: <a href="NAME", a slash at the end for a directory
          <a href="kernel">kernel</a>      | [kernel] [] []
          <a href="boot/">boot/</a>        | [boot/] [] []
          <a href="a%20b.gz">              | [a%20b.gz] [] []
          <a href="x" title="y">           | [x] [] []
          # taken for names, and none: Apache's links to sort by, nginx's link upwards
          <a href="?C=N;O=D">Name</a>      | [] [?C=N;O=D] []
          <a href="../">../</a>            | [] [../] []
          <a href="./">                    | [] [./] []
          <a href="/top">                  | [] [/top] []
          <a href="http://x/y">            | [] [http://x/y] []
          <a href="a/b">                   | [] [a/b] []
          <a href="a&amp;b">               | [] [a&amp;b] []
          <a href="">                      | [] [] []
          <a href="x                       | [] [x] []
          # links that it does not see
          <A HREF="x">                     | [] [] [<A HREF="x">]
          <a href='x'>                     | [] [] [<a href='x'>]
          <a class="c" href="x">           | [] [] [<a class="c" href="x">]
          <abbr href="x"> <area href="y">  | [] [] []
          <a name="top">                   | [] [] []
          """)
  void links_are_read_as_FreeBSDs_loader_does(String html, String expected) {
    Listing listing = Listing.of(html.replace("''", "'"), 100);
    String got =
        "%s %s %s"
            .formatted(
                listing.entries().stream().map(Listing.Entry::name).toList(),
                listing.odd().stream().filter(o -> !o.isEmpty()).toList(),
                listing.missed());
    assertThat(got).isEqualTo(expected.replace("''", "'"));
  }

  @Test
  @Timeout(10)
  void a_hostile_page_is_read_in_time() {
    assertThat(Listing.of("<a ".repeat(1 << 20), 10_000).entries()).isEmpty();
    assertThat(Listing.of("<a href=\"x\">".repeat(100_000), 500).entries()).hasSize(500);
  }

  private static ListingWalk.Result walk(LittleHttp server, int depth, int most) throws Exception {
    try (HttpFetcher fetcher = new HttpFetcher(HttpProfile.PLAIN)) {
      return new ListingWalk(fetcher, depth, most, Duration.ofSeconds(20), _ -> {})
          .walk(server.uri("/top"));
    }
  }

  private static LittleHttp listing(String html) throws Exception {
    return LittleHttp.saying(
        "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\nContent-Length: %d\n\n%s"
            .formatted(html.length(), html));
  }

  private static List<String> causes(ListingWalk.Result result) {
    return result.findings().stream().map(f -> f.cause().code()).toList();
  }

  @Test
  void a_directory_in_itself_ends_at_the_depth() throws Exception {
    try (var server = listing("<a href=\"again/\">")) {
      ListingWalk.Result result = walk(server, 5, 1000);
      assertThat(result.directories()).isEqualTo(6);
      assertThat(causes(result)).containsExactly("listing-endless");
      assertThat(server.heads).anyMatch(head -> head.startsWith("GET /top/again/again/ "));
    }
  }

  @Test
  void directories_without_number_end_at_the_limit() throws Exception {
    try (var server = listing("<a href=\"a/\"><a href=\"b/\"><a href=\"c\">")) {
      ListingWalk.Result result = walk(server, 64, 200);
      assertThat(result.found()).hasSize(200);
      assertThat(causes(result)).contains("listing-endless");
    }
  }

  @Test
  void what_is_no_listing_is_named_so() throws Exception {
    try (var server = LittleHttp.saying("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi")) {
      assertThat(causes(walk(server, 0, 10))).containsExactly("listing-none");
    }
  }
}
