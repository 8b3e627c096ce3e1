package io.github.ideal4j.safetensors;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped and checked. Files may be larger than 2 GiB, single arrays may not.
 * Arrays that were handed out are copies, except those of {@link #bytes}, which must not be used
 * after {@link #close}. Safe for use by several threads.
 */
public final class SafetensorsFile implements AutoCloseable {

  private static final int PART_BYTES = 1 << 18;

  private final String name;
  private final Header header;
  private final long dataStart;
  private final FileChannel channel;
  private final ByteBuffer inMemory;

  private SafetensorsFile(
      String name, Header header, long dataStart, FileChannel channel, ByteBuffer inMemory) {
    this.name = name;
    this.header = header;
    this.dataStart = dataStart;
    this.channel = channel;
    this.inMemory = inMemory;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read or is damaged; the message names file and problem
   */
  public static SafetensorsFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = channel.size();
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, length, 0);
      long headerBytes = length.getLong(0);
      requireHeaderFits(headerBytes, size);
      ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
      readFully(channel, json, Long.BYTES);
      long dataStart = Long.BYTES + headerBytes;
      Header header = Header.parse(json.array(), size - dataStart);
      return new SafetensorsFile(file.toString(), header, dataStart, channel, null);
    } catch (IOException e) {
      channel.close();
      throw new IOException("%s is no safetensors file: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads a whole file from a stream, such as a resource of the class path.
   *
   * @param name what to call it in errors
   * @throws IOException if it cannot be read or is damaged
   */
  public static SafetensorsFile read(InputStream in, String name) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (all.capacity() < Long.BYTES) {
        throw new IOException("it ends within the length of its header");
      }
      long headerBytes = all.getLong(0);
      requireHeaderFits(headerBytes, all.capacity());
      byte[] json = new byte[(int) headerBytes];
      all.get(Long.BYTES, json);
      long dataStart = Long.BYTES + headerBytes;
      Header header = Header.parse(json, all.capacity() - dataStart);
      return new SafetensorsFile(name, header, dataStart, null, all);
    } catch (IOException e) {
      throw new IOException("%s is no safetensors file: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static void requireHeaderFits(long headerBytes, long size) throws IOException {
    if (headerBytes < 2 || headerBytes > Header.MAX_BYTES || headerBytes > size - Long.BYTES) {
      throw new IOException(
          "its header of %d bytes does not fit into a file of %d".formatted(headerBytes, size));
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer to, long position)
      throws IOException {
    while (to.hasRemaining()) {
      if (channel.read(to, position + to.position()) < 0) {
        throw new IOException("it ends too early");
      }
    }
  }

  /** The names of the arrays, in the order of the header. */
  public Set<String> names() {
    return new LinkedHashSet<>(header.entries().keySet());
  }

  /** Whether there is an array of that name. */
  public boolean has(String tensor) {
    return header.entries().containsKey(tensor);
  }

  /** Free text of the header, by key. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  /**
   * Type and shape of an array.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public TensorInfo info(String tensor) {
    return entry(tensor).info();
  }

  /** The sides of an array; empty for a scalar. */
  public long[] shape(String tensor) {
    return info(tensor).sides();
  }

  /** The elements as they lie in the file: read-only, little-endian, positioned at the first. */
  public ByteBuffer bytes(String tensor) {
    Header.Entry entry = entry(tensor);
    long length = entry.end() - entry.begin();
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor '%s' of %s takes %d bytes; at most 2 GiB can be read at once"
              .formatted(tensor, name, length));
    }
    long position = dataStart + entry.begin();
    if (inMemory != null) {
      ByteBuffer slice = inMemory.slice((int) position, (int) length);
      return slice.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, position, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(
          "tensor '%s' of %s cannot be mapped: %s".formatted(tensor, name, e.getMessage()), e);
    }
  }

  /** The elements as floats in row-major order, whatever their type. */
  public float[] floats(String tensor) {
    TensorInfo info = info(tensor);
    float[] values = new float[Math.toIntExact(info.elements())];
    if (info.type() != DataType.F32) {
      Floats.read(bytes(tensor), info.type(), values);
    } else if (inMemory != null) {
      bytes(tensor).asFloatBuffer().get(values);
    } else {
      readFloats(tensor, values);
    }
    return values;
  }

  /** Read in parts, since pages that were mapped would stay in memory until a collection. */
  private void readFloats(String tensor, float[] values) {
    long position = dataStart + entry(tensor).begin();
    ByteBuffer part =
        ByteBuffer.allocate(Math.min(PART_BYTES, values.length * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int at = 0; at < values.length; ) {
        int count = Math.min(part.capacity() / Float.BYTES, values.length - at);
        part.clear().limit(count * Float.BYTES);
        readFully(channel, part, position);
        part.flip().asFloatBuffer().get(values, at, count);
        at += count;
        position += (long) count * Float.BYTES;
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(
          "tensor '%s' of %s cannot be read: %s".formatted(tensor, name, e.getMessage()), e);
    }
  }

  /**
   * The elements as whole numbers in row-major order.
   *
   * @throws IllegalArgumentException if they are of a floating type
   */
  public long[] longs(String tensor) {
    ByteBuffer from = bytes(tensor);
    DataType type = info(tensor).type();
    long[] values = new long[(int) info(tensor).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case I64 -> from.getLong();
            case I32 -> from.getInt();
            case I16 -> from.getShort();
            case I8 -> from.get();
            case U8, BOOL -> from.get() & 0xFF;
            case F64, F32, F16, BF16 ->
                throw new IllegalArgumentException(
                    "tensor '%s' of %s is %s, not whole numbers".formatted(tensor, name, type));
          };
    }
    return values;
  }

  private Header.Entry entry(String tensor) {
    Header.Entry entry = header.entries().get(tensor);
    if (entry == null) {
      throw new IllegalArgumentException(
          "%s has no tensor '%s'; it has %s"
              .formatted(name, tensor, abbreviated(header.entries().keySet())));
    }
    return entry;
  }

  private static String abbreviated(Set<String> names) {
    String all = names.stream().limit(8).toList().toString();
    return names.size() <= 8 ? all : all + " and %d more".formatted(names.size() - 8);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
