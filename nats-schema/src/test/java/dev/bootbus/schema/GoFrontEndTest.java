package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bootbus.schema.DhcpResponse.Answer;
import dev.bootbus.schema.DhcpResponse.Extensions;
import dev.bootbus.schema.go.GoOutcome;
import dev.bootbus.schema.go.GoRecord;
import dev.bootbus.schema.go.GoRequester;
import dev.bootbus.schema.go.GoShape;
import dev.bootbus.schema.go.RandomResponses;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Nothing that is written here makes a Go front end refuse it or die, and it sees what was said.
class GoFrontEndTest {
  private static final int ROUNDS = 20_000;

  @Test
  void whateverIsWrittenAGoFrontEndReadsAsItWasMeant() {
    long seed = System.nanoTime();
    System.out.println("GoFrontEndTest seed " + seed);
    RandomResponses random = new RandomResponses(new Random(seed));
    for (int i = 0; i < ROUNDS; i++) {
      DhcpResponse said = random.next(random.mac());
      byte[] written = DhcpJson.write(Envelope.of("/bootbus/test", "dev.bootbus.test"), said);

      GoOutcome seen = GoRequester.decode(written);

      assertThat(seen)
          .as(() -> "seed " + seed + ": " + new String(written, StandardCharsets.UTF_8))
          .isEqualTo(RandomResponses.seen(said));
    }
  }

  @Test
  void theBytesAreThoseOfAGoBackend() {
    long seed = System.nanoTime();
    System.out.println("GoFrontEndTest seed " + seed);
    RandomResponses random = new RandomResponses(new Random(seed));
    int compared = 0;
    while (compared < 1_000) {
      if (random.next(MacAddress.parse("08:00:27:29:4e:67")) instanceof Answer answer
          && isWritableByGo(answer)
          && RandomResponses.seen(answer) instanceof GoOutcome.Accepted(GoRecord record)) {
        Answer said = new Answer(answer.dhcp(), answer.netboot(), Extensions.NONE);
        byte[] written = DhcpJson.write(Envelope.of("/bootbus/test", "t"), said);

        assertThat(new String(written, StandardCharsets.UTF_8))
            .as("seed " + seed)
            .endsWith("\"data\":" + GoShape.NESTED_BY_POINTER.answer(record) + "}");
        compared++;
      }
    }
  }

  /// What lies beyond the Basic Multilingual Plane is escaped here and not in Go.
  private static boolean isWritableByGo(Answer answer) {
    String url = answer.netboot().ipxeScriptUrl();
    return (url.isEmpty() || (url.matches("[a-z]+:.*") && GoShape.holds(url)))
        && answer.dhcp().domainSearch().stream().noneMatch(String::isEmpty)
        && answer.toString().chars().noneMatch(c -> Character.isSurrogate((char) c));
  }
}
