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
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The frame of an Arrow IPC file or stream: schema, footer metadata and where the batches are,
 * every length and offset checked against the size of the file before anything is allocated or
 * mapped.
 */
final class IpcFile {

  private static final int MAX_METADATA_BYTES = 1 << 28;

  /** Batches are mapped together up to this many bytes. */
  private static final long MAX_SEGMENT_BYTES = 1L << 30;

  /** What is shorter is read: a map costs more than a copy then, and a process has few of them. */
  private static final long MIN_MAPPED_BYTES = 1L << 18;

  private final Path file;
  private final FileChannel channel;

  /** Where messages end. */
  private final long end;

  /** Where the schema message begins. */
  private final int start;

  private boolean sumsPromised;
  private final Schema schema;
  private final Map<String, String> metadata = new HashMap<>();
  private final List<BlockPlace> blocks = new ArrayList<>();
  private final List<BlockPlace> dictionaries = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private final List<Segment> segmentOfBlock = new ArrayList<>();

  /** Some batches that are mapped together. */
  private static final class Segment {
    private final long offset;
    private long length;
    private ByteBuffer bytes;

    Segment(long offset) {
      this.offset = offset;
    }
  }

  private IpcFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    if (size >= IpcMessages.PREFIX_BYTES && read(0, 4).getInt(0) == IpcMessages.CONTINUATION) {
      start = 0;
      end = size;
      schema = walkStream();
    } else {
      start = IpcMessages.HEAD_BYTES;
      requireMagic(size);
      int footerBytes = read(size - IpcMessages.TAIL_BYTES, 4).getInt(0);
      end = size - IpcMessages.TAIL_BYTES - footerBytes;
      if (footerBytes <= 0 || footerBytes > MAX_METADATA_BYTES || end < minimumStart()) {
        throw corrupt("the footer claims %d bytes of %d".formatted(footerBytes, size));
      }
      Footer footer = Footer.getRootAsFooter(read(end, footerBytes));
      if (footer.schema() == null) {
        throw corrupt("the footer has no schema");
      }
      schema = Schema.convertSchema(footer.schema());
      readFooter(footer);
    }
    for (BlockPlace block : blocks) {
      segmentOfBlock.add(segment(block));
    }
  }

  private void readFooter(Footer footer) throws IOException {
    requireEqualSchemas();
    for (int i = 0; i < footer.customMetadataLength(); i++) {
      metadata.put(footer.customMetadata(i).key(), footer.customMetadata(i).value());
    }
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      blocks.add(checked("batch " + i, footer.recordBatches(i)));
    }
    for (int i = 0; i < footer.dictionariesLength(); i++) {
      dictionaries.add(checked("dictionary " + i, footer.dictionaries(i)));
    }
  }

  /** A stream has no footer: its messages are visited one after the other. */
  private Schema walkStream() throws IOException {
    Schema found = parseSchema(schemaMessage());
    long at = schemaMessage().remaining();
    while (at <= end - IpcMessages.PREFIX_BYTES) {
      ByteBuffer prefix = read(at, IpcMessages.PREFIX_BYTES);
      int length = prefix.getInt(4);
      if (prefix.getInt(0) == IpcMessages.CONTINUATION && length == 0) {
        return found;
      }
      if (prefix.getInt(0) != IpcMessages.CONTINUATION
          || length < 0
          || length > end - at - IpcMessages.PREFIX_BYTES) {
        throw corrupt("the message at %d claims %d bytes".formatted(at, length));
      }
      Message message = Message.getRootAsMessage(read(at + IpcMessages.PREFIX_BYTES, length));
      long body = message.bodyLength();
      BlockPlace place =
          checked("the message at " + at, at, IpcMessages.PREFIX_BYTES + length, body);
      switch (message.headerType()) {
        case MessageHeader.RecordBatch -> blocks.add(place);
        case MessageHeader.DictionaryBatch -> dictionaries.add(place);
        default ->
            throw corrupt("the message at %d is of type %d".formatted(at, message.headerType()));
      }
      at += place.metadataBytes() + place.bodyBytes();
    }
    if (at != end) {
      throw corrupt("cut off: %d bytes are left after the last message".formatted(end - at));
    }
    return found;
  }

  private Segment segment(BlockPlace block) {
    Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
    long blockEnd = block.offset() + block.metadataBytes() + block.bodyBytes();
    boolean continues =
        last != null
            && block.offset() == last.offset + last.length
            && blockEnd - last.offset <= MAX_SEGMENT_BYTES;
    if (!continues) {
      last = new Segment(block.offset());
      segments.add(last);
    }
    last.length = blockEnd - last.offset;
    return last;
  }

  /**
   * Reads the frame.
   *
   * @throws CorruptTokenFileException if it is damaged or neither an Arrow IPC file nor a stream
   */
  static IpcFile read(Path file, FileChannel channel) throws IOException {
    return Guard.parsing(file, () -> new IpcFile(file, channel));
  }

  Schema schema() {
    return schema;
  }

  /** Whether the file says at its beginning that its footer has sums, or the footer has some. */
  boolean summed() {
    return sumsPromised || Crc.isKeptIn(metadata);
  }

  /** Metadata of the footer. */
  Map<String, String> metadata() {
    return metadata;
  }

  List<BlockPlace> blocks() {
    return blocks;
  }

  /** Texts of all dictionaries, by id. */
  Map<Long, List<String>> dictionaries() throws IOException {
    Map<Long, List<String>> all = new HashMap<>();
    for (int i = 0; i < dictionaries.size(); i++) {
      BlockPlace block = dictionaries.get(i);
      String where = "dictionary " + i;
      Message message = message(where, block, MessageHeader.DictionaryBatch);
      DictionaryBatch batch = (DictionaryBatch) message.header(new DictionaryBatch());
      if (batch.isDelta() || all.containsKey(batch.id())) {
        throw corrupt(where + ": it changes an earlier one; one for each column would be valid");
      }
      ByteBuffer body =
          read(block.offset() + block.metadataBytes(), Math.toIntExact(block.bodyBytes()));
      all.put(batch.id(), DictionaryTexts.read(file, where, schema, batch, body));
    }
    return all;
  }

  /** The layout of a batch, from its metadata alone. */
  BatchLayout layout(int number, TokenSchema tokens) throws IOException {
    BlockPlace block = blocks.get(number);
    Message message = message("batch " + number, block, MessageHeader.RecordBatch);
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    return BatchLayout.parse(file, number, schema, tokens, batch, block.bodyBytes());
  }

  private Message message(String name, BlockPlace block, byte type) throws IOException {
    ByteBuffer bytes = read(block.offset(), block.metadataBytes());
    String where = name + ": ";
    int prefix = prefixBytes(bytes);
    int length = bytes.getInt(prefix - 4);
    if (length < 0 || length > block.metadataBytes() - prefix) {
      throw corrupt(where + "its header claims %d bytes".formatted(length));
    }
    Message message = Message.getRootAsMessage(slice(bytes, prefix, length));
    if (message.headerType() != type || message.bodyLength() != block.bodyBytes()) {
      throw corrupt(
          where
              + "message of type %d with %d bytes of body does not match the footer"
                  .formatted(message.headerType(), message.bodyLength()));
    }
    return message;
  }

  /** The bytes of the schema message, with its prefix. */
  ByteBuffer schemaMessage() throws IOException {
    ByteBuffer first = read(start, IpcMessages.PREFIX_BYTES);
    int prefix = prefixBytes(first);
    int length = first.getInt(prefix - 4);
    if (length <= 0 || length > end - start - prefix) {
      throw corrupt("the schema message claims %d bytes".formatted(length));
    }
    return read(start, prefix + length);
  }

  /** Files of before 2019 have no continuation marker in front of the length. */
  private static int prefixBytes(ByteBuffer message) {
    return message.getInt(0) == IpcMessages.CONTINUATION ? IpcMessages.PREFIX_BYTES : 4;
  }

  /** The footer repeats the schema; where both agree neither is damaged, in all likelihood. */
  private void requireEqualSchemas() throws IOException {
    Schema first = parseSchema(schemaMessage());
    if (!first.equals(schema) || !first.getCustomMetadata().equals(schema.getCustomMetadata())) {
      throw corrupt("the schemas at its beginning and in its footer differ");
    }
  }

  private Schema parseSchema(ByteBuffer message) throws IOException {
    int prefix = prefixBytes(message);
    Message parsed = Message.getRootAsMessage(slice(message, prefix, message.remaining() - prefix));
    if (parsed.headerType() != MessageHeader.Schema) {
      throw corrupt("it begins with a message of type %d".formatted(parsed.headerType()));
    }
    for (int i = 0; i < parsed.customMetadataLength(); i++) {
      sumsPromised |= IpcMessages.SUMS.equals(parsed.customMetadata(i).key());
    }
    return Schema.convertSchema(
        (org.apache.arrow.flatbuf.Schema) parsed.header(new org.apache.arrow.flatbuf.Schema()));
  }

  /** Requires that messages fill the file without a gap, as in the files that we write. */
  void requireContiguous() throws IOException {
    if (start == 0) {
      return; // a stream was read message by message
    }
    long next = (long) IpcMessages.HEAD_BYTES + schemaMessage().remaining();
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).offset() != next) {
        throw corrupt("batch %d is at %d instead of %d".formatted(i, blocks.get(i).offset(), next));
      }
      next += blocks.get(i).metadataBytes() + blocks.get(i).bodyBytes();
    }
    if (next + IpcMessages.PREFIX_BYTES != end
        || !read(next, IpcMessages.PREFIX_BYTES).equals(IpcMessages.endOfStream())) {
      throw corrupt("no end-of-stream marker between batches and footer at %d".formatted(next));
    }
  }

  /** A whole message, header and body, read-only: a part of the map. */
  ByteBuffer map(int number) throws IOException {
    BlockPlace block = blocks.get(number);
    Segment segment = segmentOfBlock.get(number);
    ByteBuffer bytes;
    synchronized (segment) {
      if (segment.bytes == null) {
        segment.bytes =
            segment.length < MIN_MAPPED_BYTES
                ? read(segment.offset, (int) segment.length)
                : channel.map(FileChannel.MapMode.READ_ONLY, segment.offset, segment.length);
      }
      bytes = segment.bytes;
    }
    return slice(
        bytes,
        (int) (block.offset() - segment.offset),
        (int) (block.metadataBytes() + block.bodyBytes()));
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

  private BlockPlace checked(String what, Block block) throws IOException {
    return checked(what, block.offset(), block.metaDataLength(), block.bodyLength());
  }

  private BlockPlace checked(String what, long offset, int header, long body) throws IOException {
    boolean sane =
        offset >= start
            && header >= IpcMessages.PREFIX_BYTES
            && header <= MAX_METADATA_BYTES
            && body >= 0
            && offset <= end - header
            && body <= end - header - offset;
    if (!sane) {
      throw corrupt(
          "%s is at %d with %d + %d bytes, outside of the file"
              .formatted(what, offset, header, body));
    }
    if (body > Integer.MAX_VALUE - (long) header) {
      throw corrupt("%s has %d bytes; at most 2 GiB would be valid".formatted(what, body));
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
