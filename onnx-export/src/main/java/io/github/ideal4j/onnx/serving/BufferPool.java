package io.github.ideal4j.onnx.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers of one size, so that calls do not allocate them; as many as overlapping calls. */
final class BufferPool {

  private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
  private final int bytes;

  BufferPool(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a batch of %d bytes is too large; use a smaller batch".formatted(bytes));
    }
    this.bytes = (int) bytes;
  }

  /** An empty buffer in native order. */
  ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null
        ? ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())
        : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    free.add(buffer);
  }

  /** Lets the buffers go. */
  void clear() {
    free.clear();
  }
}
