package io.github.ideal4j.onnx.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Direct buffers, which ONNX Runtime reads in place. */
final class Buffers {

  private Buffers() {}

  static LongBuffer longs(long count) {
    return direct(Long.BYTES * count).asLongBuffer();
  }

  static IntBuffer ints(long count) {
    return direct(Integer.BYTES * count).asIntBuffer();
  }

  static FloatBuffer floats(long count) {
    return direct(Float.BYTES * count).asFloatBuffer();
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }
}
