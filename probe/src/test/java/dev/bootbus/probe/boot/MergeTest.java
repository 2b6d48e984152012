package dev.bootbus.probe.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.probe.Cause;
import dev.bootbus.probe.Finding;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What firmware makes of offers; the rows are what SeaBIOS with a ROM, and OVMF, did in QEMU.
class MergeTest {

  /// @param bootServer what port 4011 answers, if anybody is there
  private static Told told(Program program, List<Offer> offers, Optional<Offer> bootServer) {
    return switch (Merge.choose(program, offers)) {
      case Choice.Nothing(Finding why, var _) -> new Told.Stuck(why);
      case Choice.Taken taken ->
          Merge.told(program, taken, taken.address().message(), bootServer.map(Offer::message));
    };
  }

  private static String verdict(Told told) {
    return switch (told) {
      case Told.Load(var server, var file, var _) ->
          file.contains("://") ? file : server.getHostAddress() + " " + file;
      case Told.ByItself(var server, var _) -> server.getHostAddress();
      case Told.Disk _ -> "disk";
      case Told.Stuck(var why) -> why.cause().code();
    };
  }

  /// A server at .2 gives the address and nothing else; a proxy at .1 is 4011's server too.
  @ParameterizedTest(name = "{0}: {1}, 4011: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BIOS_ROM  | 60=PXEClient file=a siaddr 54             | a | 192.0.2.1 a
          BIOS_ROM  | 60=PXEClient file=a siaddr 54             |   | 192.0.2.1 a
          BIOS_ROM  | 60=PXEClient file=a siaddr 54 43=060108ff |   | 192.0.2.1 a
          BIOS_ROM  | 60=PXEClient 66=192.0.2.1 67=a siaddr 54  | a | 192.0.2.1 a
          BIOS_ROM  | 60=PXEClient siaddr 54                    | a | 192.0.2.1 a
          BIOS_ROM  | 60=PXEClient siaddr 54                    |   | proxy-without-4011
          BIOS_ROM  | file=a siaddr 54                          | a | boot-file-not-given
          BIOS_ROM  | 60=PXEClient file=a siaddr                | a | 192.0.2.1 a
          BIOS_ROM  | 60=PXEClient file=a 54                    | 0 | next-server-missing
          BIOS_ROM  | 60=PXEClient siaddr 54                    | - | boot-file-not-given
          UEFI_PXE  | 60=PXEClient file=a siaddr 54             | a | 192.0.2.1 a
          UEFI_PXE  | 60=PXEClient file=a siaddr 54             |   | proxy-without-4011
          UEFI_PXE  | 60=PXEClient file=a siaddr 54 43=060108ff |   | 192.0.2.1 a
          UEFI_PXE  | 60=PXEClient file=a siaddr 54 43=060108ff | a | 192.0.2.1 a
          UEFI_PXE  | 60=PXEClient 66=192.0.2.1 67=a siaddr 54  | a | 192.0.2.1 a
          UEFI_PXE  | 60=PXEClient siaddr 54                    | a | 192.0.2.1 a
          UEFI_PXE  | file=a siaddr 54                          | a | boot-file-not-given
          UEFI_PXE  | 60=PXEClient file=a siaddr                | a | boot-file-not-given
          UEFI_PXE  | 60=PXEClient file=a 54                    | 0 | 192.0.2.1 a
          UEFI_PXE  | 60=PXEClient siaddr 54                    | - | boot-file-not-given
          UEFI_HTTP | 60=HTTPClient 67=http://h/a siaddr 54     |   | http://h/a
          UEFI_HTTP | 60=HTTPClient file=http://h/a siaddr 54   | a | http://h/a
          UEFI_HTTP | 60=HTTPClient siaddr 54                   | a | boot-file-not-given
          UEFI_HTTP | 67=http://h/a siaddr 54                   | a | boot-file-not-given
          UEFI_HTTP | 60=HTTPClient 67=http://h/a 54            |   | http://h/a
          UEFI_HTTP | 60=PXEClient file=a siaddr 54             | a | boot-file-not-given
          IPXE      | 60=PXEClient 67=http://h/a 54             | 1 | http://h/a
          IPXE      | 60=PXEClient file=a siaddr 54             |   | 192.0.2.1 a
          U_BOOT    | 60=PXEClient file=a siaddr 54             | a | 192.0.2.2
          """)
  void proxyDhcp(Program program, String proxy, String bootServer, String verdict) {
    Optional<Offer> answer =
        Optional.ofNullable(bootServer)
            .map(
                kind ->
                    switch (kind) {
                      case "0" -> Offers.proxy("60=PXEClient 54 file=a");
                      case "1" -> Offers.proxy("60=PXEClient 54 67=http://h/a");
                      case "-" -> Offers.proxy("60=PXEClient 54 siaddr");
                      default -> Offers.proxy("60=PXEClient 54 siaddr file=" + kind);
                    });
    List<Offer> offers = List.of(Offers.dhcp("54"), Offers.proxy(proxy));

    assertThat(verdict(told(program, offers, answer))).isEqualTo(verdict);
    assertThat(verdict(told(program, offers.reversed(), answer)))
        .describedAs("the proxy is quicker")
        .isEqualTo(verdict);
  }

  /// One server gives the address and the file, and does not listen on 4011.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UEFI_PXE     | 60=PXEClient file=a siaddr 54              | proxy-without-4011
          UEFI_PXE     | file=a siaddr 54                           | 192.0.2.2 a
          UEFI_PXE     | 60=PXEClient file=a siaddr 54 43=060108ff  | 192.0.2.2 a
          UEFI_PXE     | file=a 54                                  | 192.0.2.2 a
          UEFI_PXE     | file=a 66=192.0.2.9 54                     | 192.0.2.2 a
          UEFI_PXE     | file=a siaddr                              | offer-without-server-id
          UEFI_PXE     | file=http://h/a siaddr 54                  | url-for-tftp
          UEFI_PXE     | siaddr 54                                  | boot-file-not-given
          BIOS_ROM     | 60=PXEClient file=a siaddr 54              | 192.0.2.2 a
          BIOS_ROM     | file=a siaddr 54                           | 192.0.2.2 a
          BIOS_ROM     | file=a 66=192.0.2.9 54                     | next-server-missing
          BIOS_ROM     | file=http://h/a siaddr 54                  | url-for-tftp
          IPXE         | 67=http://h/a 54                           | http://h/a
          UEFI_HTTP    | 60=HTTPClient 67=http://h/a 54             | http://h/a
          UEFI_HTTP    | 60=HTTPClient 67=a siaddr 54               | url-not-given
          UEFI_HTTP    | 67=http://h/a siaddr 54                    | url-not-given
          RASPBERRY_PI | siaddr 54                                  | raspberry-pi-not-meant
          RASPBERRY_PI | 54 66=192.0.2.9 43=091400001152617370626572727920506920426f6174ff | raspberry-pi-not-meant
          RASPBERRY_PI | 54 66=192.0.2.9 43=091400001152617370626572727920506920426f6f74ff | 192.0.2.9
          FREEBSD      | siaddr=192.0.2.7 54                        | 192.0.2.7
          """)
  void dhcpAlone(Program program, String offer, String verdict) {
    assertThat(verdict(told(program, List.of(Offers.dhcp(offer)), Optional.empty())))
        .isEqualTo(verdict);
  }

  /// PXE 2.1 §2.2.3: 8 has servers by type, 9 items, 10 a prompt.
  @Test
  void theFirstItemOfAMenuIsTaken() {
    String menu =
        "43=060107" + "0807000101c0000205" + "0908000105" + "4c696e7578" + "0a0203" + "50ff";
    Offer offer = Offers.dhcp("60=PXEClient siaddr 54 " + menu);

    assertThat(Merge.choose(Program.UEFI_PXE, List.of(offer)))
        .isInstanceOfSatisfying(
            Choice.Taken.class,
            taken ->
                assertThat(taken.plan())
                    .isInstanceOfSatisfying(
                        Choice.Plan.OfBootServer.class,
                        plan -> {
                          assertThat(plan.item()).hasValue(1);
                          assertThat(plan.server().getHostAddress()).isEqualTo("192.0.2.5");
                        }));
  }

  @Test
  void anItemOfTypeZeroIsTheDisk() {
    Offer offer =
        Offers.dhcp("60=PXEClient siaddr 54 43=060107" + "09070000044469736b" + "0a0203" + "50ff");

    for (Program program : List.of(Program.UEFI_PXE, Program.BIOS_ROM)) {
      assertThat(told(program, List.of(offer), Optional.empty())).isEqualTo(new Told.Disk("Disk"));
    }
  }

  @Test
  void nobody() {
    for (Program program : Program.values()) {
      assertThat(verdict(told(program, List.of(), Optional.empty()))).isEqualTo("no-offer");
      assertThat(
              verdict(
                  told(program, List.of(Offers.proxy("60=PXEClient 54 siaddr")), Optional.empty())))
          .isEqualTo("no-address");
    }
  }

  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          54 file=a siaddr | 54 file=a siaddr | false
          54 file=a siaddr | 54               | true
          54 file=a siaddr | 54 file=b siaddr | true
          """)
  void twoServersAreOddWhereTheyDisagree(String one, String other, boolean odd) {
    List<Offer> offers =
        new ArrayList<>(
            List.of(
                Offers.dhcp(one),
                Offers.offer(Offers.PROXY, Inet4Address.ofLiteral("192.0.2.200"), other)));
    assertThat(Merge.choose(Program.BIOS_ROM, offers).notes().stream().map(Finding::cause))
        .isEqualTo(odd ? List.of(Cause.TWO_DHCP_SERVERS) : List.of());
  }

  @Test
  void aProxyThatIsIgnoredIsNoted() {
    assertThat(
            Merge.choose(
                    Program.BIOS_ROM, List.of(Offers.dhcp("54"), Offers.proxy("54 file=a siaddr")))
                .notes())
        .extracting(Finding::cause)
        .containsExactly(Cause.PROXY_IGNORED);
  }

  /// A machine that a stray server gets hold of has it to thank for what it lacks.
  @Test
  void ofTwoServersOneIsToBlame() {
    Finding lack = new Finding(Cause.BOOT_FILE_NOT_GIVEN, "nothing");
    Offer stray = Offers.dhcp("54");
    Offer right =
        Offers.offer(Offers.PROXY, Inet4Address.ofLiteral("192.0.2.200"), "54 file=a siaddr");

    assertThat(OddOffers.blame(lack, List.of(stray, right)))
        .satisfies(
            finding -> {
              assertThat(finding.cause()).isEqualTo(Cause.TWO_DHCP_SERVERS);
              assertThat(finding.detail()).contains("192.0.2.2 ", "192.0.2.1 ", lack.detail());
            });
    assertThat(OddOffers.blame(lack, List.of(stray))).isEqualTo(lack);
  }
}
