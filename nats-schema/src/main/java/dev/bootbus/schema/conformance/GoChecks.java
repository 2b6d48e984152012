package dev.bootbus.schema.conformance;

import static dev.bootbus.schema.conformance.Check.should;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bootbus.schema.conformance.Check.Needs;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Would the front end of the Go library `jacobweinstock/dhcp` (branch `nats`) take the answer? All
/// of this was seen by running it.
final class GoChecks {
  private static final Set<String> DHCP_KEYS =
      Set.of(
          "macaddress",
          "ipaddress",
          "subnetmask",
          "defaultgateway",
          "nameservers",
          "hostname",
          "domainname",
          "broadcastaddress",
          "ntpservers",
          "leasetime",
          "domainsearch");

  static final List<Check> ALL =
      List.of(
          go("go-nested", "Go reads a flat answer as an empty one.", GoChecks::isNested),
          go("go-dhcp-keys", "Go refuses a key in DHCP that it does not know.", GoChecks::keys),
          go("go-text", "Go refuses a base64 MACAddress or SubnetMask in DHCP.", GoChecks::texts),
          go("go-lists", "Go dies of a value where it expects a list.", GoChecks::lists),
          go("go-numbers", "Go refuses numbers that are text or negative.", GoChecks::numbers),
          go("go-script-url", "Go refuses a URL that is text, even an empty one.", GoChecks::url),
          should(
              "go-error-message",
              Needs.READABLE,
              "Go takes an error without a message for success.",
              session -> errorMessage(session)));

  private GoChecks() {}

  private static Check go(String name, String why, Function<Answer, Verdict> judgement) {
    boolean shape = name.equals("go-nested");
    return should(
        name,
        Needs.READABLE,
        why,
        session ->
            Session.judge(
                session.first(),
                answer ->
                    answer.isFlat() && !shape
                        ? Verdict.skipped("the answer is flat")
                        : judgement.apply(answer)));
  }

  private static Verdict isNested(Answer answer) {
    return answer.isFlat()
        ? Verdict.failed(
            "data holds the fields themselves",
            "Put them into the three objects DHCP, Netboot and Error.")
        : Verdict.passed("DHCP, Netboot, Error");
  }

  private static Verdict keys(Answer answer) {
    String strange =
        Answer.field(answer.data(), "DHCP").properties().stream()
            .filter(entry -> !DHCP_KEYS.contains(entry.getKey().toLowerCase(Locale.ROOT)))
            .filter(entry -> !Answer.isUnset(entry.getValue()))
            .map(Map.Entry::getKey)
            .map(Answer::brief)
            .collect(joining(", "));
    return strange.isEmpty()
        ? Verdict.passed("only the eleven that Go knows")
        : Verdict.failed(
            "DHCP holds " + strange, "Put what Go does not know into Extensions or Netboot.");
  }

  private static Verdict texts(Answer answer) {
    JsonNode mac = answer.dhcp("MACAddress");
    JsonNode mask = answer.dhcp("SubnetMask");
    boolean macFits = Answer.isUnset(mac) || mac.asText("").matches("\\p{XDigit}{2}([:-].*)?");
    boolean maskFits = Answer.isUnset(mask) || Fields.isAddress(mask);
    if (macFits && maskFits) {
      return Verdict.passed("MACAddress with colons, SubnetMask with dots");
    }
    return Verdict.failed(
        Stream.of(macFits ? "" : "MACAddress is " + mac, maskFits ? "" : "SubnetMask is " + mask)
            .filter(text -> !text.isEmpty())
            .map(Answer::brief)
            .collect(joining("; ")),
        "Write MACAddress as 52:54:00:77:00:10 and SubnetMask as 255.255.255.0.");
  }

  private static Verdict lists(Answer answer) {
    String single =
        Stream.of("NameServers", "NTPServers", "DomainSearch")
            .filter(name -> !answer.dhcp(name).isArray())
            .filter(name -> !answer.dhcp(name).isNull() && !answer.dhcp(name).isMissingNode())
            .map(name -> name + " is " + Answer.brief(answer.dhcp(name).toString()))
            .collect(joining("; "));
    return single.isEmpty()
        ? Verdict.passed("lists or null")
        : Verdict.failed(single, "Write a list, also for a single value, or null.");
  }

  private static Verdict numbers(Answer answer) {
    String wrong =
        Stream.of(
                Map.entry("LeaseTime", answer.dhcp("LeaseTime")),
                Map.entry("Code", answer.error("Code")))
            .filter(entry -> !entry.getValue().isNull() && !entry.getValue().isMissingNode())
            .filter(entry -> !entry.getValue().isIntegralNumber() || entry.getValue().asLong() < 0)
            .map(entry -> entry.getKey() + " is " + Answer.brief(entry.getValue().toString()))
            .collect(joining("; "));
    return wrong.isEmpty()
        ? Verdict.passed("LeaseTime, Error.Code")
        : Verdict.failed(wrong, "Write whole numbers of 0 or more, without quotes.");
  }

  private static Verdict url(Answer answer) {
    JsonNode url = answer.netboot("IPXEScriptURL");
    boolean fits =
        url.isMissingNode()
            || url.isNull()
            || (url.isObject()
                && Stream.of("Scheme", "Host", "Path")
                    .map(name -> Answer.field(url, name))
                    .allMatch(part -> part.isMissingNode() || part.isTextual()));
    return fits
        ? Verdict.passed(url.isObject() ? "an object" : "null")
        : Verdict.failed(
            "IPXEScriptURL is " + Answer.brief(url.toString()),
            "Write null, or an object with Scheme, Host, Path and RawQuery.");
  }

  private static Verdict errorMessage(Session session) throws InterruptedException {
    if (session.plan().registers()) {
      return Verdict.skipped("--registers: no error was asked for");
    }
    return Session.readable(session.ofUnknown())
        .filter(Answer::isError)
        .map(GoChecks::errorMessage)
        .orElse(Verdict.skipped("no error was answered"));
  }

  private static Verdict errorMessage(Answer error) {
    return error.message().isEmpty()
        ? Verdict.failed(error.outcome(), "Give every Error a Message, one sentence for the log.")
        : Verdict.passed(error.outcome());
  }
}
