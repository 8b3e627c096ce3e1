package io.github.ideal4j.arrow;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/** Unpacks a compressed Arrow buffer: its unpacked length as int64, then one frame. */
final class Unpacking {

  /** No frame of either codec shrinks its content further than this, however dull it is. */
  private static final long MAX_RATIO = 40_000;

  private Unpacking() {}

  /**
   * The unpacked bytes, little-endian; the same bytes where nothing is packed.
   *
   * @throws IOException saying what is wrong with the buffer
   */
  static ByteBuffer unpack(TokenCompression compression, ByteBuffer buffer) throws IOException {
    if (compression == TokenCompression.NONE || buffer.remaining() == 0) {
      return buffer;
    }
    if (buffer.remaining() < Long.BYTES) {
      throw new IOException("a packed buffer has only %d bytes".formatted(buffer.remaining()));
    }
    long length = buffer.getLong(0);
    ByteBuffer frame = IpcFile.slice(buffer, 8, buffer.remaining() - 8);
    if (length == -1) {
      return frame;
    }
    if (length < 0 || length > Integer.MAX_VALUE - 8 || length / MAX_RATIO > buffer.remaining()) {
      throw new IOException(
          "a packed buffer of %d bytes claims %d".formatted(buffer.remaining(), length));
    }
    byte[] packed = new byte[frame.remaining()];
    frame.get(packed);
    byte[] plain =
        compression == TokenCompression.ZSTD ? zstd(packed, length) : lz4(packed, length);
    return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] zstd(byte[] packed, long length) throws IOException {
    byte[] plain = new byte[(int) length];
    long got;
    try {
      got = Zstd.decompress(plain, packed);
    } catch (ZstdException e) {
      throw new IOException("a ZSTD buffer is damaged: " + e.getMessage(), e);
    }
    if (got != length) {
      throw new IOException(
          "a ZSTD buffer is damaged: it holds %d bytes and claims %d".formatted(got, length));
    }
    return plain;
  }

  private static byte[] lz4(byte[] packed, long length) throws IOException {
    try (InputStream in =
        new FramedLZ4CompressorInputStream(new ByteArrayInputStream(packed), true)) {
      byte[] plain = in.readNBytes((int) length);
      if (plain.length != length || in.read() >= 0) {
        throw new IOException(
            "an LZ4 buffer does not hold the %d bytes that it claims".formatted(length));
      }
      return plain;
    }
  }
}
