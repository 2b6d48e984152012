package dev.bootbus.probe.boot;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import dev.bootbus.probe.Severity;
import dev.bootbus.probe.artefact.Artefact;
import dev.bootbus.probe.artefact.Examiner;
import dev.bootbus.probe.artefact.Fits;
import dev.bootbus.probe.artefact.Target;
import dev.bootbus.probe.boot.Walk.Mark;
import dev.bootbus.probe.boot.Walk.What;
import dev.bootbus.probe.fetch.Fetcher;
import dev.bootbus.probe.fetch.Fetcher.Fetched;
import dev.bootbus.probe.script.Files;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that a machine fetches on its way: each file once, and looked at while it comes.
final class Downloads implements Files {
  /// More than any loader with all its modules needs.
  private static final int MAX_FILES = 512;

  private static final long MAX_SIZE = 16L << 30;
  private static final int HEAD = 64 << 10;

  /// What came of a file.
  sealed interface Came {
    record Whole(URI uri, byte[] head, long size, Artefact artefact, List<Finding> unfit)
        implements Came {}

    record Failed(Finding finding) implements Came {}
  }

  private record Asked(URI uri, Role role) {}

  private final Fetchers fetchers;
  private final Trace trace;
  private final Target target;
  private final Checksums checksums;
  private final Map<Asked, Came> came = new HashMap<>();
  private Speaker speaker;
  private Optional<Finding> trouble = Optional.empty();

  Downloads(Fetchers fetchers, Trace trace, Target target, Checksums checksums, Speaker speaker) {
    this.fetchers = fetchers;
    this.trace = trace;
    this.target = target;
    this.checksums = checksums;
    this.speaker = speaker;
  }

  void speaksNow(Speaker next) {
    speaker = next;
    trace.enter(next.title());
  }

  @Override
  public Answer get(Wanted wanted) throws InterruptedException {
    return switch (fetch(wanted.uri(), wanted.role(), wanted.optional())) {
      case Came.Whole(var _, var head, var size, var _, var unfit) ->
          new Answer.Got(head, size, unfit);
      case Came.Failed(var finding) -> new Answer.Failed(finding);
    };
  }

  @Override
  public void notTold(URI uri) {
    trace.step(What.FILE, uri + ": tells of the failure, not fetched", trace.now(), Mark.ABSENT);
  }

  /// The first program of a machine.
  Came loader(URI uri) throws InterruptedException {
    Came now = fetch(uri, Fits.Role.PROGRAM, What.LOADER, false, HEAD);
    came.put(new Asked(uri, Role.PART), now);
    return now;
  }

  /// What has come from there already.
  Optional<Artefact> known(URI uri) {
    return came.entrySet().stream()
        .filter(entry -> entry.getKey().uri().equals(uri))
        .map(Map.Entry::getValue)
        .filter(Came.Whole.class::isInstance)
        .map(whole -> ((Came.Whole) whole).artefact())
        .findFirst();
  }

  private Came fetch(URI uri, Role role, boolean optional) throws InterruptedException {
    Asked asked = new Asked(uri, role);
    Came known = came.get(asked);
    if (known != null) {
      return known;
    }
    Came now =
        switch (role) {
          case KERNEL -> fetch(uri, Fits.Role.KERNEL, What.KERNEL, optional, HEAD);
          case INITRD -> fetch(uri, Fits.Role.INITRD, What.INITRD, optional, HEAD);
          case CHAIN -> fetch(uri, Fits.Role.CHAIN, What.FILE, optional, KEPT);
          case SCRIPT -> fetch(uri, Fits.Role.SCRIPT, What.SCRIPT, optional, KEPT);
          case DEVICE_TREE -> fetch(uri, Fits.Role.DEVICE_TREE, What.FILE, optional, HEAD);
          case PART, OTHER -> fetch(uri, Fits.Role.ANY, What.FILE, optional, HEAD);
        };
    came.put(asked, now);
    if (!optional && role != Role.OTHER && trouble.isEmpty()) {
      trouble = trouble(now);
    }
    return now;
  }

  private static Optional<Finding> trouble(Came came) {
    return switch (came) {
      case Came.Failed(var finding) -> Optional.of(finding);
      case Came.Whole whole -> whole.unfit().stream().findFirst();
    };
  }

  /// What was wrong with the first file that the machine could not do without. A script may have
  /// gone on all the same.
  Optional<Finding> trouble() {
    return trouble;
  }

  private Came fetch(URI uri, Fits.Role role, What what, boolean optional, int kept)
      throws InterruptedException {
    Duration begin = trace.now();
    if (came.size() >= MAX_FILES) {
      return new Came.Failed(new Finding(Cause.BOOT_LOOP, "%d files".formatted(MAX_FILES)));
    }
    if (trace.isOver()) {
      return new Came.Failed(new Finding(Cause.DEADLINE, "before " + uri));
    }
    Optional<Fetcher> fetcher = fetchers.of(uri, speaker);
    if (fetcher.isEmpty()) {
      return failed(new Finding(Cause.SCHEME_UNKNOWN, uri.toString()), uri, what, optional, begin);
    }
    Examiner examiner = new Examiner();
    Fetched fetched =
        fetcher
            .get()
            .fetch(
                fetchers.dialled(uri), new Fetcher.Limits(trace.left(), MAX_SIZE, kept), examiner);
    return switch (fetched) {
      case Fetched.Broken(var finding, var _, var _) -> failed(finding, uri, what, optional, begin);
      case Fetched.Whole whole -> came(whole, uri, role, what, examiner.artefact(), begin);
    };
  }

  private Came failed(Finding finding, URI uri, What what, boolean optional, Duration begin) {
    String text = "%s: %s".formatted(uri, finding.cause().title());
    trace.step(what, text, begin, optional ? Mark.ABSENT : Mark.BROKEN);
    return new Came.Failed(named(finding, uri));
  }

  private static Finding named(Finding finding, URI uri) {
    return finding.detail().contains(uri.toString())
        ? finding
        : new Finding(finding.cause(), uri + ": " + finding.detail());
  }

  private Came came(
      Fetched.Whole whole, URI uri, Fits.Role role, What what, Artefact artefact, Duration begin) {
    List<Finding> unfit = new ArrayList<>();
    List<Finding> findings = new ArrayList<>(Fits.check(artefact, role, target, uri.toString()));
    checksums.check(uri, whole.sha256()).ifPresent(findings::add);
    trace.fetched(uri, whole.sha256(), whole.size()).ifPresent(findings::add);
    for (Finding finding : findings) {
      if (finding.cause().severity() == Severity.BROKEN) {
        unfit.add(finding);
      } else {
        trace.note(finding);
      }
    }
    whole.findings().forEach(trace::note);
    String text =
        "%s, %s%s"
            .formatted(
                uri, Sizes.of(whole.size()), whole.how().isEmpty() ? "" : ", " + whole.how());
    trace.step(what, text, begin, unfit.isEmpty() ? Mark.OK : Mark.BROKEN);
    return new Came.Whole(uri, whole.head(), whole.size(), artefact, List.copyOf(unfit));
  }
}
