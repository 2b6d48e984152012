package dev.bootbus.dhcp;

import dev.bootbus.dhcp.config.ConfigException;
import dev.bootbus.runtime.LogText;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ParseResult;

/// Takes over what changed in the configuration file; or nothing of it, if anything is wrong.
final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger("dhcp-server");

  private final Listening listening;
  private final Path file;
  private final ParseResult flags;
  private final Configuration first;
  private Configuration current;

  Reload(Configuration configuration, Listening listening, Path file, ParseResult flags) {
    this.first = configuration;
    this.current = configuration;
    this.listening = listening;
    this.file = file;
    this.flags = flags;
  }

  /// Signals may come faster than they are dealt with: one after the other.
  synchronized void run() {
    try {
      Configuration fresh = Configuration.read(flags, System.getenv(), file);
      try {
        listening.change(fresh.scopes());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(fresh.told(e.getMessage()), e);
      }
      Set<String> changed = fresh.changedLive(current);
      Set<String> waiting = fresh.changedForRestart(first);
      current = fresh;
      Main.tell(fresh.scopes(), listening);
      LOG.info("configuration read again file={} changed={}", file, changed);
      if (!waiting.isEmpty()) {
        LOG.warn("configuration needs a restart for {}", waiting);
      }
    } catch (ConfigException | IllegalArgumentException e) {
      LOG.warn("configuration kept as it was: {}", LogText.printable(e.getMessage()));
    } catch (RuntimeException e) {
      // a bug must not end the thread that signals are told by
      LOG.error("configuration kept as it was", e);
    }
  }
}
