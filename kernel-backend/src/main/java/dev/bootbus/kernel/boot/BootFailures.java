package dev.bootbus.kernel.boot;

import dev.bootbus.schema.MacAddress;

final class BootFailures {
  static String path(MacAddress mac, String kernel, String error) {
    return "boot-failed/" + mac.dashed() + "/" + kernel + "/" + error;
  }
}
