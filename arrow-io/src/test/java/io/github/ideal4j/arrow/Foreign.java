package io.github.ideal4j.arrow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/** A token file as another program would write it: no metadata and no sums. */
final class Foreign {

  private Foreign() {}

  static byte[] file(Path file, TokenFileInfo info, List<TokenRow> rows) throws IOException {
    return file(file, new Schema(TokenSchema.of(info).getFields()), info, rows);
  }

  /** Writes all rows as one batch below the given schema. */
  static byte[] file(Path file, Schema schema, TokenFileInfo info, List<TokenRow> rows)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(IpcMessages.head().array());
    out.writeBytes(IpcMessages.schema(schema).array());
    BatchBuilder builder = new BatchBuilder(info, TokenFileOptions.standard());
    rows.forEach(builder::add);
    BatchBuilder.Message message = builder.finish();
    List<IpcMessages.BlockPlace> blocks = new ArrayList<>();
    blocks.add(
        new IpcMessages.BlockPlace(
            out.size(), message.metadata().remaining(), message.bodyBytes()));
    out.writeBytes(message.metadata().array());
    message.body().forEach(part -> out.writeBytes(bytes(part)));
    out.writeBytes(IpcMessages.endOfStream().array());
    out.writeBytes(IpcMessages.footer(schema, blocks, Map.of()).array());
    Files.write(file, out.toByteArray());
    return out.toByteArray();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
