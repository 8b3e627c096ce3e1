package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.arrow.TokenFolderWriter.ShardLimit;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of shards, rows out of them, and rows without objects. */
class TokenFolderTest {

  private static final TokenFileInfo INFO = Tokens.info(4096, 4, 4, Tokens.ALL);
  private static final TokenFileOptions OPTIONS = TokenFileOptions.standard().withRowsPerBatch(3);
  private static final List<TokenRow> ROWS = Tokens.rows(INFO, 25, 4);

  @TempDir Path folder;

  @Test
  void shardsRollByRows() throws IOException {
    write(folder, ShardLimit.rows(10), ROWS);

    assertThat(folder)
        .isDirectoryContaining("glob:**part-00002.arrow")
        .isDirectoryNotContaining("glob:**part-00003.arrow");
    assertThat(Tokens.read(folder)).isEqualTo(ROWS);
  }

  @Test
  void shardsRollByBytes() throws IOException {
    write(folder, ShardLimit.bytes(1500), ROWS);

    assertThat(Tokens.read(folder)).isEqualTo(ROWS);
    try (TokenDataset dataset = TokenDataset.open(folder)) {
      assertThat(dataset.readers()).hasSizeGreaterThan(2);
    }
  }

  @Test
  void aFolderIsTakenUpBehindItsWholeShardsWithTheSameBytes() throws IOException {
    Path whole = folder.resolve("whole");
    Path cut = folder.resolve("cut");
    write(whole, ShardLimit.rows(10), ROWS);
    try (TokenFolderWriter writer =
        TokenFolderWriter.create(cut, INFO, OPTIONS, ShardLimit.rows(10))) {
      for (TokenRow row : ROWS.subList(0, 17)) {
        writer.append(row);
      }
    } // not finished, as after a crash
    Files.writeString(cut.resolve("part-00001.arrow.partial"), "what a kill leaves");

    try (TokenFolderWriter writer =
        TokenFolderWriter.resume(cut, INFO, OPTIONS, ShardLimit.rows(10))) {
      assertThat(writer.rowCount()).isEqualTo(10);
      for (TokenRow row : ROWS.subList((int) writer.rowCount(), ROWS.size())) {
        writer.append(row);
      }
      writer.finish();
      assertThat(writer.shards())
          .containsExactly("part-00000.arrow", "part-00001.arrow", "part-00002.arrow");
    }

    for (int shard = 0; shard < 3; shard++) {
      String name = TokenDataset.shardName(shard);
      assertThat(cut.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
    assertThat(cut).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void aFolderOfAnotherTokenizerIsNotTakenUp() throws IOException {
    write(folder, ShardLimit.rows(10), ROWS);
    TokenFileInfo other = Tokens.info(300, 4, 4, Tokens.ALL);

    assertThatThrownBy(() -> TokenFolderWriter.resume(folder, other, OPTIONS, ShardLimit.rows(10)))
        .isInstanceOf(CorruptTokenFileException.class)
        .hasMessageContaining("codebookSize=4096")
        .hasMessageContaining("codebookSize=300");
    assertThatThrownBy(() -> TokenFolderWriter.create(folder, INFO, OPTIONS, ShardLimit.rows(10)))
        .hasMessage(folder + ": there are token files already; resume or remove");
  }

  @Test
  void rowsAreChosenByNumberAndByLabel() throws IOException {
    write(folder, ShardLimit.rows(10), ROWS);

    try (TokenDataset dataset = TokenDataset.open(folder)) {
      TokenRows chosen = dataset.rows(24, 0, 10, 9);
      assertThat(chosen).containsExactly(ROWS.get(24), ROWS.get(0), ROWS.get(10), ROWS.get(9));
      for (String label : new String[] {"猫", "", null, "no such class"}) {
        List<TokenRow> expected =
            ROWS.stream().filter(row -> Objects.equals(row.label(), label)).toList();
        assertThat(dataset.withLabel(label)).containsExactlyElementsOf(expected);
      }
      assertThatThrownBy(() -> dataset.rows(25)).isInstanceOf(IndexOutOfBoundsException.class);
      List<TokenRow> ahead = new ArrayList<>();
      for (TokenBatch batch : dataset.batchesAhead(3)) {
        for (int row = 0; row < batch.size(); row++) {
          ahead.add(batch.row(row));
        }
      }
      assertThat(ahead).isEqualTo(ROWS);
    }
  }

  @Test
  void rowsFromArraysGiveTheBytesOfRowsFromObjects() throws IOException {
    for (int codes : new int[] {200, 4096, 40_000, 100_000}) {
      TokenFileInfo info = Tokens.info(codes, 4, 4, Set.of());
      List<TokenRow> rows = Tokens.rows(info, 25, codes);
      Path single = folder.resolve("single.arrow");
      Path many = folder.resolve("many.arrow");
      Tokens.write(single, info, OPTIONS, rows);
      ByteBuffer tokens = stored(info, rows);
      int rowBytes = tokens.remaining() / rows.size();
      long[] ids = rows.stream().mapToLong(TokenRow::id).toArray();
      try (TokenFileWriter writer = TokenFileWriter.create(many, info, OPTIONS)) {
        writer.append(LongStream.of(ids).limit(4).toArray(), tokens.limit(4 * rowBytes));
        writer.append(
            LongStream.of(ids).skip(4).toArray(),
            tokens.limit(tokens.capacity()).position(4 * rowBytes));
        writer.finish();
      }

      assertThat(many).hasSameBinaryContentAs(single);
      try (TokenFileReader reader = TokenFileReader.open(many)) {
        assertThat(reader.batch(1).tokens())
            .isEqualTo(stored(info, rows.subList(3, 6)))
            .matches(ByteBuffer::isReadOnly);
      }
    }
  }

  @Test
  void aTokenOutsideInAnArrayLeavesTheFileAsItWas() throws IOException {
    for (int codes : new int[] {200, 4095, 40_000, 100_000}) {
      for (int bad : new int[] {0, 5, 47}) {
        TokenFileInfo info = Tokens.info(codes, 4, 4, Set.of());
        List<TokenRow> rows = Tokens.rows(info, 3, 1);
        long[] ids = rows.stream().mapToLong(TokenRow::id).toArray();
        ByteBuffer good = stored(info, rows);
        ByteBuffer wrong = stored(info, rows);
        info.tokenizer().tokenType().put(wrong, bad * wrong.remaining() / 48, codes);
        Path file = folder.resolve("a.arrow");
        try (TokenFileWriter writer = TokenFileWriter.create(file, info, OPTIONS)) {
          writer.append(ids, good);
          assertThatThrownBy(() -> writer.append(ids, wrong))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "a token of row %d is outside of the codebook; 0 to %d would be valid in %s"
                      .formatted(ids[bad / 16], codes - 1, file));
          assertThatThrownBy(() -> writer.append(ids, good.slice(0, 7)))
              .hasMessageContaining("bytes, got 7");
          writer.append(ids, stored(info, rows));
          writer.finish();
        }
        assertThat(Tokens.read(file)).hasSize(6).endsWith(rows.get(2));
      }
    }
  }

  @Test
  void uncheckedReadingTakesTokensAsTheyAre() throws IOException {
    TokenFileInfo info = Tokens.info(100_000, 1, 1, Set.of());
    TokenFileInfo narrower = Tokens.info(90_000, 1, 1, Set.of());
    Path file = folder.resolve("a.arrow");
    List<TokenRow> rows = List.of(TokenRow.of(1, new TokenGrid(1, 1, new int[] {99_999})));
    byte[] bytes = Foreign.file(file, TokenSchema.of(narrower), info, rows);

    assertThatThrownBy(() -> Tokens.read(file)).hasMessageContaining("the footer says null");
    int promise = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(IpcMessages.SUMS);
    bytes[promise] = 'I'; // now it promises no sums, as a file that another program wrote anew
    Files.write(file, bytes);
    assertThatThrownBy(() -> Tokens.read(file))
        .hasMessageContaining("token 99999 of row 0 is outside of the codebook of 90000");
    try (TokenDataset dataset = TokenDataset.openUnchecked(file)) {
      assertThat(dataset.grid(0).indices()).containsExactly(99_999);
      assertThatThrownBy(dataset::verify)
          .isInstanceOf(CorruptTokenFileException.class)
          .hasMessageContaining("token 99999 of row 0 is outside");
    }
  }

  private static ByteBuffer stored(TokenFileInfo info, List<TokenRow> rows) {
    TokenType type = info.tokenizer().tokenType();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(rows.size() * info.cells() * type.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    for (TokenRow row : rows) {
      for (int token : row.grid().indices()) {
        type.put(bytes, at, token);
        at += type.bytes();
      }
    }
    return bytes;
  }

  private static void write(Path to, ShardLimit limit, List<TokenRow> rows) throws IOException {
    try (TokenFolderWriter writer = TokenFolderWriter.create(to, INFO, OPTIONS, limit)) {
      for (TokenRow row : rows) {
        writer.append(row);
      }
      writer.finish();
    }
  }

  /** Maps are given back with the batches that look into them. */
  @Test
  void mappedMemoryIsGivenBack() throws Exception {
    TokenFileInfo info = Tokens.info(4096, 16, 16, Set.of());
    Path file = folder.resolve("large.arrow");
    Tokens.write(file, info, TokenFileOptions.standard(), Tokens.rows(info, 2000, 1));
    BufferPoolMXBean maps =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("mapped"))
            .findFirst()
            .orElseThrow();
    System.gc();
    long before = maps.getMemoryUsed();
    long during = read(file, maps);
    assertThat(during - before).isGreaterThanOrEqualTo(2000 * 512);

    // The collector gives maps back from a thread of its own, in its own time.
    for (int i = 0; i < 50 && maps.getMemoryUsed() > before; i++) {
      System.gc();
      Thread.sleep(100);
    }

    assertThat(maps.getMemoryUsed()).isLessThanOrEqualTo(before);
  }

  private static long read(Path file, BufferPoolMXBean maps) throws IOException {
    try (TokenDataset dataset = TokenDataset.open(file)) {
      dataset.verify();
      return maps.getMemoryUsed();
    }
  }
}
