package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Lengths that a packed buffer claims, by hand: random damage hardly ever makes these. */
class UnpackingTest {

  private static final byte[] FRAME = Zstd.compress(new byte[] {1, 2});

  private static ByteBuffer claiming(long length, byte[] frame) {
    return ByteBuffer.allocate(8 + frame.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(frame)
        .flip();
  }

  @Test
  void whatIsTrueIsUnpacked() throws IOException {
    ByteBuffer plain = Unpacking.unpack(TokenCompression.ZSTD, claiming(2, FRAME));
    assertThat(plain).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
  }

  // The format's sign for "not worth packing".
  @ParameterizedTest
  @EnumSource(names = {"ZSTD", "LZ4"})
  void aLengthOfMinusOneMeansThatTheBytesFollowAsTheyAre(TokenCompression compression)
      throws IOException {
    ByteBuffer plain = Unpacking.unpack(compression, claiming(-1, new byte[] {7, 8, 9}));
    assertThat(plain.remaining()).isEqualTo(3);
    assertThat(plain.get(0)).isEqualTo((byte) 7);
  }

  // 4294967298 is 2 once it is an int; the second would be the largest array, the third one that
  // cannot be, and the last is negative and not the format's sign.
  @ParameterizedTest
  @CsvSource({"4294967298", "2147483639", "2147483647", "9223372036854775807", "-2"})
  void aLengthThatCannotBeIsRefusedBeforeMemoryIsTaken(long length) {
    for (TokenCompression compression :
        new TokenCompression[] {TokenCompression.ZSTD, TokenCompression.LZ4}) {
      assertThatThrownBy(() -> Unpacking.unpack(compression, claiming(length, FRAME)))
          .isInstanceOf(IOException.class)
          .hasMessage("a packed buffer of %d bytes claims %d", 8 + FRAME.length, length);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void aLengthBesideTheTrueOneIsRefused(long length) {
    assertThatThrownBy(() -> Unpacking.unpack(TokenCompression.ZSTD, claiming(length, FRAME)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("a ZSTD buffer is damaged: ");
  }

  @Test
  void aBufferWithoutRoomForALengthIsRefused() {
    ByteBuffer seven = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
    assertThatThrownBy(() -> Unpacking.unpack(TokenCompression.ZSTD, seven))
        .isInstanceOf(IOException.class)
        .hasMessage("a packed buffer has only 7 bytes");
  }
}
