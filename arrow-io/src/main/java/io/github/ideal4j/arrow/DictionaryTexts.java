package io.github.ideal4j.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The texts of a dictionary, to which rows point by position. */
final class DictionaryTexts {

  private DictionaryTexts() {}

  /** Reads a dictionary of text; one of something else, which no column of ours has, is empty. */
  static List<String> read(
      Path file, String where, Schema schema, DictionaryBatch dictionary, ByteBuffer body)
      throws IOException {
    int width = offsetBytes(schema, dictionary.id());
    if (width == 0) {
      return List.of();
    }
    RecordBatch batch = dictionary.data();
    long count = batch.nodesLength() == 1 ? batch.nodes(0).length() : -1;
    if (count < 0 || batch.buffersLength() != 3 || batch.nodes(0).nullCount() != 0) {
      throw new CorruptTokenFileException(file, where + ": it is no list of texts without nulls");
    }
    TokenCompression compression = BatchLayout.compression(file, where, batch.compression());
    ByteBuffer ends = buffer(file, where, batch, 1, compression, body);
    ByteBuffer bytes = buffer(file, where, batch, 2, compression, body);
    if (count > 0 && (count + 1) * width > ends.remaining()) {
      throw new CorruptTokenFileException(
          file, "%s: %d bytes are too few for %d texts".formatted(where, ends.remaining(), count));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = width == 4 ? ends.getInt(4 * i) : ends.getLong(8 * i);
      long to = width == 4 ? ends.getInt(4 * i + 4) : ends.getLong(8 * i + 8);
      if (from < 0 || to < from || to > bytes.remaining()) {
        throw new CorruptTokenFileException(
            file, "%s: text %d claims bytes %d to %d".formatted(where, i, from, to));
      }
      texts.add(
          StandardCharsets.UTF_8.decode(bytes.slice((int) from, (int) (to - from))).toString());
    }
    return List.copyOf(texts);
  }

  private static int offsetBytes(Schema schema, long id) {
    for (Field field : schema.getFields()) {
      if (field.getDictionary() != null && field.getDictionary().getId() == id) {
        return ColumnKind.offsetBytes(field.getType());
      }
    }
    return 0;
  }

  private static ByteBuffer buffer(
      Path file,
      String where,
      RecordBatch batch,
      int number,
      TokenCompression compression,
      ByteBuffer body)
      throws IOException {
    long offset = batch.buffers(number).offset();
    long length = batch.buffers(number).length();
    if (offset < 0 || length < 0 || offset > body.remaining() - length) {
      throw new CorruptTokenFileException(
          file, "%s: buffer %d is outside of its body".formatted(where, number));
    }
    try {
      return Unpacking.unpack(compression, IpcFile.slice(body, (int) offset, (int) length));
    } catch (IOException e) {
      throw new CorruptTokenFileException(file, "%s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
