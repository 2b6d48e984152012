package dev.bootbus.probe.load;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.dhcp.Answer;
import dev.bootbus.probe.dhcp.DhcpClient;
import dev.bootbus.probe.dhcp.Lease;
import dev.bootbus.probe.dhcp.Offers;
import dev.bootbus.probe.fetch.Fetcher;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import dev.bootbus.schema.MacAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// An address, and then the files of a list, whatever the machine is told to boot.
record FilesBoot(Ground ground, List<URI> files) implements Boot {
  private static final long LARGEST = 16L << 30;

  @Override
  public Life live(MacAddress machine, Duration deadline) throws InterruptedException {
    Diary diary = new Diary(deadline);
    try (DhcpClient client =
        DhcpClient.join(
            ground.link(), Machines.identity(ground.as(), machine), ground.patience())) {
      Optional<Finding> trouble = address(client, machine, diary);
      if (trouble.isPresent()) {
        return diary.failed(Stage.ADDRESS, trouble.get());
      }
    }
    for (URI file : files) {
      if (diary.left().isZero()) {
        return diary.outOfTime(Stage.FILE);
      }
      Optional<Finding> trouble = fetch(file, diary);
      if (trouble.isPresent()) {
        return diary.failed(Stage.FILE, trouble.get());
      }
    }
    return diary.booted();
  }

  private Optional<Finding> address(DhcpClient client, MacAddress machine, Diary diary)
      throws InterruptedException {
    Offers offers = client.discover();
    if (offers.first().isEmpty()) {
      return Optional.of(
          new Finding(offers.all().isEmpty() ? Cause.NO_OFFER : Cause.NO_ADDRESS, ""));
    }
    Answer answer = client.request(offers.first().get());
    return switch (answer) {
      case Answer.Acknowledged ack -> {
        Lease lease = ack.lease();
        diary.has(lease);
        diary.took(Stage.ADDRESS, offers.exchange().took().plus(ack.exchange().took()));
        yield ground.ledger().address(machine, lease.address());
      }
      case Answer.Refused _ -> Optional.of(new Finding(Cause.OFFER_NOT_KEPT, "DHCPNAK"));
      case Answer.Silence _ ->
          Optional.of(new Finding(Cause.OFFER_NOT_KEPT, "no answer to the REQUEST"));
      case Answer.Unsent(var why, var _) -> Optional.of(new Finding(Cause.NO_OFFER, why));
    };
  }

  private Optional<Finding> fetch(URI file, Diary diary) throws InterruptedException {
    Fetcher.Limits limits = new Fetcher.Limits(diary.left(), LARGEST, 0);
    Fetcher fetcher = ground.fetchers().of(file, ground.as().first()).orElseThrow();
    Fetched fetched =
        fetcher.fetch(file, limits, piece -> ground.tally().received(piece.remaining()));
    return switch (fetched) {
      case Fetched.Broken broken -> Optional.of(broken.finding());
      case Fetched.Whole whole -> {
        diary.took(Stage.FILE, whole.took());
        yield ground.ledger().file(file, whole.sha256());
      }
    };
  }
}
