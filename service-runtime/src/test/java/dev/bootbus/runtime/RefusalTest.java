package dev.bootbus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UDP | Address already in use          | ss -lunp 'sport = :69' says who has it; stop that, or
          TCP | Address already in use          | ss -ltnp 'sport = :69' says who has it; stop that, or
          UDP | Permission denied               | run as root or with CAP_NET_BIND_SERVICE, or
          UDP | Operation not permitted         | run as root or with CAP_NET_BIND_SERVICE, or
          UDP | Cannot assign requested address | take an address of this machine, or
          """)
  void aPortThatCannotBeHadHasARemedy(String transport, String reason, String remedy) {
    assertThat(Refusal.ofPort(transport, 69, "192.0.2.1", new IOException(reason), "--port"))
        .isEqualTo(
            "cannot bind %s port 69 on 192.0.2.1: %s; %s choose another with --port"
                .formatted(transport, reason, remedy));
  }
}
