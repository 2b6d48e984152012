/// The machines of this benchmark, and their addresses.
class Machines {
  static String mac(int machine) {
    return "52:54:%02x:%02x:%02x:%02x"
        .formatted(machine >>> 24, machine >>> 16 & 0xFF, machine >>> 8 & 0xFF, machine & 0xFF);
  }

  static long number(String address) {
    long number = 0;
    for (String part : address.split("\\.")) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  static String address(long number) {
    return "%d.%d.%d.%d"
        .formatted(number >> 24 & 0xFF, number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF);
  }
}
