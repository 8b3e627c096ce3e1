package io.github.ideal4j.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Token rows as an Arrow IPC stream: the schema of a token file, one batch, no footer. */
public final class TokenStream {

  private TokenStream() {}

  /**
   * Writes a whole stream.
   *
   * @param info tokenizer, writer and optional columns
   * @param rows of that tokenizer, at least one
   * @throws IllegalArgumentException if a grid is not the tokenizer's
   */
  public static void write(OutputStream out, TokenFileInfo info, List<TokenRow> rows)
      throws IOException {
    TokenFileOptions options = TokenFileOptions.standard().withRowsPerBatch(rows.size());
    try (BatchBuilder batch = new BatchBuilder(info, options)) {
      for (TokenRow row : rows) {
        if (row.grid().rows() != info.rows() || row.grid().columns() != info.columns()) {
          throw new IllegalArgumentException(
              "row %d has a grid of %d x %d; the stream holds %d x %d"
                  .formatted(
                      row.id(),
                      row.grid().rows(),
                      row.grid().columns(),
                      info.rows(),
                      info.columns()));
        }
        batch.add(row);
      }
      out.write(IpcMessages.streamSchema(TokenSchema.of(info)).array());
      BatchBuilder.Message message = batch.finish();
      write(out, message.metadata());
      for (ByteBuffer part : message.body()) {
        write(out, part);
      }
      out.write(IpcMessages.endOfStream().array());
    }
  }

  private static void write(OutputStream out, ByteBuffer bytes) throws IOException {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    out.write(copy);
  }
}
