package io.github.ideal4j.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that lie about themselves end in an error that names file and problem, and nothing else.
 */
class HostileSafetensorsTest {

  private static final int MUTATIONS = 3000;

  @TempDir Path folder;

  /** Eight bytes of data follow each header. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "overlapping | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}} | begins at byte 2",
        "a hole | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | begins at byte 4",
        "beyond the end | {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | describes 12 bytes",
        "data left over | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | describes 4 bytes",
        "negative | {'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | offsets are -8 to 0",
        "reversed | {'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | offsets are 8 to 0",
        "overflowing shape | {'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | overflow",
        "overflowing offset | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9223372036854775816]}} | lacks dtype, shape or data_offsets",
        "negative side | {'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | -2",
        "side of no number | {'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}} | has a side of",
        "unknown type | {'a':{'dtype':'F7','shape':[2],'data_offsets':[0,8]}} | F7",
        "twice the same name | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | uplicate",
        "no object | [1,2] | no JSON object",
        "no JSON | {'a': | no JSON",
        "nothing about the array | {'a':{}} | lacks dtype, shape or data_offsets",
      })
  void aHeaderThatLiesIsRefused(String name, String header, String problem) throws IOException {
    Path file = write(name, header.replace('\'', '"').length(), header.replace('\'', '"'), 8);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(problem.strip());
  }

  @Test
  void anAbsurdLengthOfTheHeaderAllocatesNothing() throws IOException {
    for (long length : new long[] {-1, 0, 1, 3, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Path file = write("length", length, "{}", 0);
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .as("%d", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("header of %d bytes".formatted(length));
    }
    Path empty = folder.resolve("empty");
    Files.write(empty, new byte[0]);
    assertThatThrownBy(() -> SafetensorsFile.open(empty)).hasMessageContaining("ends too early");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    Path file = write("deep", deep.length(), deep, 0);
    assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(IOException.class);
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    Path whole = folder.resolve("whole");
    SafetensorsWriter.write(
        whole,
        Map.of(
            "weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
            "bias", Tensor.of(new float[] {1, 2}, 2),
            "steps", Tensor.of(new long[] {7}, 1)),
        Map.of("format", "pt"));
    byte[] valid = Files.readAllBytes(whole);
    SplittableRandom random = new SplittableRandom(1);
    Path file = folder.resolve("mutated");
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(valid, random);
      Files.write(file, bytes);
      try (SafetensorsFile opened = SafetensorsFile.open(file)) {
        for (String name : opened.names()) {
          assertThat(opened.info(name).bytes()).isLessThanOrEqualTo(bytes.length);
          assertThat(opened.floats(name)).hasSize((int) opened.info(name).elements());
        }
        read++;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("mutated");
      }
    }
    assertThat(read).as("some mutations only touch data").isBetween(1, MUTATIONS - 1);
  }

  private static byte[] mutated(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    int edits = 1 + random.nextInt(3);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) ('0' + random.nextInt(10));
        default -> bytes = java.util.Arrays.copyOf(bytes, 1 + at);
      }
    }
    return bytes;
  }

  @Test
  void aShardIndexMayOnlyNameWhatLiesBesideIt() throws IOException {
    Path model = folder.resolve("model");
    Path outside = folder.resolve("outside.safetensors");
    Map<String, Tensor> tensors = Map.of("a", Tensor.of(new float[] {1}, 1));
    SafetensorsWriter.write(outside, tensors, Map.of());
    Files.createDirectories(model);
    for (String shard :
        new String[] {
          "../outside.safetensors", outside.toString(), "", "..", "sub/x.safetensors"
        }) {
      index(model, "a", shard);
      assertThatThrownBy(() -> SafetensorsFolder.open(model))
          .as(shard)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("outside its folder");
    }
    index(model, "a", "missing.safetensors");
    assertThatThrownBy(() -> SafetensorsFolder.open(model)).hasMessageContaining("is missing");

    SafetensorsWriter.write(model.resolve("one.safetensors"), tensors, Map.of());
    index(model, "b", "one.safetensors");
    assertThatThrownBy(() -> SafetensorsFolder.open(model)).hasMessageContaining("tensor 'b'");
    index(model, "a", "one.safetensors");
    try (SafetensorsFolder opened = SafetensorsFolder.open(model)) {
      assertThat(opened.floats("a")).containsExactly(1);
    }
  }

  @Test
  void aFolderWithoutWeightsSaysWhatItLooksFor() {
    assertThatThrownBy(() -> SafetensorsFolder.open(folder))
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
  }

  private static void index(Path model, String tensor, String shard) throws IOException {
    String json = "{\"weight_map\": {\"%s\": \"%s\"}}".formatted(tensor, shard);
    Files.writeString(model.resolve("model.safetensors.index.json"), json);
  }

  private Path write(String name, long headerLength, String header, int data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.write(length.putLong(0, headerLength).array());
    bytes.write(header.getBytes(StandardCharsets.UTF_8));
    bytes.write(new byte[data]);
    Path file = folder.resolve(name.replace(' ', '-') + ".safetensors");
    Files.write(file, bytes.toByteArray());
    return file;
  }
}
