package io.github.ideal4j.pipeline;

import com.google.flatbuffers.FlatBufferBuilder;
import io.github.ideal4j.image.RgbImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The same photographs in every kind of source that a training can read. */
enum ArchivedPhotographs {
  FOLDER,
  ZIP,
  TAR,
  SHARDS,
  HUGGING_FACE;

  private static final int ROWS_A_BATCH = 10;

  /**
   * Writes photographs, of which one at a time is in memory.
   *
   * @param folder takes the source
   * @param file the bytes of a PNG file, by number
   * @return what {@code --data} is given
   */
  Path write(Path folder, int count, IntFunction<byte[]> file) throws IOException {
    Files.createDirectories(folder);
    return switch (this) {
      case FOLDER -> folder(folder, count, file);
      case ZIP -> zip(folder.resolve("photographs.zip"), count, file);
      case TAR -> tar(folder.resolve("photographs.tar"), 0, count, file);
      case SHARDS -> {
        tar(folder.resolve("shard-0.tar"), 0, count / 2, file);
        tar(folder.resolve("shard-1.tar"), count / 2, count, file);
        yield folder;
      }
      case HUGGING_FACE -> huggingFace(folder, count, file);
    };
  }

  /** A photograph as a PNG file that is not compressed, and so as large as its pixels. */
  static byte[] png(RgbImage image) {
    int row = 3 * image.width();
    byte[] rows = new byte[(row + 1) * image.height()]; // each after the kind of its filter, none
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.pixels(), y * row, rows, y * (row + 1) + 1, row);
    }
    Deflater deflater = new Deflater(Deflater.NO_COMPRESSION);
    deflater.setInput(rows);
    deflater.finish();
    byte[] packed = new byte[rows.length + rows.length / 1000 + 64];
    int length = deflater.deflate(packed);
    deflater.end();
    ByteBuffer header = ByteBuffer.allocate(13).putInt(image.width()).putInt(image.height());
    header.put(new byte[] {8, 2, 0, 0, 0}); // 8 bits of red, green and blue
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", Arrays.copyOf(packed, length));
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String kind, byte[] content) {
    byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    png.writeBytes(name);
    png.writeBytes(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static String name(int number) {
    return "class-%d/%05d.png".formatted(number % 2, number);
  }

  private static Path folder(Path folder, int count, IntFunction<byte[]> file) throws IOException {
    for (int i = 0; i < count; i++) {
      Path path = folder.resolve(name(i));
      Files.createDirectories(path.getParent());
      Files.write(path, file.apply(i));
    }
    return folder;
  }

  private static Path zip(Path path, int count, IntFunction<byte[]> file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(buffered(path))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (int i = 0; i < count; i++) {
        byte[] bytes = file.apply(i);
        ZipEntry entry = new ZipEntry(name(i));
        CRC32 sum = new CRC32();
        sum.update(bytes);
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
      }
    }
    return path;
  }

  private static Path tar(Path path, int from, int to, IntFunction<byte[]> file)
      throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(buffered(path))) {
      for (int i = from; i < to; i++) {
        byte[] bytes = file.apply(i);
        TarArchiveEntry entry = new TarArchiveEntry(name(i));
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      }
    }
    return path;
  }

  private static OutputStream buffered(Path path) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
  }

  /** What {@code Dataset.save_to_disk} writes: a stream of batches, and a file that names it. */
  private static Path huggingFace(Path folder, int count, IntFunction<byte[]> file)
      throws IOException {
    String stream = "data-00000-of-00001.arrow";
    Files.writeString(
        folder.resolve("state.json"),
        "{\"_data_files\": [{\"filename\": \"%s\"}], \"_split\": \"train\"}".formatted(stream));
    try (OutputStream out = buffered(folder.resolve(stream))) {
      writeSchema(out);
      for (int from = 0; from < count; from += ROWS_A_BATCH) {
        writeRows(out, from, Math.min(count, from + ROWS_A_BATCH), file);
      }
      out.write(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0});
    }
    return folder;
  }

  private static void writeSchema(OutputStream out) throws IOException {
    Field bytes = new Field("bytes", FieldType.nullable(ArrowType.Binary.INSTANCE), null);
    Field path = new Field("path", FieldType.nullable(ArrowType.Utf8.INSTANCE), null);
    Field image =
        new Field("image", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(bytes, path));
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int schema = new Schema(List.of(image)).getSchema(builder);
    writeMessage(out, builder, MessageHeader.Schema, schema, new byte[0]);
  }

  private static void writeRows(OutputStream out, int from, int to, IntFunction<byte[]> file)
      throws IOException {
    Rows images = new Rows();
    Rows paths = new Rows();
    for (int i = from; i < to; i++) {
      images.add(file.apply(i));
      paths.add(name(i).getBytes(StandardCharsets.UTF_8));
    }
    byte[][] parts = {{}, {}, images.ends(), images.bytes(), {}, paths.ends(), paths.bytes()};
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    long[] offsets = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      offsets[i] = body.size();
      body.writeBytes(parts[i]);
      body.writeBytes(new byte[-body.size() & 7]);
    }
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startBuffersVector(builder, parts.length);
    for (int i = parts.length - 1; i >= 0; i--) {
      Buffer.createBuffer(builder, offsets[i], parts[i].length);
    }
    int buffers = builder.endVector();
    RecordBatch.startNodesVector(builder, 3);
    for (int i = 0; i < 3; i++) {
      FieldNode.createFieldNode(builder, to - from, 0);
    }
    int nodes = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, to - from);
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    int batch = RecordBatch.endRecordBatch(builder);
    writeMessage(out, builder, MessageHeader.RecordBatch, batch, body.toByteArray());
  }

  private static void writeMessage(
      OutputStream out, FlatBufferBuilder builder, byte kind, int header, byte[] body)
      throws IOException {
    Message.startMessage(builder);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addHeaderType(builder, kind);
    Message.addHeader(builder, header);
    Message.addBodyLength(builder, body.length);
    builder.finish(Message.endMessage(builder));
    byte[] message = builder.sizedByteArray();
    int padded = (message.length + 7) / 8 * 8;
    ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(prefix.putInt(-1).putInt(padded).array());
    out.write(message);
    out.write(new byte[padded - message.length]);
    out.write(body);
  }

  /** Values of different lengths, one behind the other. */
  private static final class Rows {
    private final ByteArrayOutputStream ends = new ByteArrayOutputStream();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Rows() {
      end();
    }

    void add(byte[] value) {
      bytes.writeBytes(value);
      end();
    }

    private void end() {
      ByteBuffer end = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      ends.writeBytes(end.putInt(bytes.size()).array());
    }

    byte[] ends() {
      return ends.toByteArray();
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}
