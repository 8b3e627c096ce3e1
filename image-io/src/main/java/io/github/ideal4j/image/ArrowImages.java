package io.github.ideal4j.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;

/**
 * Finds the images in an Arrow IPC stream: a column of structs with {@code bytes} and {@code path},
 * and beside it one with the labels. Every length and offset is checked against the file before it
 * is followed.
 */
final class ArrowImages {

  /** The words with which a batch begins when it has the marker that all do since 2019. */
  private static final int CONTINUATION = -1;

  private static final int PREFIX_BYTES = 8;
  private static final int MAX_METADATA_BYTES = 1 << 26;

  /**
   * Where an image is.
   *
   * @param offset of its bytes in the file, -1 where it has none
   * @param length of its bytes
   * @param path that the data set gives it, null where it gives none
   * @param label as text or as a number in text, null where unknown
   */
  record Place(long offset, long length, String path, String label) {}

  private final String name;
  private final FileChannel channel;
  private final long size;
  private final List<Place> places = new ArrayList<>();
  private Schema schema;

  private ArrowImages(String name, FileChannel channel) throws IOException {
    this.name = name;
    this.channel = channel;
    size = channel.size();
  }

  /**
   * All images of a stream, in order.
   *
   * @throws ImageFormatException if it is damaged, packed, or has no column of images
   */
  static List<Place> find(String name, FileChannel channel) throws IOException {
    ArrowImages images = new ArrowImages(name, channel);
    try {
      images.walk();
    } catch (EOFException e) {
      throw new ImageFormatException(name, "cut off while reading", e);
    } catch (RuntimeException | StackOverflowError e) { // flatbuffers check no offset
      throw new ImageFormatException(
          name, "damaged (%s)".formatted(e.getClass().getSimpleName()), e);
    }
    return images.places;
  }

  /** Metadata of the schema of a stream, by key. */
  static Map<String, String> metadata(String name, FileChannel channel) throws IOException {
    ArrowImages images = new ArrowImages(name, channel);
    Map<String, String> metadata = new HashMap<>();
    try {
      images.begin();
      for (int i = 0; i < images.schema.customMetadataLength(); i++) {
        KeyValue entry = images.schema.customMetadata(i);
        metadata.put(entry.key(), entry.value());
      }
    } catch (EOFException e) {
      throw new ImageFormatException(name, "cut off while reading", e);
    } catch (RuntimeException | StackOverflowError e) {
      throw new ImageFormatException(
          name, "damaged (%s)".formatted(e.getClass().getSimpleName()), e);
    }
    return metadata;
  }

  /** Reads the schema and gives the place behind it. */
  private long begin() throws IOException {
    if (size >= 6 && new String(read(0, 6).array(), StandardCharsets.US_ASCII).equals("ARROW1")) {
      throw damaged("it is an Arrow file; the streams that datasets writes would be valid");
    }
    int length = metadataBytes(0);
    Message message = Message.getRootAsMessage(read(PREFIX_BYTES, length));
    if (message.headerType() != MessageHeader.Schema) {
      throw damaged("it does not begin with a schema");
    }
    schema = (Schema) message.header(new Schema());
    return (long) PREFIX_BYTES + length;
  }

  private void walk() throws IOException {
    long at = begin();
    while (at < size) {
      int length = metadataBytes(at);
      if (length == 0) {
        return;
      }
      Message message = Message.getRootAsMessage(read(at + PREFIX_BYTES, length));
      long body = at + PREFIX_BYTES + length;
      if (message.bodyLength() < 0 || message.bodyLength() > size - body) {
        throw damaged("the message at %d claims %d bytes".formatted(at, message.bodyLength()));
      }
      if (message.headerType() == MessageHeader.RecordBatch) {
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        if (batch.compression() != null) {
          throw damaged("it is packed; what datasets writes is not");
        }
        new Batch(batch, body, message.bodyLength()).find();
      }
      at = body + message.bodyLength();
    }
  }

  private int metadataBytes(long at) throws IOException {
    ByteBuffer prefix = read(at, PREFIX_BYTES);
    int length = prefix.getInt(4);
    if (prefix.getInt(0) != CONTINUATION
        || length < 0
        || length > MAX_METADATA_BYTES
        || length > size - at - PREFIX_BYTES) {
      throw damaged("there is no Arrow message at %d".formatted(at));
    }
    return length;
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new EOFException(name);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException(name);
      }
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private ImageFormatException damaged(String problem) {
    return new ImageFormatException(name, problem);
  }

  /** One batch of rows. */
  private final class Batch {
    private final RecordBatch batch;
    private final long body;
    private final long bodyBytes;
    private int node;
    private int buffer;
    private int variadic;
    private Ends bytes;
    private Ends paths;
    private Validity images;
    private Column labels;

    Batch(RecordBatch batch, long body, long bodyBytes) {
      this.batch = batch;
      this.body = body;
      this.bodyBytes = bodyBytes;
    }

    void find() throws IOException {
      long rows = batch.length();
      if (rows < 0 || rows > size) {
        throw damaged("a batch claims %d rows".formatted(rows));
      }
      for (int i = 0; i < schema.fieldsLength(); i++) {
        Field field = schema.fields(i);
        if (bytes == null && isImage(field)) {
          image(field, (int) rows);
        } else if (labels == null && "label".equals(field.name()) && field.dictionary() == null) {
          labels = column(field, (int) rows);
        } else {
          skip(field);
        }
      }
      if (bytes == null) {
        throw damaged("it has no column of images (structs of bytes and path)");
      }
      for (int row = 0; row < rows; row++) {
        places.add(place(row));
      }
    }

    private Place place(int row) throws IOException {
      String label = labels == null ? null : labels.text(row);
      String path = paths == null || images.isNull(row) ? null : paths.text(row);
      if (images.isNull(row) || bytes.isNull(row)) {
        return new Place(-1, 0, path, label);
      }
      return new Place(bytes.offset(row), bytes.length(row), path, label);
    }

    private boolean isImage(Field field) {
      return field.typeType() == Type.Struct_
          && field.childrenLength() == 2
          && "bytes".equals(field.children(0).name())
          && "path".equals(field.children(1).name());
    }

    private void image(Field field, int rows) throws IOException {
      images = validity(rows);
      bytes = ends(field.children(0), rows);
      paths = ends(field.children(1), rows);
    }

    private Column column(Field field, int rows) throws IOException {
      if (field.typeType() == Type.Int) {
        int width = ((Int) field.type(new Int())).bitWidth() / 8;
        Validity validity = validity(rows);
        ByteBuffer values = bytes(nextBuffer(), (long) rows * width);
        return row -> validity.isNull(row) ? null : Long.toString(integer(values, width, row));
      }
      if (field.typeType() == Type.Utf8 || field.typeType() == Type.LargeUtf8) {
        return ends(field, rows)::text;
      }
      skip(field);
      return row -> null;
    }

    private Ends ends(Field field, int rows) throws IOException {
      int width =
          switch (field.typeType()) {
            case Type.Binary, Type.Utf8 -> 4;
            case Type.LargeBinary, Type.LargeUtf8 -> 8;
            default ->
                throw damaged("column '%s' is neither bytes nor text".formatted(field.name()));
          };
      Validity validity = validity(rows);
      long[] place = nextBuffer();
      ByteBuffer ends = bytes(place, rows == 0 ? 0 : (rows + 1L) * width);
      long[] values = nextBuffer();
      return new Ends(validity, ends, width, values[0], values[1]);
    }

    private Validity validity(int rows) throws IOException {
      if (node >= batch.nodesLength() || batch.nodes(node).length() != rows) {
        throw damaged("a batch of %d rows has a column of another length".formatted(rows));
      }
      long nulls = batch.nodes(node++).nullCount();
      long[] place = nextBuffer();
      return new Validity(nulls == 0 ? null : bytes(place, (rows + 7L) / 8));
    }

    /** Offset in the file and length. */
    private long[] nextBuffer() throws IOException {
      if (buffer >= batch.buffersLength()) {
        throw damaged("a batch has only %d buffers".formatted(batch.buffersLength()));
      }
      long offset = batch.buffers(buffer).offset();
      long length = batch.buffers(buffer++).length();
      if (offset < 0 || length < 0 || offset > bodyBytes - length) {
        throw damaged("a buffer is at %d with %d bytes".formatted(offset, length));
      }
      return new long[] {body + offset, length};
    }

    private ByteBuffer bytes(long[] place, long needed) throws IOException {
      if (place[1] < needed) {
        throw damaged("a buffer has %d bytes instead of %d".formatted(place[1], needed));
      }
      return read(place[0], Math.toIntExact(needed));
    }

    private void skip(Field field) throws IOException {
      int buffers = field.dictionary() != null ? 2 : buffers(field);
      node++;
      buffer = Math.addExact(buffer, buffers);
      for (int i = 0; field.dictionary() == null && i < field.childrenLength(); i++) {
        skip(field.children(i));
      }
    }

    private int buffers(Field field) throws IOException {
      return switch (field.typeType()) {
        case Type.Null, Type.RunEndEncoded -> 0;
        case Type.Struct_, Type.FixedSizeList -> 1;
        case Type.Utf8, Type.Binary, Type.LargeUtf8, Type.LargeBinary -> 3;
        case Type.ListView, Type.LargeListView -> 3;
        case Type.Utf8View, Type.BinaryView ->
            Math.toIntExact(2 + batch.variadicBufferCounts(variadic++));
        case Type.Union -> throw damaged("column '%s' is a union".formatted(field.name()));
        default -> 2;
      };
    }
  }

  private static long integer(ByteBuffer values, int width, int row) {
    return switch (width) {
      case 1 -> values.get(row);
      case 2 -> values.getShort(2 * row);
      case 4 -> values.getInt(4 * row);
      default -> values.getLong(8 * row);
    };
  }

  /** A value of a row as text, or null. */
  private interface Column {
    String text(int row) throws IOException;
  }

  /** Which rows are null; none where there are no bits. */
  private record Validity(ByteBuffer bits) {
    boolean isNull(int row) {
      return bits != null && (bits.get(row >> 3) & (1 << (row & 7))) == 0;
    }
  }

  /** Bytes or text of rows, of which the ends are known. */
  private final class Ends {
    private final Validity validity;
    private final ByteBuffer ends;
    private final int width;
    private final long start;
    private final long total;

    Ends(Validity validity, ByteBuffer ends, int width, long start, long total) {
      this.validity = validity;
      this.ends = ends;
      this.width = width;
      this.start = start;
      this.total = total;
    }

    boolean isNull(int row) {
      return validity.isNull(row);
    }

    long offset(int row) throws IOException {
      length(row);
      return start + integer(ends, width, row);
    }

    long length(int row) throws IOException {
      long from = integer(ends, width, row);
      long to = integer(ends, width, row + 1);
      if (from < 0 || to < from || to > total) {
        throw damaged("row %d claims bytes %d to %d of %d".formatted(row, from, to, total));
      }
      return to - from;
    }

    String text(int row) throws IOException {
      if (isNull(row)) {
        return null;
      }
      long length = length(row);
      return StandardCharsets.UTF_8.decode(read(offset(row), Math.toIntExact(length))).toString();
    }
  }
}
