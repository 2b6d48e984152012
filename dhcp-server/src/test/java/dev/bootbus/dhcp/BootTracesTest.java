package dev.bootbus.dhcp;

import static dev.bootbus.dhcp.wire.MessageType.DISCOVER;
import static dev.bootbus.dhcp.wire.MessageType.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.dhcp.wire.Option;
import dev.bootbus.dhcp.wire.Options;
import dev.bootbus.runtime.tracing.Step;
import dev.bootbus.schema.Traceparent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class BootTracesTest {
  private static final int EFI_X64 = 7;

  private Instant now = Instant.parse("2026-11-21T20:00:00Z");
  private final InstantSource clock = () -> now;
  private final BootTraces boots = new BootTraces(clock);

  private Step rom(long xid) {
    return boots.step(TestPacket.pxe(DISCOVER, EFI_X64).xid(xid).client());
  }

  private Step ipxe(long xid) {
    return boots.step(TestPacket.ipxe(DISCOVER, EFI_X64).xid(xid).client());
  }

  private Step system(long xid) {
    return boots.step(TestPacket.of(DISCOVER).xid(xid).client());
  }

  @Test
  void romLoaderAndSystemAreOneBoot() {
    Step first = rom(1);
    assertThat(first.parent()).isNull();
    Step[] others = {
      boots.step(TestPacket.pxe(REQUEST, EFI_X64).xid(1).client()),
      // EDK2 asks port 4011 with another xid
      boots.step(TestPacket.pxe(REQUEST, EFI_X64).xid(2).client()),
      ipxe(3),
      system(4),
      system(5)
    };
    assertThat(others).extracting(Step::parent).containsOnly(first.own());
    assertThat(others).extracting(step -> step.own().parentId()).doesNotHaveDuplicates();
  }

  @Test
  void firmwareThatBeginsAnewIsAnotherBoot() {
    Step first = rom(1);
    ipxe(2);
    assertThat(rom(1).parent()).describedAs("it repeats itself").isEqualTo(first.own());
    Step second = rom(3);
    assertThat(second.parent()).isNull();
    assertThat(second.own().traceId()).isNotEqualTo(first.own().traceId());
    assertThat(ipxe(4).parent()).isEqualTo(second.own());
  }

  @Test
  void whoWasQuietIsInAnotherBoot() {
    rom(1);
    now = now.plus(BootTraces.QUIET).plusMillis(1);
    assertThat(system(2).parent()).isNull();
  }

  @Test
  void noBootLastsForEver() {
    rom(1);
    Duration often = BootTraces.QUIET.minusSeconds(1);
    for (Duration at = often; at.compareTo(BootTraces.LONGEST) < 0; at = at.plus(often)) {
      now = now.plus(often);
      assertThat(system(2).parent()).isNotNull();
    }
    now = now.plus(often);
    assertThat(system(2).parent()).isNull();
  }

  @Test
  void twoFrontEndsGiveOneTraceId() {
    BootTraces other = new BootTraces(clock);
    Step here = rom(1);
    Step there = other.step(TestPacket.pxe(REQUEST, EFI_X64).xid(1).client());
    assertThat(there.own().traceId()).isEqualTo(here.own().traceId());
    assertThat(there.own().parentId()).isNotEqualTo(here.own().parentId());
    assertThat(other.step(TestPacket.of(DISCOVER).mac("52:54:00:77:00:11").xid(1).client()).own())
        .extracting(Traceparent::traceId)
        .isNotEqualTo(here.own().traceId());
  }

  @Test
  void whatAClientGivesBackGoesFirst() {
    rom(1);
    Traceparent given = Traceparent.fresh();
    Options pxe = Options.builder().put(PxeOption.TRACE, BootTraces.binary(given)).build();
    TestPacket packet = TestPacket.pxe(REQUEST, EFI_X64).xid(1).with(Option.VENDOR_SPECIFIC, pxe);
    assertThat(boots.step(packet.client()).parent()).isEqualTo(given);
  }

  @Test
  void ofMachinesTheQuietestIsForgotten() {
    for (int i = 0; i <= BootTraces.MAX_MACHINES; i++) {
      String mac = "52:54:00:77:%02x:%02x".formatted(i >> 8, i & 0xff);
      boots.step(TestPacket.of(DISCOVER).mac(mac).client());
    }
    assertThat(boots.size()).isEqualTo(BootTraces.MAX_MACHINES);
  }
}
