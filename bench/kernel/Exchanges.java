import dev.bootbus.schema.Bus;
import dev.bootbus.schema.BusSettings;
import dev.bootbus.schema.DhcpRequest;
import dev.bootbus.schema.DhcpRequest.Facts;
import dev.bootbus.schema.DhcpRequest.Mode;
import dev.bootbus.schema.DhcpResponse;
import dev.bootbus.schema.MacAddress;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Exchanges.java URL FIRST LEASES new|renew COUNT IN_FLIGHT: so many machines without a lease get
/// one (DISCOVER and REQUEST), or so many of those with one renew it (REQUEST); prints exchanges a
/// second, p50 and p99 of one in microseconds, and how many failed.
class Exchanges {
  private static final Inet4Address SERVER = Inet4Address.ofLiteral("10.0.0.1");

  public static void main(String[] args) throws Exception {
    long first = Machines.number(args[1]);
    int leases = Integer.parseInt(args[2]);
    boolean renew = args[3].equals("renew");
    int count = Integer.parseInt(args[4]);
    int inFlight = Integer.parseInt(args[5]);
    BusSettings settings =
        BusSettings.of("bench")
            .withServers(args[0])
            .withEvents(false)
            .withDeadline(Duration.ofSeconds(5));
    Histogram latency = new ConcurrentHistogram(3);
    AtomicInteger failed = new AtomicInteger();
    Random random = new Random(1);
    try (Bus bus = Bus.connect(settings, state -> {})) {
      while (!isThere(bus)) {
        Thread.sleep(50);
      }
      Semaphore free = new Semaphore(inFlight);
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        int machine = renew ? random.nextInt(leases) : leases + i;
        free.acquire();
        Thread.startVirtualThread(
            () -> {
              long begun = System.nanoTime();
              try {
                if (!(renew ? renews(bus, machine, first) : boots(bus, machine))) {
                  failed.incrementAndGet();
                }
              } catch (Exception e) {
                failed.incrementAndGet();
              } finally {
                latency.recordValue((System.nanoTime() - begun) / 1000);
                free.release();
              }
            });
      }
      free.acquire(inFlight);
      System.out.printf(
          "%.0f %d %d %d%n",
          count * 1e9 / (System.nanoTime() - start),
          latency.getValueAtPercentile(50),
          latency.getValueAtPercentile(99),
          failed.get());
    }
  }

  private static boolean isThere(Bus bus) {
    try {
      return bus.ask(request(0, "INFORM", null, null, null)) instanceof DhcpResponse.Answer;
    } catch (Exception e) {
      return false;
    }
  }

  private static boolean boots(Bus bus, int machine) throws Exception {
    return bus.ask(request(machine, "DISCOVER", null, null, null)) instanceof DhcpResponse.Answer offer
        && offer.dhcp().ipAddress() instanceof Inet4Address offered
        && isTold(bus.ask(request(machine, "REQUEST", offered, SERVER, null)), offered);
  }

  private static boolean renews(Bus bus, int machine, long first) throws Exception {
    Inet4Address own = Inet4Address.ofLiteral(Machines.address(first + machine));
    return isTold(bus.ask(request(machine, "REQUEST", null, null, own)), own);
  }

  private static boolean isTold(DhcpResponse response, Inet4Address address) {
    return response instanceof DhcpResponse.Answer answer
        && address.equals(answer.dhcp().ipAddress());
  }

  private static DhcpRequest request(
      int machine, String type, Inet4Address requested, Inet4Address server, Inet4Address ciaddr) {
    Facts facts =
        new Facts(
            Mode.DHCP,
            type,
            machine,
            List.of(7),
            "PXEClient:Arch:00007:UNDI:003000",
            List.of(),
            "",
            "",
            "",
            requested,
            server,
            ciaddr,
            null,
            null,
            "",
            "eth0");
    return new DhcpRequest(MacAddress.parse(Machines.mac(machine)), "", facts);
  }
}
