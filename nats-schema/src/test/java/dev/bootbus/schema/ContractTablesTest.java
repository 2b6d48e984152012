package dev.bootbus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The tables for people are those of the schemas. `-Dcontract.update` writes them anew.
class ContractTablesTest {
  private static final String BEGIN = "<!-- contract:begin -->\n";
  private static final String END = "<!-- contract:end -->";

  @Test
  void theReadmeHasTheConversations() throws IOException {
    compare(Path.of("README.md"), ContractTables.conversations());
  }

  @Test
  void theReferenceHasEveryField() throws IOException {
    compare(Path.of("CONTRACT.md"), ContractTables.fields());
  }

  private static void compare(Path page, String tables) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertThat(begin).as("%s in %s", BEGIN, page).isNotNegative();
    assertThat(end).as("%s in %s", END, page).isGreaterThan(begin);
    String fresh = text.substring(0, begin) + BEGIN + tables + text.substring(end);
    if (System.getProperty("contract.update") != null) {
      Files.writeString(page, fresh);
      return;
    }

    assertThat(text).as("rewrite it with -Dcontract.update").isEqualTo(fresh);
  }
}
