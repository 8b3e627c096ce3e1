package io.github.ideal4j.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @TempDir Path folder;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2})
  void whatIsWrittenIsRead(long seed) throws IOException {
    Random random = new Random(seed);
    float[] matrix = new float[6];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = random.nextFloat();
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("matrix", Tensor.of(matrix, 2, 3));
    tensors.put("empty", Tensor.of(new float[0], 0, 3));
    tensors.put("scalar", Tensor.of(new long[] {seed}));
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("made by", "a test"));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.names()).containsExactly("matrix", "empty", "scalar");
      assertThat(read.floats("matrix")).containsExactly(matrix);
      assertThat(read.shape("matrix")).containsExactly(2, 3);
      assertThat(read.floats("empty")).isEmpty();
      assertThat(read.longs("scalar")).containsExactly(seed);
      assertThat(read.metadata()).containsEntry("made by", "a test");
    }
  }

  @Test
  void everyHalfSurvivesTheWayThroughFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Floats.fromHalf((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(Floats.toHalf(value)).as("half %x", bits).isEqualTo((short) bits);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1.00048828125, 0x3C00", "1.00146484375, 0x3C02", "65519, 0x7BFF", "65520, 0x7C00"})
  void halvesAreRoundedToEven(float value, String bits) {
    assertThat(Floats.toHalf(value) & 0xFFFF).isEqualTo(Integer.decode(bits));
  }

  @Test
  void missingTensorIsNamedWithThoseThereAre() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, Map.of("weight", Tensor.of(new float[1], 1)), Map.of());
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> read.floats("bias")).hasMessageContaining("'bias'; it has [weight]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":1}",
        "[]",
        "{",
      })
  void wrongHeaderIsRefusedByFileName(String json) throws IOException {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + text.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, bytes.array());

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bad.safetensors is no safetensors file");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, Map.of("a", Tensor.of(new float[8], 8)), Map.of());
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(IOException.class);
    }
  }
}
