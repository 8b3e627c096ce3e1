package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileRoundTripTest {

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsWrittenIsRead(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Set<TokenColumn> optional = EnumSet.noneOf(TokenColumn.class);
    for (TokenColumn column : TokenColumn.values()) {
      if (random.nextBoolean()) {
        optional.add(column);
      }
    }
    int[] codebooks = {1, 2, 255, 256, 257, 4096, 65_536, 65_537, Integer.MAX_VALUE};
    TokenFileInfo info =
        Tokens.info(
            codebooks[random.nextInt(codebooks.length)],
            1 + random.nextInt(5),
            1 + random.nextInt(7),
            optional);
    TokenFileOptions options =
        TokenFileOptions.standard()
            .withRowsPerBatch(1 + random.nextInt(40))
            .withThreads(1 + random.nextInt(3))
            .withCompression(random.nextBoolean() ? TokenCompression.ZSTD : TokenCompression.NONE);
    List<TokenRow> rows = Tokens.rows(info, random.nextInt(100), seed);
    Path file = folder.resolve("a.arrow");

    Tokens.write(file, info, options, rows);

    assertThat(Tokens.read(file)).isEqualTo(rows);
    try (TokenFileReader reader = TokenFileReader.open(file)) {
      assertThat(reader.info()).isEqualTo(info.withRowCount(rows.size()));
      assertThat(reader.tokenType()).isEqualTo(info.tokenizer().tokenType());
      for (int i = rows.size() - 1; i >= 0; i--) {
        assertThat(reader.row(i)).isEqualTo(rows.get(i));
      }
      reader.verify();
    }
  }

  @ParameterizedTest(name = "{0} codebooks")
  @ValueSource(ints = {1, 2, 5})
  void theAxisOfCodebooksIsKept(int codebooks) throws IOException {
    TokenizerInfo tokenizer =
        new TokenizerInfo("several", "ab".repeat(32), 300, 3 * codebooks, 4, 24, 32, codebooks);
    TokenFileInfo info = TokenFileInfo.toWrite(tokenizer, "test", Set.of());
    Path file = folder.resolve("a.arrow");
    List<TokenRow> rows = Tokens.rows(info, 7, 1);
    Tokens.write(file, info, TokenFileOptions.standard(), rows);
    assertThat(Tokens.read(file)).isEqualTo(rows);
    try (TokenFileReader reader = TokenFileReader.open(file)) {
      assertThat(reader.info().tokenizer()).isEqualTo(tokenizer);
      assertThat(reader.info().cells()).isEqualTo(12 * codebooks);
    }
  }

  @ParameterizedTest(name = "{0} entries are stored as {1}")
  @CsvSource({
    "1, UINT8",
    "256, UINT8",
    "257, UINT16",
    "65536, UINT16",
    "65537, INT32",
    "2147483647, INT32"
  })
  void theTokenTypeIsTheNarrowestThatHoldsTheCodebook(int codebookSize, TokenType type) {
    assertThat(TokenType.forCodebook(codebookSize)).isEqualTo(type);
  }

  @Test
  void aFileMayHaveNoRows() throws IOException {
    TokenFileInfo info = Tokens.info(4096, 16, 16, Tokens.ALL);
    Path file = folder.resolve("none.arrow");

    Tokens.write(file, info, TokenFileOptions.standard(), List.of());

    try (TokenDataset dataset = TokenDataset.open(file)) {
      assertThat(dataset.size()).isZero();
      assertThat(dataset.batches()).isEmpty();
      assertThat(dataset.info()).isEqualTo(info);
      dataset.verify();
    }
  }

  @Test
  void equalRowsGiveEqualBytes() throws IOException {
    TokenFileInfo info = Tokens.info(4096, 4, 4, Tokens.ALL);
    Path one = folder.resolve("one.arrow");
    Path two = folder.resolve("two.arrow");

    Tokens.write(one, info, TokenFileOptions.standard(), Tokens.rows(info, 10, 1));
    Tokens.write(two, info, TokenFileOptions.standard(), Tokens.rows(info, 10, 1));

    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void severalThreadsPackTheSameBytes() throws IOException {
    TokenFileInfo info = Tokens.info(4096, 4, 4, Tokens.ALL);
    TokenFileOptions packed =
        TokenFileOptions.standard().withRowsPerBatch(7).withCompression(TokenCompression.ZSTD);
    Path one = folder.resolve("one.arrow");
    Path many = folder.resolve("many.arrow");

    Tokens.write(one, info, packed, Tokens.rows(info, 100, 1));
    Tokens.write(many, info, packed.withThreads(4), Tokens.rows(info, 100, 1));

    assertThat(many).hasSameBinaryContentAs(one);
    assertThat(Tokens.read(many)).isEqualTo(Tokens.rows(info, 100, 1));
  }

  @Test
  void aWriterThatPacksAheadCanBeGivenUpAndCounted() throws IOException {
    TokenFileInfo info = Tokens.info(4096, 4, 4, Tokens.ALL);
    TokenFileOptions packed =
        TokenFileOptions.standard()
            .withRowsPerBatch(2)
            .withCompression(TokenCompression.ZSTD)
            .withThreads(4);
    Path file = folder.resolve("given-up.arrow");
    try (TokenFileWriter writer = TokenFileWriter.create(file, info, packed)) {
      for (TokenRow row : Tokens.rows(info, 7, 1)) {
        writer.append(row);
      }
      assertThat(writer.writtenRows()).isEqualTo(6);
      writer.append(Tokens.rows(info, 8, 1).get(7));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void batchesOfOneFileCanBeAppendedToAnother() throws IOException {
    TokenFileInfo info = Tokens.info(300, 2, 3, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 25, 7);
    Path first = folder.resolve("first.arrow");
    Path second = folder.resolve("second.arrow");
    Tokens.write(first, info, TokenFileOptions.standard().withRowsPerBatch(10), rows);

    try (TokenDataset dataset = TokenDataset.open(first);
        TokenFileWriter writer = TokenFileWriter.create(second, dataset.info())) {
      for (TokenBatch batch : dataset.batches()) {
        writer.append(batch);
      }
      writer.finish();
    }

    assertThat(Tokens.read(second)).isEqualTo(rows);
  }

  @Test
  void batchesStayValidAfterTheFileIsClosed() throws IOException {
    TokenFileInfo info = Tokens.info(300, 2, 3, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 3, 7);
    Path file = folder.resolve("a.arrow");
    Tokens.write(file, info, TokenFileOptions.standard(), rows);

    TokenBatch batch;
    try (TokenFileReader reader = TokenFileReader.open(file)) {
      batch = reader.batch(0);
    }

    assertThat(batch.row(2)).isEqualTo(rows.get(2));
  }

  @Test
  void aFolderOfShardsIsOneDataSet() throws IOException {
    TokenFileInfo info = Tokens.info(300, 2, 3, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 12, 3);
    Tokens.write(
        folder.resolve(TokenDataset.shardName(0)),
        info,
        TokenFileOptions.standard(),
        rows.subList(0, 5));
    Tokens.write(
        folder.resolve(TokenDataset.shardName(1)), info, TokenFileOptions.standard(), List.of());
    Tokens.write(
        folder.resolve(TokenDataset.shardName(2)),
        info,
        TokenFileOptions.standard(),
        rows.subList(5, 12));
    Files.writeString(folder.resolve("part-00003.arrow.partial"), "unfinished");

    assertThat(Tokens.read(folder)).isEqualTo(rows);
    try (TokenDataset dataset = TokenDataset.open(folder)) {
      assertThat(dataset.info().rowCount()).isEqualTo(12);
      assertThat(dataset.label(11)).isEqualTo(rows.get(11).label());
      assertThat(dataset.path(4)).isEqualTo(rows.get(4).path());
      assertThat(dataset.id(5)).isEqualTo(rows.get(5).id());
      assertThat(dataset.grid(5)).isEqualTo(rows.get(5).grid());
    }
  }
}
