package io.github.ideal4j.arrow;

import io.github.ideal4j.arrow.IpcMessages.BlockPlace;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The frame of an Arrow IPC file: schema, footer metadata and where the batches are, every length
 * and offset checked against the size of the file before anything is allocated or mapped.
 */
final class IpcFile {

  private static final int MAX_METADATA_BYTES = 1 << 28;

  private final Path file;
  private final FileChannel channel;
  private final long footerStart;
  private final Schema schema;
  private final Map<String, String> metadata = new HashMap<>();
  private final List<BlockPlace> blocks = new ArrayList<>();

  private IpcFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    requireMagic(size);
    int footerBytes = read(size - IpcMessages.TAIL_BYTES, 4).getInt(0);
    footerStart = size - IpcMessages.TAIL_BYTES - footerBytes;
    if (footerBytes <= 0 || footerBytes > MAX_METADATA_BYTES || footerStart < minimumStart()) {
      throw corrupt("the footer claims %d bytes of %d".formatted(footerBytes, size));
    }
    Footer footer = Footer.getRootAsFooter(read(footerStart, footerBytes));
    if (footer.schema() == null) {
      throw corrupt("the footer has no schema");
    }
    schema = Schema.convertSchema(footer.schema());
    requireEqualSchemas();
    for (int i = 0; i < footer.customMetadataLength(); i++) {
      metadata.put(footer.customMetadata(i).key(), footer.customMetadata(i).value());
    }
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      blocks.add(checked(i, footer.recordBatches(i)));
    }
  }

  /**
   * Reads the frame.
   *
   * @throws CorruptTokenFileException if it is damaged or no Arrow IPC file
   */
  static IpcFile read(Path file, FileChannel channel) throws IOException {
    return Guard.parsing(file, () -> new IpcFile(file, channel));
  }

  Schema schema() {
    return schema;
  }

  /** Metadata of the footer. */
  Map<String, String> metadata() {
    return metadata;
  }

  List<BlockPlace> blocks() {
    return blocks;
  }

  /** The layout of a batch, from its metadata alone. */
  BatchLayout layout(int number, TokenSchema tokens) throws IOException {
    BlockPlace block = blocks.get(number);
    ByteBuffer bytes = read(block.offset(), block.metadataBytes());
    String where = "batch %d: ".formatted(number);
    int prefix = prefixBytes(bytes);
    int length = bytes.getInt(prefix - 4);
    if (length < 0 || length > block.metadataBytes() - prefix) {
      throw corrupt(where + "its header claims %d bytes".formatted(length));
    }
    Message message = Message.getRootAsMessage(slice(bytes, prefix, length));
    if (message.headerType() != MessageHeader.RecordBatch
        || message.bodyLength() != block.bodyBytes()) {
      throw corrupt(
          where
              + "message of type %d with %d bytes of body does not match the footer"
                  .formatted(message.headerType(), message.bodyLength()));
    }
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    return BatchLayout.parse(file, number, schema, tokens, batch, block.bodyBytes());
  }

  /** The bytes of the schema message, with its prefix. */
  ByteBuffer schemaMessage() throws IOException {
    ByteBuffer start = read(IpcMessages.HEAD_BYTES, IpcMessages.PREFIX_BYTES);
    int prefix = prefixBytes(start);
    int length = start.getInt(prefix - 4);
    if (length <= 0 || length > footerStart - IpcMessages.HEAD_BYTES - prefix) {
      throw corrupt("the schema message claims %d bytes".formatted(length));
    }
    return read(IpcMessages.HEAD_BYTES, prefix + length);
  }

  /** Files of before 2019 have no continuation marker in front of the length. */
  private static int prefixBytes(ByteBuffer message) {
    return message.getInt(0) == IpcMessages.CONTINUATION ? IpcMessages.PREFIX_BYTES : 4;
  }

  /** The footer repeats the schema; where both agree neither is damaged, in all likelihood. */
  private void requireEqualSchemas() throws IOException {
    ByteBuffer message = schemaMessage();
    int prefix = prefixBytes(message);
    Message parsed = Message.getRootAsMessage(slice(message, prefix, message.remaining() - prefix));
    if (parsed.headerType() != MessageHeader.Schema) {
      throw corrupt("it begins with a message of type %d".formatted(parsed.headerType()));
    }
    Schema first =
        Schema.convertSchema(
            (org.apache.arrow.flatbuf.Schema) parsed.header(new org.apache.arrow.flatbuf.Schema()));
    if (!first.equals(schema) || !first.getCustomMetadata().equals(schema.getCustomMetadata())) {
      throw corrupt("the schemas at its beginning and in its footer differ");
    }
  }

  /** Requires that messages fill the file without a gap, as in the files that we write. */
  void requireContiguous() throws IOException {
    long next = (long) IpcMessages.HEAD_BYTES + schemaMessage().remaining();
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).offset() != next) {
        throw corrupt("batch %d is at %d instead of %d".formatted(i, blocks.get(i).offset(), next));
      }
      next += blocks.get(i).metadataBytes() + blocks.get(i).bodyBytes();
    }
    if (next + IpcMessages.PREFIX_BYTES != footerStart
        || !read(next, IpcMessages.PREFIX_BYTES).equals(IpcMessages.endOfStream())) {
      throw corrupt("no end-of-stream marker between batches and footer at %d".formatted(next));
    }
  }

  /** Maps a whole message, header and body, read-only. */
  ByteBuffer map(int number) throws IOException {
    BlockPlace block = blocks.get(number);
    return channel
        .map(
            FileChannel.MapMode.READ_ONLY,
            block.offset(),
            block.metadataBytes() + block.bodyBytes())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer slice(ByteBuffer bytes, int offset, int length) {
    return bytes.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void requireMagic(long size) throws IOException {
    if (size < minimumStart() + IpcMessages.TAIL_BYTES) {
      throw corrupt("%d bytes are too few for an Arrow IPC file".formatted(size));
    }
    if (!hasMagic(0)) {
      throw corrupt("not an Arrow IPC file: it does not begin with ARROW1");
    }
    if (!hasMagic(size - IpcMessages.MAGIC.length)) {
      throw corrupt("cut off or never finished: it does not end with ARROW1");
    }
  }

  private boolean hasMagic(long offset) throws IOException {
    return Arrays.equals(read(offset, IpcMessages.MAGIC.length).array(), IpcMessages.MAGIC);
  }

  private static int minimumStart() {
    return IpcMessages.HEAD_BYTES + IpcMessages.PREFIX_BYTES;
  }

  private BlockPlace checked(int number, Block block) throws IOException {
    long offset = block.offset();
    int header = block.metaDataLength();
    long body = block.bodyLength();
    boolean sane =
        offset >= IpcMessages.HEAD_BYTES
            && header >= IpcMessages.PREFIX_BYTES
            && header <= MAX_METADATA_BYTES
            && body >= 0
            && offset <= footerStart - header
            && body <= footerStart - header - offset;
    if (!sane) {
      throw corrupt(
          "batch %d is at %d with %d + %d bytes, outside of the file"
              .formatted(number, offset, header, body));
    }
    if (body > Integer.MAX_VALUE - (long) header) {
      throw corrupt("batch %d has %d bytes; at most 2 GiB would be valid".formatted(number, body));
    }
    return new BlockPlace(offset, header, body);
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException("%s: ends before byte %d".formatted(file, offset + length));
      }
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private CorruptTokenFileException corrupt(String problem) {
    return new CorruptTokenFileException(file, problem);
  }
}
