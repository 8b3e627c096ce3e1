package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens to a file's bytes, reading gives the rows that were written or one error. */
class DamagedTokenFileTest {

  /** Coprime to 8, so that every alignment and bit has its turn; 1 takes a minute. */
  private static final int STRIDE = 5;

  private static final TokenFileInfo INFO = Tokens.info(4096, 2, 2, Tokens.ALL);
  private static final List<TokenRow> ROWS = Tokens.rows(INFO, 9, 1);

  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 10);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"NONE", "ZSTD"})
  void aFlippedBitIsHarmlessOrRefused(TokenCompression compression) throws IOException {
    byte[] bytes = written(compression);
    int tried = 0;
    int refused = 0;
    for (int at = 0; at < bytes.length; at += STRIDE) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      tried++;
      refused += isRefused(damaged) ? 1 : 0;
    }
    // What is left is padding, and the parts of the footer that repeat what stands elsewhere.
    assertThat(refused).isGreaterThan(tried * 8 / 10);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void overwrittenStretchesAreHarmlessOrRefused(long seed) throws IOException {
    byte[] bytes = written(TokenCompression.NONE);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = bytes.clone();
      int at = random.nextInt(bytes.length);
      int end = Math.min(bytes.length, at + 1 + random.nextInt(12));
      byte fill = (byte) (random.nextBoolean() ? -1 : random.nextInt(256));
      Arrays.fill(damaged, at, end, fill);
      isRefused(damaged);
    }
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() throws IOException {
    byte[] bytes = written(TokenCompression.NONE);
    for (int length = 0; length < bytes.length; length += STRIDE) {
      assertThat(isRefused(Arrays.copyOf(bytes, length))).as("cut to %d", length).isTrue();
    }
  }

  /** Without sums a changed value cannot be seen, but nothing else may happen either. */
  @Test
  void aDamagedFileFromElsewhereIsReadOrRefused() throws IOException {
    byte[] bytes = Foreign.file(folder.resolve("foreign.arrow"), INFO, ROWS);
    for (int at = 0; at < bytes.length; at += STRIDE) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (at % 3 == 0 ? 0xFF : 1 << (at % 8));
      readOrRefuse(damaged);
    }
  }

  @Test
  void theErrorNamesFileBatchAndSums() throws IOException {
    byte[] bytes = written(TokenCompression.NONE);
    Path file = folder.resolve("damaged.arrow");
    Path whole = folder.resolve("whole.arrow");
    try (FileChannel channel = FileChannel.open(whole)) {
      List<IpcMessages.BlockPlace> blocks = IpcFile.read(whole, channel).blocks();
      assertThat(blocks).hasSize(3);
      bytes[(int) blocks.get(1).offset() + blocks.get(1).metadataBytes()] ^= 1;
    }
    Files.write(file, bytes);

    try (TokenFileReader reader = TokenFileReader.open(file)) {
      assertThatThrownBy(reader::verify)
          .isInstanceOf(CorruptTokenFileException.class)
          .hasMessageStartingWith(file + ": batch 1 ")
          .hasMessageContaining("is damaged: its CRC32C is ");
    }
  }

  @Test
  void anotherKindOfFileIsRefused() throws IOException {
    Path file = folder.resolve("photo.arrow");
    Files.writeString(file, "this is not an Arrow file but long enough to be one");

    assertThatThrownBy(() -> TokenFileReader.open(file))
        .isInstanceOf(CorruptTokenFileException.class)
        .hasMessage(file + ": not an Arrow IPC file: it does not begin with ARROW1");
  }

  private byte[] written(TokenCompression compression) throws IOException {
    Path file = folder.resolve("whole.arrow");
    TokenFileOptions options =
        TokenFileOptions.standard().withRowsPerBatch(4).withCompression(compression);
    Tokens.write(file, INFO, options, ROWS);
    return Files.readAllBytes(file);
  }

  private boolean isRefused(byte[] bytes) throws IOException {
    List<TokenRow> rows = readOrRefuse(bytes);
    if (rows != null) {
      assertThat(rows).isEqualTo(ROWS);
    }
    return rows == null;
  }

  /** The rows, or null where the file is refused in the way that is promised. */
  private List<TokenRow> readOrRefuse(byte[] bytes) throws IOException {
    Path file = folder.resolve("damaged.arrow");
    Files.write(file, bytes);
    try {
      return Tokens.read(file);
    } catch (UncheckedIOException e) {
      assertThat(e.getMessage()).isEqualTo(e.getCause().getMessage());
      assertRefusal(file, e.getCause());
    } catch (IOException e) {
      assertRefusal(file, e);
    }
    return null;
  }

  private static void assertRefusal(Path file, IOException refusal) {
    assertThat(refusal)
        .isInstanceOf(CorruptTokenFileException.class)
        .hasMessageStartingWith(file + ": ");
    assertThat(refusal.getMessage()).doesNotContain("\n");
  }
}
