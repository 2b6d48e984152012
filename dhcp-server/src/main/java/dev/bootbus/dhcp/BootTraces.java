package dev.bootbus.dhcp;

import dev.bootbus.dhcp.wire.Bytes;
import dev.bootbus.dhcp.wire.MessageType;
import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.MacAddress;
import dev.bootbus.schema.Traceparent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Which packets are of one boot: those of the ROM, of the loader that it starts and of the system
/// that this starts, each of which begins a DHCP transaction of its own.
///
/// A trace's id follows from the packet that begins it, so that each front end that hears it gives
/// it the same, and one that is new hears DISCOVER and REQUEST in one trace. Beyond that it takes
/// this memory, which is bounded: the machine that was quiet the longest is forgotten first. Any
/// thread may call it.
final class BootTraces {
  /// A machine that boots is not quiet for so long, except while it copies what it has booted.
  static final Duration QUIET = Duration.ofMinutes(5);

  /// Nothing takes so long to boot; what a system does later is another story.
  static final Duration LONGEST = Duration.ofMinutes(15);

  /// Within this, a ROM whose transaction id is always the same has not booted twice.
  private static final Duration SAME = Duration.ofMinutes(10);

  static final int MAX_MACHINES = 10_000;
  private static final float LOAD_FACTOR = 0.75f;
  private static final int INITIAL_CAPACITY = 64;
  private static final int TRACE_SIZE = 26;
  private static final HexFormat HEX = HexFormat.of();

  /// What a machine has done of late.
  ///
  /// @param first the packet that it began with
  /// @param xids of each stage, by its label
  private record Boot(Traceparent first, Map<String, Long> xids, long begun, long heard) {}

  private final Map<MacAddress, Boot> boots =
      new LinkedHashMap<>(INITIAL_CAPACITY, LOAD_FACTOR, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MacAddress, Boot> eldest) {
          return size() > MAX_MACHINES;
        }
      };

  private final InstantSource clock;

  BootTraces(InstantSource clock) {
    this.clock = clock;
  }

  /// Which step of which trace a packet of this client is: the next of the trace that it gives
  /// back, else of the boot that the machine is in, else the first of a trace of its own.
  Step step(Client client) {
    Optional<Traceparent> given = given(client);
    if (given.isPresent()) {
      return Step.after(given.get());
    }
    return client.mac().isNone() ? Step.fresh() : remembered(client);
  }

  private synchronized Step remembered(Client client) {
    long now = clock.millis();
    String stage = client.clientClass().label();
    Boot boot = boots.get(client.mac());
    if (boot == null || isOver(boot, now) || isAnother(boot, client, stage)) {
      Step step = new Step(begin(client, now), null);
      boots.put(client.mac(), new Boot(step.own(), stages(client, stage, Map.of()), now, now));
      return step;
    }
    Map<String, Long> xids = stages(client, stage, boot.xids());
    boots.put(client.mac(), new Boot(boot.first(), xids, boot.begun(), now));
    return Step.after(boot.first());
  }

  private static Map<String, Long> stages(Client client, String stage, Map<String, Long> before) {
    Map<String, Long> xids = new HashMap<>(before); // of as many as there are labels
    xids.put(stage, client.message().xid());
    return xids;
  }

  private static boolean isOver(Boot boot, long now) {
    return now - boot.heard() > QUIET.toMillis() || now - boot.begun() > LONGEST.toMillis();
  }

  /// Firmware or a loader that begins anew. A system may ask again and again while it comes up.
  private static boolean isAnother(Boot boot, Client client, String stage) {
    Long xid = boot.xids().get(stage);
    return xid != null
        && xid != client.message().xid()
        && client.clientClass().isBootClient()
        && client.messageType().filter(type -> type == MessageType.DISCOVER).isPresent();
  }

  private static Traceparent begin(Client client, long now) {
    Traceparent fresh = Traceparent.fresh();
    ByteBuffer seed = ByteBuffer.allocate(Long.BYTES + Long.BYTES);
    seed.putLong(client.message().xid()).putLong(now / SAME.toMillis());
    MessageDigest digest = sha256();
    digest.update(client.message().chaddr().toArray());
    byte[] hash = digest.digest(seed.array());
    String id = HEX.formatHex(hash, 0, fresh.traceId().length() / 2);
    return new Traceparent(id, fresh.parentId(), fresh.flags());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /// Option 43.69 as [#binary] wrote it.
  private static Optional<Traceparent> given(Client client) {
    return client
        .message()
        .options()
        .get(Option.VENDOR_SPECIFIC)
        .flatMap(options -> options.raw(PxeOption.TRACE))
        .filter(trace -> trace.length() == TRACE_SIZE)
        .map(trace -> HEX.formatHex(trace.toArray()))
        .flatMap(
            hex ->
                Traceparent.parse(
                    String.join(
                        "-",
                        hex.substring(0, 2),
                        hex.substring(2, 34),
                        hex.substring(34, 50),
                        hex.substring(50))));
  }

  /// Version, trace id, parent id and flags, in 26 bytes.
  static Bytes binary(Traceparent trace) {
    return Bytes.ofHex(trace.toString().replace("-", ""));
  }

  synchronized int size() {
    return boots.size();
  }
}
