package dev.bootbus.probe.lab;

import dev.bootbus.schema.testing.lab.Host;
import java.io.IOException;
import java.util.List;

/// What can be wrong with a place, how each stack is brought into it, and what the probe has to say
/// of it.
enum Trouble {
  /// siaddr is an address that nobody has.
  WRONG_NEXT_SERVER("wrong-next-server") {
    @Override
    void make(Stack stack) throws IOException {
      stack.serve(healthy(stack).withNextServer(stack.place().address(99)));
    }
  },
  /// The loader is not below the TFTP server's root.
  FILE_MISSING("tftp-file-not-found") {
    @Override
    void make(Stack stack) throws IOException {
      stack.place().files().remove("ipxe.efi");
    }

    @Override
    void mend(Stack stack) throws IOException {
      stack.place().files().bringBack("ipxe.efi");
    }
  },
  /// UEFI gets a loader for BIOS. dhcp-server never tells it of one, so there it is the file under
  /// the right name.
  BIOS_FILE_FOR_UEFI("wrong-firmware") {
    @Override
    void make(Stack stack) throws IOException {
      switch (stack) {
        case Bootbus _ -> {
          stack.place().files().remove("ipxe.efi");
          stack.place().files().copy("undionly.kpxe", "ipxe.efi");
        }
        case Dnsmasq _, Kea _ -> stack.serve(healthy(stack).withLoader("undionly.kpxe"));
      }
    }

    @Override
    void mend(Stack stack) throws IOException {
      switch (stack) {
        case Bootbus _ -> stack.place().files().bringBack("ipxe.efi");
        case Dnsmasq _, Kea _ -> super.mend(stack);
      }
    }
  },
  /// A second one has another pool and nothing to boot.
  TWO_DHCP_SERVERS("two-dhcp-servers") {
    @Override
    List<String> words() {
      // where the other one's offer is taken, or it says NAK to who takes the right one's
      return List.of("two-dhcp-servers", "boot-file-not-given", "offer-not-kept");
    }

    @Override
    void make(Stack stack) throws IOException {
      stack.place().startOther();
    }

    @Override
    void mend(Stack stack) {
      stack.place().endOther();
    }
  },
  /// Firmware is sent to the boot server's port, where nothing listens. Bootbus and dnsmasq are
  /// proxies beside another DHCP server; dnsmasq's port is behind a filter, as it always opens it.
  /// Kea is none, and sends there with option 60 of its own.
  PROXY_WITHOUT_4011("proxy-without-4011") {
    @Override
    void make(Stack stack) throws IOException {
      filter(stack.place().host(), "udp dport 4011 drop");
      stack.serve(healthy(stack).asProxy());
    }

    @Override
    void mend(Stack stack) throws IOException {
      unfilter(stack.place().host());
      super.mend(stack);
    }
  },
  /// The server's firewall lets UDP to port 69 in, and not to the ports of transfers.
  TFTP_DATA_PORTS_FILTERED("tftp-data-filtered") {
    @Override
    void make(Stack stack) throws IOException {
      filter(stack.place().host(), "udp dport 4012-65535 drop");
    }

    @Override
    void mend(Stack stack) throws IOException {
      unfilter(stack.place().host());
    }
  },
  /// A cable takes packets of 1400 bytes and says nothing of larger ones.
  MTU_TOO_SMALL("mtu-too-small") {
    @Override
    void make(Stack stack) throws IOException {
      stack.place().client().narrow(Place.PORT, 1400);
    }

    @Override
    void mend(Stack stack) throws IOException {
      stack.place().client().narrow(Place.PORT, 1500);
    }
  },
  /// NATS is dead. The others ask nobody, so for them it is the DHCP server that stands still, with
  /// its sockets open, as one does that waits for its database.
  BACKEND_DEAD("backend-silent") {
    @Override
    void make(Stack stack) throws IOException {
      stack.freeze();
    }

    @Override
    void mend(Stack stack) throws IOException {
      stack.thaw();
    }
  },
  /// The server has addresses for machines that it knows.
  MACHINE_UNKNOWN("machine-unknown") {
    @Override
    void make(Stack stack) throws IOException {
      stack.serve(healthy(stack).forKnownMachines());
    }
  },
  /// The pool's only address is another machine's.
  POOL_EXHAUSTED("pool-exhausted") {
    @Override
    void make(Stack stack) throws IOException {
      stack.serve(healthy(stack).withoutAddresses());
    }
  };

  private static final String TABLE = "bootbus-lab";

  private final String cause;

  Trouble(String cause) {
    this.cause = cause;
  }

  /// The code of what the probe is to find.
  String cause() {
    return cause;
  }

  /// Codes of all that the probe may say: the cause, and what comes of it.
  List<String> words() {
    return List.of(cause);
  }

  abstract void make(Stack stack) throws IOException;

  void mend(Stack stack) throws IOException {
    stack.serve(healthy(stack));
  }

  /// Which one boots: another each time, as dhcp-server remembers who comes back too often.
  String machine() {
    return Place.machine(1 + ordinal());
  }

  private static Setup healthy(Stack stack) {
    return Setup.healthy(stack.place());
  }

  private static void filter(Host host, String rule) throws IOException {
    host.run("nft add table ip " + TABLE);
    host.run("nft add chain ip " + TABLE + " in { type filter hook input priority 0 ; }");
    host.run("nft add rule ip " + TABLE + " in " + rule);
  }

  private static void unfilter(Host host) throws IOException {
    host.run("nft delete table ip " + TABLE);
  }
}
