package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenCompression;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.Chance;
import io.github.ideal4j.training.EpochOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a prior's training takes out of token files. Token 0 of a row tells its image. */
class PriorViewsTest {

  private static final int CODES = 40;

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static TokenRow row(int image, int view, String label) {
    int[] tokens = {image, view, image, view};
    return TokenRow.of(100 + image, new TokenGrid(2, 2, tokens)).withLabel(label);
  }

  private Path write(
      String name, TokenizerInfo tokenizer, TokenCompression compression, List<TokenRow> rows)
      throws IOException {
    Path file = folder.resolve(name);
    List<TokenColumn> columns = new ArrayList<>(List.of(TokenColumn.LABEL));
    if (rows.stream().anyMatch(row -> row.view() != null)) {
      columns.add(TokenColumn.VIEW);
    }
    TokenFileOptions options =
        TokenFileOptions.standard().withRowsPerBatch(5).withCompression(compression);
    try (TokenFileWriter writer =
        TokenFileWriter.create(file, TokenFileInfo.toWrite(tokenizer, "test", columns), options)) {
      for (TokenRow row : rows) {
        writer.append(row);
      }
      writer.finish();
    }
    return file;
  }

  private Path write(String name, List<TokenRow> rows) throws IOException {
    TokenizerInfo tokenizer = new TokenizerInfo("toy", "ab".repeat(32), CODES, 2, 2, 8, 8);
    return write(name, tokenizer, TokenCompression.NONE, rows);
  }

  /** Eleven images in one to three views, which do not stand beside each other. */
  private static List<TokenRow> scattered() {
    List<TokenRow> rows = new ArrayList<>();
    for (int view = 0; view < 3; view++) {
      for (int image = 10; image >= 0; image--) {
        if (view <= image % 3) {
          rows.add(row(image, view, "class " + image % 2).withView("view " + view));
        }
      }
    }
    return rows;
  }

  @Test
  void anEpochTakesEachImageOnceInOneOfItsViews() throws IOException {
    Path file = write("views.arrow", scattered());
    try (PriorViews views = PriorViews.open(PriorSources.of(file))) {
      assertThat(views.images()).isEqualTo(11);
      assertThat(views.classes()).containsExactly("class 0", "class 1");
      EpochOrder order = new EpochOrder(views.images(), 11, 3);
      Map<Long, Set<Long>> seen = new TreeMap<>();
      for (int epoch = 0; epoch < 30; epoch++) {
        long[] places = views.choose(order.rows(epoch), Chance.of(3, epoch, "view"));
        long[] tokens = views.tokens(manager, places).toLongArray();
        Set<Long> images = new TreeSet<>();
        for (int i = 0; i < 11; i++) {
          long image = tokens[4 * i];
          assertThat(tokens[4 * i + 3]).isEqualTo(tokens[4 * i + 1]);
          assertThat(views.classAt(places[i])).isEqualTo((int) (image % 2));
          images.add(image);
          seen.computeIfAbsent(image, key -> new TreeSet<>()).add(tokens[4 * i + 1]);
        }
        assertThat(images).hasSize(11);
      }
      seen.forEach((image, found) -> assertThat(found).hasSize((int) (1 + image % 3)));
    }
  }

  @Test
  void mirroredRowsAreViewsOfTheSameImage() throws IOException {
    List<TokenRow> plain = List.of(row(0, 0, "a"), row(1, 0, "b"), row(2, 0, "a"));
    List<TokenRow> turned = List.of(row(0, 1, "a"), row(1, 1, "b"), row(2, 1, "a"));
    PriorSources sources =
        PriorSources.of(write("plain.arrow", plain)).withMirrored(write("mirror.arrow", turned));
    try (PriorViews views = PriorViews.open(sources)) {
      Set<String> seen = new TreeSet<>();
      for (int step = 0; step < 200; step++) {
        long[] places = views.choose(new int[] {2, 0, 1}, Chance.of(1, step, "view"));
        long[] tokens = views.tokens(manager, places).toLongArray();
        assertThat(new long[] {tokens[0], tokens[4], tokens[8]}).containsExactly(2, 0, 1);
        seen.add("%d%d%d".formatted(tokens[1], tokens[5], tokens[9]));
      }
      assertThat(seen).hasSize(8);
    }
  }

  @Test
  void packedTokensThatWereUnpackedAreTheSame() throws IOException {
    TokenizerInfo tokenizer = new TokenizerInfo("toy", "ab".repeat(32), CODES, 2, 2, 8, 8);
    Path packed = write("packed.arrow", tokenizer, TokenCompression.ZSTD, scattered());
    Path plain = write("plain.arrow", tokenizer, TokenCompression.NONE, scattered());
    try (PriorTokens expected = PriorTokens.open(plain);
        PriorTokens tokens = PriorTokens.open(packed)) {
      tokens.unpackInto(folder.resolve("unpacked.arrow"));
      int[] rows = {20, 3, 0, 7, 7};
      assertThat(tokens.rows(manager, rows).toLongArray())
          .containsExactly(expected.rows(manager, rows).toLongArray());
    }
  }

  @Test
  void severalCodebooksLieBehindEachOther() throws IOException {
    TokenizerInfo tokenizer = new TokenizerInfo("two", "ab".repeat(32), CODES, 4, 3, 8, 8, 2);
    int[] tokens = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    TokenRow row = TokenRow.of(0, new TokenGrid(4, 3, tokens)).withLabel("a");
    Path file = write("two.arrow", tokenizer, TokenCompression.NONE, List.of(row));
    try (PriorViews views = PriorViews.open(PriorSources.of(file))) {
      assertThat(views.sizes(0)).isEqualTo(new PriorData(CODES, 1, 2, 3, 2));
      assertThat(views.tokens(manager, new long[] {0}).toLongArray())
          .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }
  }

  @Test
  void tokensWithoutLabelsHaveNoClasses() throws IOException {
    Path none = write("none.arrow", List.of(row(0, 0, null), row(1, 0, null)));
    Path some = write("some.arrow", List.of(row(0, 0, "a"), row(1, 0, null)));
    try (PriorViews views = PriorViews.open(PriorSources.of(none))) {
      assertThat(views.sizes(0)).isEqualTo(new PriorData(CODES, 0, 2, 2, 1));
      assertThat(views.classAt(1)).isZero();
    }
    try (PriorViews views = PriorViews.open(PriorSources.of(some).withoutClasses())) {
      assertThat(views.classes()).isEmpty();
    }
    assertThatThrownBy(() -> PriorViews.open(PriorSources.of(some)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 1 of")
        .hasMessageContaining("some.arrow has no label")
        .hasMessageContaining("--unconditional");
  }

  /** A file from elsewhere may say nothing but uint8: the largest token then tells the codebook. */
  @Test
  void anUnknownCodebookIsAsLargeAsItsTokens() throws IOException {
    TokenizerInfo unknown = new TokenizerInfo("", "", 256, 2, 2, 0, 0);
    Path train =
        write(
            "train.arrow", unknown, TokenCompression.NONE, List.of(row(7, 0, "a"), row(1, 0, "b")));
    Path other = write("other.arrow", unknown, TokenCompression.NONE, List.of(row(9, 0, "a")));
    try (PriorViews views = PriorViews.open(PriorSources.of(train).withValidation(other))) {
      assertThat(views.sizes(0).codebookSize()).isEqualTo(10);
      assertThat(views.sizes(16).codebookSize()).isEqualTo(16);
      assertThatThrownBy(() -> views.sizes(9))
          .hasMessageContaining("data.codebookSize 9 is too small: the tokens are of 10");
    }
  }
}
