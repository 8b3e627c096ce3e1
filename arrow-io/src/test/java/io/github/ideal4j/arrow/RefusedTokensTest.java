package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedTokensTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("a.arrow");
  }

  @Test
  void aTokenOutsideOfTheCodebookIsNotWritten() throws IOException {
    TokenGrid grid = new TokenGrid(1, 2, new int[] {3, 300});
    try (TokenFileWriter writer = writer(300, 1, 2)) {
      assertThatThrownBy(() -> writer.append(TokenRow.of(5, grid)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "token 300 of row 5 is outside of the codebook; 0 to 299 would be valid in " + file);
    }
  }

  @Test
  void aGridOfAnotherShapeIsNotWritten() throws IOException {
    try (TokenFileWriter writer = writer(300, 2, 2)) {
      assertThatThrownBy(() -> writer.append(TokenRow.of(5, new TokenGrid(1, 4, new int[4]))))
          .hasMessage("row 5 has a grid of 1 x 4; " + file + " holds 2 x 2");
    }
  }

  @Test
  void aLabelNeedsItsColumn() throws IOException {
    TokenRow row = TokenRow.of(5, new TokenGrid(1, 1, new int[1])).withLabel("camera");
    try (TokenFileWriter writer = writer(300, 1, 1)) {
      assertThatThrownBy(() -> writer.append(row))
          .hasMessage(
              "row 5 has a label, but "
                  + file
                  + " is written without that column; its columns are []");
    }
  }

  @Test
  void anUnfinishedFileLeavesTheEarlierOne() throws IOException {
    Files.writeString(file, "earlier");

    try (TokenFileWriter writer = writer(300, 1, 1)) {
      writer.append(TokenRow.of(5, new TokenGrid(1, 1, new int[1])));
    }

    assertThat(file).hasContent("earlier");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void aFinishedWriterTakesNoMoreRows() throws IOException {
    try (TokenFileWriter writer = writer(300, 1, 1)) {
      writer.finish();
      assertThatThrownBy(writer::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the writer of " + file + " is closed");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> TokenDataset.open(file))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(file + ": there is no such token file");
  }

  @Test
  void aFolderWithoutTokenFilesIsRefused() {
    assertThatThrownBy(() -> TokenDataset.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(folder + ": the folder has no .arrow file");
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    TokenFileInfo info = Tokens.info(300, 1, 1, Set.of());
    for (int shard : new int[] {0, 2}) {
      Path part = folder.resolve(TokenDataset.shardName(shard));
      Tokens.write(part, info, TokenFileOptions.standard(), List.of());
    }

    assertThatThrownBy(() -> TokenDataset.open(folder))
        .hasMessage(folder + ": part-00001.arrow is missing");
  }

  @Test
  void shardsOfTwoTokenizersAreRefused() throws IOException {
    Path second = folder.resolve(TokenDataset.shardName(1));
    Tokens.write(
        folder.resolve(TokenDataset.shardName(0)),
        Tokens.info(300, 1, 1, Set.of()),
        TokenFileOptions.standard(),
        List.of());
    Tokens.write(second, Tokens.info(400, 1, 1, Set.of()), TokenFileOptions.standard(), List.of());

    assertThatThrownBy(() -> TokenDataset.open(folder))
        .isInstanceOf(CorruptTokenFileException.class)
        .hasMessageStartingWith(second + ": ")
        .hasMessageContaining("codebookSize=400")
        .hasMessageContaining("codebookSize=300");
  }

  @Test
  void aFileFromElsewhereIsReadAndSaysWhatItLacks() throws IOException {
    TokenFileInfo info = Tokens.info(300, 4, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 9, 2);
    Foreign.file(file, info, rows);

    assertThat(Tokens.read(file)).isEqualTo(rows);
    try (TokenFileReader reader = TokenFileReader.open(file)) {
      assertThat(reader.info().checksummed()).isFalse();
      assertThat(reader.info().tokenizer().isKnown()).isFalse();
      assertThat(reader.info().codebookSize()).isEqualTo(65_536);
      assertThat(reader.info().rows()).isEqualTo(4);
    }
  }

  @Test
  void aNegativeTokenFromElsewhereIsRefused() throws IOException {
    TokenFileInfo info = Tokens.info(100_000, 1, 1, Set.of());
    byte[] bytes =
        Foreign.file(file, info, List.of(TokenRow.of(1, new TokenGrid(1, 1, new int[] {77_777}))));
    for (int at = 0; at < bytes.length - 3; at++) {
      if (bytes[at] == (byte) 0xD1 && bytes[at + 1] == 0x2F && bytes[at + 2] == 1) {
        bytes[at + 3] = (byte) 0xFF;
      }
    }
    Files.write(file, bytes);

    assertThatThrownBy(() -> Tokens.read(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("is outside of the codebook of 2147483647");
  }

  @Test
  void aColumnOfAnotherTypeIsNamed() throws IOException {
    Schema good = TokenSchema.of(Tokens.info(300, 1, 1, Tokens.ALL));
    Schema swapped =
        new Schema(
            good.getFields().stream()
                .map(field -> field.getName().equals("label") ? rename(field, "nll") : field)
                .filter(field -> !(field.getName().equals("nll") && isFloat(field)))
                .toList());
    TokenFileInfo info = Tokens.info(300, 1, 1, Set.of(TokenColumn.LABEL, TokenColumn.PATH));
    Foreign.file(file, swapped, info, List.of());

    assertThatThrownBy(() -> TokenFileReader.open(file))
        .isInstanceOf(CorruptTokenFileException.class)
        .hasMessage(file + ": column 'nll' holds Utf8; FloatingPoint(SINGLE) would be valid");
  }

  @Test
  void aFileWithoutTokensIsRefused() throws IOException {
    Schema schema =
        new Schema(List.of(TokenSchema.of(Tokens.info(300, 1, 1, Set.of())).findField("id")));
    Foreign.file(file, schema, Tokens.info(300, 1, 1, Set.of()), List.of());

    assertThatThrownBy(() -> TokenFileReader.open(file))
        .hasMessage(file + ": no column 'tokens'; it has [id]");
  }

  private static Field rename(Field field, String name) {
    return new Field(name, field.getFieldType(), null);
  }

  private static boolean isFloat(Field field) {
    return field.getType().toString().startsWith("FloatingPoint");
  }

  private TokenFileWriter writer(int codebookSize, int rows, int columns) throws IOException {
    return TokenFileWriter.create(file, Tokens.info(codebookSize, rows, columns, Set.of()));
  }
}
