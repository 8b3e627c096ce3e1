package io.github.ideal4j.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** The parts of an Arrow IPC file as bytes. Each message starts and ends at a multiple of 8. */
final class IpcMessages {

  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  /** The magic, padded to 8 bytes. */
  static final int HEAD_BYTES = 8;

  /** Length of the footer and the magic again. */
  static final int TAIL_BYTES = 4 + MAGIC.length;

  static final int CONTINUATION = -1;

  /** The continuation marker and the length of the metadata. */
  static final int PREFIX_BYTES = 8;

  /**
   * Metadata of the first message: sums are in the footer. Other programs do not copy it, as they
   * do with the metadata of the schema.
   */
  static final String SUMS = "ideal.crc32c";

  private IpcMessages() {}

  /** Where a column's values or a buffer of a batch are: rows and nulls, or offset and length. */
  record Pair(long first, long second) {}

  /** Where a batch is in the file; {@code metadataBytes} counts the prefix and the padding. */
  record BlockPlace(long offset, int metadataBytes, long bodyBytes) {}

  static ByteBuffer head() {
    return littleEndian(HEAD_BYTES).put(0, MAGIC);
  }

  static ByteBuffer endOfStream() {
    return littleEndian(PREFIX_BYTES).putInt(0, CONTINUATION);
  }

  /** The schema of a stream, which has no footer. */
  static ByteBuffer streamSchema(Schema schema) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    return message(builder, MessageHeader.Schema, schema.getSchema(builder), 0, 0);
  }

  /** The schema of a file of ours, with the promise of sums. */
  static ByteBuffer schema(Schema schema) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int header = schema.getSchema(builder);
    int promise =
        KeyValue.createKeyValue(
            builder, builder.createString(SUMS), builder.createString("footer"));
    int metadata = Message.createCustomMetadataVector(builder, new int[] {promise});
    return message(builder, MessageHeader.Schema, header, 0, metadata);
  }

  static ByteBuffer recordBatch(
      long rows, List<Pair> nodes, List<Pair> buffers, TokenCompression compression, long body) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startNodesVector(builder, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, nodes.get(i).first(), nodes.get(i).second());
    }
    int nodesAt = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers.size());
    for (int i = buffers.size() - 1; i >= 0; i--) {
      Buffer.createBuffer(builder, buffers.get(i).first(), buffers.get(i).second());
    }
    int buffersAt = builder.endVector();
    int compressionAt =
        compression == TokenCompression.ZSTD
            ? BodyCompression.createBodyCompression(
                builder, CompressionType.ZSTD, BodyCompressionMethod.BUFFER)
            : 0;
    int header = RecordBatch.createRecordBatch(builder, rows, nodesAt, buffersAt, compressionAt, 0);
    return message(builder, MessageHeader.RecordBatch, header, body, 0);
  }

  private static ByteBuffer message(
      FlatBufferBuilder builder, byte type, int header, long body, int custom) {
    builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, body, custom));
    byte[] metadata = builder.sizedByteArray();
    int padded = padded(metadata.length);
    return littleEndian(PREFIX_BYTES + padded)
        .putInt(0, CONTINUATION)
        .putInt(4, padded)
        .put(PREFIX_BYTES, metadata);
  }

  /** The footer with its length and the closing magic. */
  static ByteBuffer footer(Schema schema, List<BlockPlace> batches, Map<String, String> metadata) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int schemaAt = schema.getSchema(builder);
    int[] entries =
        metadata.entrySet().stream()
            .mapToInt(
                entry ->
                    KeyValue.createKeyValue(
                        builder,
                        builder.createString(entry.getKey()),
                        builder.createString(entry.getValue())))
            .toArray();
    int metadataAt = Footer.createCustomMetadataVector(builder, entries);
    Footer.startDictionariesVector(builder, 0);
    int dictionariesAt = builder.endVector();
    Footer.startRecordBatchesVector(builder, batches.size());
    for (int i = batches.size() - 1; i >= 0; i--) {
      BlockPlace block = batches.get(i);
      Block.createBlock(builder, block.offset(), block.metadataBytes(), block.bodyBytes());
    }
    int batchesAt = builder.endVector();
    builder.finish(
        Footer.createFooter(
            builder, MetadataVersion.V5, schemaAt, dictionariesAt, batchesAt, metadataAt));
    byte[] footer = builder.sizedByteArray();
    return littleEndian(footer.length + TAIL_BYTES)
        .put(0, footer)
        .putInt(footer.length, footer.length)
        .put(footer.length + 4, MAGIC);
  }

  static int padded(int bytes) {
    return Math.addExact(bytes, 7) & ~7;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
