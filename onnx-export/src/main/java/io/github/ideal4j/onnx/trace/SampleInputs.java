package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Values for the inputs of a block at some sizes.
 *
 * @param specs the inputs
 * @param sizes of the symbols
 * @param contents little-endian values in row-major order, direct buffers
 */
record SampleInputs(List<InputSpec> specs, Map<String, Long> sizes, List<ByteBuffer> contents) {

  static SampleInputs draw(List<InputSpec> specs, Map<String, Long> sizes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ByteBuffer> contents = new ArrayList<>();
    for (InputSpec spec : specs) {
      contents.add(fill(spec, new Shape(dims(spec, sizes)).size(), random.split()));
    }
    return new SampleInputs(specs, sizes, contents);
  }

  static long[] dims(InputSpec spec, Map<String, Long> sizes) {
    return spec.dims().stream()
        .mapToLong(dim -> dim instanceof Number size ? size.longValue() : sizes.get((String) dim))
        .toArray();
  }

  private static ByteBuffer fill(InputSpec spec, long count, SplittableRandom random) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(count * spec.type().bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < count; i++) {
      double value = spec.low() + random.nextDouble() * (spec.high() - spec.low());
      switch (spec.type()) {
        case FLOAT -> bytes.putFloat((float) value);
        case DOUBLE -> bytes.putDouble(value);
        case INT64 -> bytes.putLong((long) Math.floor(value));
        case INT32 -> bytes.putInt((int) Math.floor(value));
        case UINT8, INT8, BOOL -> bytes.put((byte) Math.floor(value));
        case FLOAT16, INT16, UINT16 ->
            throw new ExportException(
                "input '%s': DJL cannot make arrays of type %s; use FLOAT or INT32"
                    .formatted(spec.name(), spec.type()));
      }
    }
    return bytes.flip();
  }

  long[] dims(int input) {
    return dims(specs.get(input), sizes);
  }

  /** The engine works in a direct buffer itself, and some of its operations change their inputs. */
  private static ByteBuffer copy(ByteBuffer content) {
    return ByteBuffer.allocateDirect(content.remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(content.duplicate())
        .flip();
  }

  /** The inputs as arrays. */
  NDList arrays(NDManager manager) {
    NDList list = new NDList();
    for (int i = 0; i < specs.size(); i++) {
      NDArray array =
          manager.create(
              copy(contents.get(i)), new Shape(dims(i)), Types.data(specs.get(i).type()));
      array.setName(specs.get(i).name());
      list.add(array);
    }
    return list;
  }
}
