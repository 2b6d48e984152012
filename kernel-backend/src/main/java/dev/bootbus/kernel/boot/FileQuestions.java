package dev.bootbus.kernel.boot;

import dev.bootbus.kernel.journal.Journal;
import dev.bootbus.schema.FileAnswer;
import dev.bootbus.schema.FileRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers "what is in this file for this machine?".
public final class FileQuestions {
  private final BootFiles boot;
  private final MachineFiles machine;
  private final BootFailures failures;
  private final Journal journal;

  /// @param bootUrl null where machines get no scripts from here
  public FileQuestions(
      Machines machines, @Nullable BootUrl bootUrl, Templates templates, Journal journal) {
    ConfigText configs = new ConfigText(machines, bootUrl, templates);
    this.boot = new BootFiles(machines, bootUrl, configs, journal);
    this.machine = new MachineFiles(machines, configs, journal);
    this.failures = new BootFailures(machines, journal);
    this.journal = journal;
  }

  public FileAnswer answer(FileRequest request) {
    Optional<LoaderFile> loader = LoaderFile.of(request.path());
    if (loader.isPresent()) {
      return boot.answer(request, loader.get());
    }
    if (MachineFiles.has(request.path())) {
      return machine.answer(request);
    }
    if (BootFailures.has(request.path())) {
      return failures.answer(request);
    }
    journal.noFile();
    return new FileAnswer.NotFound("the backend has no such file");
  }
}
