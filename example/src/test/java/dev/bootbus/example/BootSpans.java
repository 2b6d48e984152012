package dev.bootbus.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.runtime.testing.OtlpReceiver;
import dev.bootbus.runtime.testing.OtlpReceiver.Seen;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What the services exported of one boot by UEFI, TFTP, iPXE and HTTP.
record BootSpans(List<Seen> all) {

  /// @param logs of `boot --trace`
  static BootSpans in(Path logs) throws IOException {
    List<Seen> spans = new ArrayList<>();
    try (DirectoryStream<Path> bodies = Files.newDirectoryStream(logs, "spans-*.pb")) {
      for (Path body : bodies) {
        spans.addAll(OtlpReceiver.read(Files.readAllBytes(body)));
      }
    }
    return new BootSpans(spans);
  }

  /// From the first DISCOVER to the last byte of the initramfs. Firmware may say a thing twice.
  void areOneTrace() {
    Seen first = only("dhcp-server", span -> span.parentId().isEmpty());
    assertThat(first).matches(dhcp("DISCOVER", "efi-x64"));
    assertThat(all).extracting(Seen::traceId).containsOnly(first.traceId());
    for (String path : List.of("/vmlinuz", "/initrd.img")) {
      Seen fetch = only("http-server", got(path));
      assertThat(Long.parseLong(fetch.facts().get("http.response.body.size"))).isPositive();
    }
  }

  /// And each step that there is where Bootbus gives the address.
  void areOneWholeTrace() {
    areOneTrace();
    for (String client : List.of("efi-x64", "ipxe")) {
      for (String type : List.of("DISCOVER", "REQUEST")) {
        Seen packet = some("dhcp-server", dhcp(type, client));
        Seen question = some("dhcp-server", after(packet).and(named("request bootbus.v1.dhcp")));
        some("kernel-backend", after(question).and(named("process bootbus.v1.dhcp")));
      }
    }
    some("tftp-server", loader());
    Seen script = only("http-server", got("/boot.ipxe"));
    assertThat(of("dhcp-server", dhcp("REQUEST", "ipxe"))).anyMatch(script::isChildOf);
    only("kernel-backend", after(script).and(named("process bootbus.v1.file")));
  }

  /// What was sent by TFTP to the firmware.
  Predicate<Seen> loader() {
    List<Seen> acks = of("dhcp-server", dhcp("REQUEST", "efi-x64"));
    return named("TFTP RRQ")
        .and(span -> "sent".equals(span.facts().get("bootbus.outcome")))
        .and(span -> acks.stream().anyMatch(span::isChildOf));
  }

  Seen only(String service, Predicate<Seen> which) {
    assertThat(of(service, which)).describedAs("of %s", all).hasSize(1);
    return some(service, which);
  }

  private Seen some(String service, Predicate<Seen> which) {
    List<Seen> found = of(service, which);
    assertThat(found).describedAs("of %s", all).isNotEmpty();
    return found.getFirst();
  }

  private List<Seen> of(String service, Predicate<Seen> which) {
    return all.stream().filter(span -> span.service().equals(service)).filter(which).toList();
  }

  private static Predicate<Seen> named(String name) {
    return span -> span.name().equals(name);
  }

  private static Predicate<Seen> after(Seen parent) {
    return span -> span.isChildOf(parent);
  }

  private static Predicate<Seen> dhcp(String type, String client) {
    return named("DHCP " + type)
        .and(span -> client.equals(span.facts().get("bootbus.client.class")));
  }

  private static Predicate<Seen> got(String path) {
    return named("GET")
        .and(span -> path.equals(span.facts().get("url.path")))
        .and(span -> "200".equals(span.facts().get("http.response.status_code")));
  }
}
