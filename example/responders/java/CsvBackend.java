import dev.bootbus.schema.BackendResponder;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.DhcpResponse.Dhcp;
import dev.bootbus.schema.MacAddress;

/// A backend in one file: answers for the machines of a CSV file, mac,address,mask,gateway,script.
/// Run it with `bootbus java CsvBackend.java machines.csv`.
void main(String[] args) {
  Path file = Path.of(args.length == 1 ? args[0] : "machines.csv");
  BackendResponder.named("csv-backend")
      .answerDhcp(request -> answer(file, request.mac()))
      .serve();
}

/// Reads the file each time, so that a new export counts at once.
DhcpResponse answer(Path file, MacAddress mac) throws IOException {
  try (Stream<String> lines = Files.lines(file)) {
    return lines
        .skip(1) // the header
        .map(line -> line.split(",", -1))
        .filter(row -> row.length == 5 && row[0].strip().equalsIgnoreCase(mac.toString()))
        .findFirst()
        .map(row -> answer(mac, row))
        .orElse(DhcpResponse.unknown("no line for " + mac + " in " + file.getFileName()));
  }
}

DhcpResponse answer(MacAddress mac, String[] row) {
  Dhcp dhcp = Dhcp.of(mac, address(row[1]), address(row[2]), 3600).withGateway(address(row[3]));
  String script = row[4].strip();
  return script.isEmpty() ? DhcpResponse.address(dhcp) : DhcpResponse.boot(dhcp, script);
}

Inet4Address address(String cell) {
  return cell.isBlank() ? null : Inet4Address.ofLiteral(cell.strip());
}
