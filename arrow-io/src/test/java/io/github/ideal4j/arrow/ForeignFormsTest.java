package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same tokens in the forms that other programs choose. */
class ForeignFormsTest {

  private static final String PEER = "src/test/resources/peer/";
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fixed",
        "list",
        "large-list",
        "grid",
        "grid-lists",
        "list-zstd",
        "dictionary",
        "dictionary-int8",
        "large-text",
        "stream",
        "stream-zstd"
      })
  void everyFormGivesTheSameRows(String name) throws IOException {
    Peer.python("pyarrow", "numpy").run(PEER + "foreign_forms.py", folder);

    try (TokenDataset dataset = TokenDataset.open(folder.resolve(name + ".arrow"))) {
      assertThat(dataset.size()).isEqualTo(3);
      assertThat(dataset.info().checksummed()).isFalse();
      assertThat(dataset.info().rows()).isEqualTo(name.startsWith("grid") ? 3 : 1);
      for (int row = 0; row < 3; row++) {
        int first = 4000 + 12 * row;
        assertThat(dataset.grid(row).indices())
            .isEqualTo(IntStream.range(first, first + 12).toArray());
      }
      assertThat(dataset.label(0)).isEqualTo("cat");
      assertThat(dataset.label(1)).isNull();
      assertThat(dataset.label(2)).isEqualTo("猫");
      dataset.verify();
    }
  }

  @Test
  void listsOfDifferentLengthsAreRefused() throws IOException {
    Peer.python("pyarrow", "numpy").run(PEER + "foreign_forms.py", folder);
    Path file = folder.resolve("uneven.arrow");

    assertThatThrownBy(() -> Tokens.read(file))
        .hasMessageStartingWith(file + ": batch 0: ")
        .hasMessageContaining("column 'tokens' has lists of different lengths");
  }

  @Test
  void aFileOfOursThatPythonWroteAnewKeepsItsTokenizer() throws IOException {
    TokenFileInfo info = Tokens.info(4096, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 9, 2);
    Path file = folder.resolve("ours.arrow");
    Tokens.write(file, info, TokenFileOptions.standard(), rows);
    Peer.python("pyarrow", "numpy").run(PEER + "foreign_forms.py", folder, file);

    Path anew = folder.resolve("anew.arrow");
    assertThat(Tokens.read(anew)).isEqualTo(rows);
    try (TokenFileReader reader = TokenFileReader.open(anew)) {
      assertThat(reader.info().tokenizer()).isEqualTo(info.tokenizer());
      assertThat(reader.info().checksummed()).isFalse();
    }
  }
}
