import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// The least of a collector: takes spans by OTLP over HTTP, keeps what was sent as spans-NNN.pb,
/// and draws what it has heard when it is told to end. `bootbus java Waterfall.java PORT FOLDER`.

static final int MOST = 10_000;
static final int COLUMNS = 32;

/// @param begin in nanoseconds since 1970
record Seen(
    String service,
    String name,
    String trace,
    String id,
    String parent,
    long begin,
    long end,
    Map<String, String> facts) {}

/// Some more of a message of protobuf: one field, its number and its value.
///
/// @param bytes of length-delimited ones
record Field(int number, long value, ByteBuffer bytes) {
  String text() {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  String hex() {
    byte[] id = new byte[bytes.remaining()];
    bytes.duplicate().get(id);
    return HexFormat.of().formatHex(id);
  }
}

final List<Seen> spans = new ArrayList<>();
int bodies;

void main(String[] args) throws IOException {
  Path folder = Path.of(args[1]);
  HttpServer server =
      HttpServer.create(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
  server.createContext("/v1/traces", exchange -> take(exchange, folder));
  server.start();
  Runtime.getRuntime().addShutdownHook(new Thread(this::draw));
  IO.println("collector ready port=" + args[0]);
}

void take(HttpExchange exchange, Path folder) throws IOException {
  try (exchange) {
    byte[] body = exchange.getRequestBody().readAllBytes();
    keep(body, folder);
    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
  }
}

synchronized void keep(byte[] body, Path folder) throws IOException {
  Files.write(folder.resolve("spans-%03d.pb".formatted(++bodies)), body);
  for (Field resourceSpans : fields(ByteBuffer.wrap(body), 1)) {
    String service =
        fields(resourceSpans.bytes(), 1).stream()
            .map(resource -> facts(resource.bytes(), 1))
            .findFirst()
            .orElse(Map.of())
            .getOrDefault("service.name", "");
    for (Field scope : fields(resourceSpans.bytes(), 2)) {
      for (Field span : fields(scope.bytes(), 2)) {
        if (spans.size() < MOST) {
          spans.add(seen(service, span.bytes()));
        }
      }
    }
  }
}

/// The numbers are those of opentelemetry/proto/trace/v1/trace.proto.
Seen seen(String service, ByteBuffer span) {
  Map<Integer, Field> of = new HashMap<>();
  fields(span).forEach(field -> of.put(field.number(), field));
  return new Seen(
      service,
      of.get(5).text(),
      of.get(1).hex(),
      of.get(2).hex(),
      of.containsKey(4) ? of.get(4).hex() : "",
      of.get(7).value(),
      of.get(8).value(),
      facts(span, 9));
}

Map<String, String> facts(ByteBuffer message, int number) {
  Map<String, String> facts = new HashMap<>();
  for (Field attribute : fields(message, number)) {
    String key = fields(attribute.bytes(), 1).getFirst().text();
    for (Field value : fields(fields(attribute.bytes(), 2).getFirst().bytes())) {
      facts.put(key, value.number() == 1 ? value.text() : String.valueOf(value.value()));
    }
  }
  return facts;
}

List<Field> fields(ByteBuffer message, int number) {
  return fields(message).stream().filter(field -> field.number() == number).toList();
}

List<Field> fields(ByteBuffer message) {
  ByteBuffer rest = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  List<Field> fields = new ArrayList<>();
  while (rest.hasRemaining()) {
    long tag = varint(rest);
    int number = (int) (tag >>> 3);
    fields.add(
        switch ((int) tag & 7) {
          case 0 -> new Field(number, varint(rest), ByteBuffer.allocate(0));
          case 1 -> new Field(number, rest.getLong(), ByteBuffer.allocate(0));
          case 2 -> {
            int length = (int) varint(rest);
            ByteBuffer bytes = rest.slice(rest.position(), length);
            rest.position(rest.position() + length);
            yield new Field(number, 0, bytes);
          }
          case 5 -> new Field(number, rest.getInt(), ByteBuffer.allocate(0));
          default -> throw new IllegalArgumentException("no protobuf");
        });
  }
  return fields;
}

long varint(ByteBuffer rest) {
  long value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    byte next = rest.get();
    value |= (long) (next & 0x7f) << shift;
    if (next >= 0) {
      return value;
    }
  }
  throw new IllegalArgumentException("no protobuf");
}

synchronized void draw() {
  spans.sort(Comparator.comparingLong(Seen::begin));
  spans.stream().map(Seen::trace).distinct().forEach(this::draw);
}

void draw(String trace) {
  List<Seen> all = spans.stream().filter(span -> span.trace().equals(trace)).toList();
  long begin = all.getFirst().begin();
  long took = Math.max(1, all.stream().mapToLong(Seen::end).max().orElseThrow() - begin);
  Set<String> ids = all.stream().map(Seen::id).collect(Collectors.toSet());
  IO.println("trace %s: %d spans in %.1f s".formatted(trace, all.size(), took / 1e9));
  IO.println("    after        took");
  for (Seen span : all) {
    if (!ids.contains(span.parent())) {
      draw(span, "", all, begin, took);
    }
  }
}

void draw(Seen span, String indent, List<Seen> all, long begin, long took) {
  int from = (int) ((span.begin() - begin) * COLUMNS / (took + 1));
  int to = (int) ((span.end() - begin) * COLUMNS / (took + 1));
  String bar = " ".repeat(from) + "█".repeat(to - from + 1) + " ".repeat(COLUMNS - 1 - to);
  IO.println(
      "%7.3f s %8.1f ms |%s| %-14s %s%s"
          .formatted(
              (span.begin() - begin) / 1e9,
              (span.end() - span.begin()) / 1e6,
              bar,
              span.service(),
              indent,
              words(span)));
  for (Seen child : all) {
    if (child.parent().equals(span.id())) {
      draw(child, indent + "  ", all, begin, took);
    }
  }
}

String words(Seen span) {
  return Stream.of(
          span.name(),
          said(span, "bootbus.client.class"),
          said(span, "file.path"),
          said(span, "url.path"),
          said(span, "bootbus.outcome"),
          said(span, "bootbus.reason"),
          said(span, "error.type"))
      .filter(word -> !word.isEmpty())
      .distinct()
      .collect(Collectors.joining(" "));
}

String said(Seen span, String fact) {
  return span.facts().getOrDefault(fact, "").replaceAll("\\p{Cntrl}", "?");
}
