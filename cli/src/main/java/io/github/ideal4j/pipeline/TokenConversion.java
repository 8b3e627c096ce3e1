package io.github.ideal4j.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.arrow.HuggingFaceFolder;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenFolderWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Token files to other forms of themselves, and to what other programs read. */
public final class TokenConversion {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenConversion() {}

  /** What to write. */
  public enum Form {
    /** A token file, or with a shard limit a folder of them. */
    ARROW,
    /** A folder for Hugging Face {@code datasets.load_from_disk}. */
    HF,
    /** Comma-separated values with a header; tokens are separated by spaces. */
    CSV,
    /** One JSON object a line; tokens are lists of rows. */
    JSONL
  }

  /**
   * What to convert.
   *
   * @param tokens file or folder
   * @param out file or folder to write; an earlier file there is replaced
   * @param form of it
   * @param options of token files
   * @param rowsPerShard rows of a shard; a single file where there is none
   */
  public record Request(
      TokenDataset tokens,
      Path out,
      Form form,
      TokenFileOptions options,
      OptionalLong rowsPerShard) {

    public Request {
      if (rowsPerShard.isPresent() && (form == Form.CSV || form == Form.JSONL)) {
        throw new IllegalArgumentException(
            "%s is one file; shards are for arrow and hf".formatted(form));
      }
      if (rowsPerShard.isPresent() && rowsPerShard.getAsLong() < 1) {
        throw new IllegalArgumentException(
            "a shard has at least 1 row, got %d".formatted(rowsPerShard.getAsLong()));
      }
    }
  }

  /** Converts all rows. */
  public static void run(Request request, Progress progress) throws IOException {
    switch (request.form()) {
      case ARROW -> arrow(request, progress);
      case HF -> huggingFace(request, progress);
      case CSV -> AtomicFile.write(request.out(), beside -> csv(request, beside, progress));
      case JSONL -> AtomicFile.write(request.out(), beside -> jsonl(request, beside, progress));
    }
  }

  private interface Sink {
    void append(TokenRow row) throws IOException;
  }

  private static void all(TokenDataset tokens, Progress progress, Sink sink) throws IOException {
    try (Progress.Stage stage = progress.start("Converting", tokens.size(), "rows")) {
      for (TokenBatch batch : tokens.batches()) {
        for (int row = 0; row < batch.size(); row++) {
          sink.append(batch.row(row));
        }
        stage.advance(batch.size());
      }
    }
  }

  private static void arrow(Request request, Progress progress) throws IOException {
    TokenFileInfo info = request.tokens().info();
    if (request.rowsPerShard().isEmpty()) {
      try (TokenFileWriter writer =
          TokenFileWriter.create(request.out(), info, request.options())) {
        all(request.tokens(), progress, writer::append);
        writer.finish();
      }
      return;
    }
    try (TokenFolderWriter writer =
        TokenFolderWriter.create(
            request.out(),
            info,
            request.options(),
            TokenFolderWriter.ShardLimit.rows(request.rowsPerShard().getAsLong()))) {
      all(request.tokens(), progress, writer::append);
      writer.finish();
    }
  }

  /** Replaces a folder only if it is one of the same kind. */
  private static void huggingFace(Request request, Progress progress) throws IOException {
    Path out = request.out();
    if (Files.exists(out) && !Files.exists(out.resolve("dataset_info.json"))) {
      throw new FileAlreadyExistsException(
          "%s is there and is no folder of Hugging Face datasets; name another".formatted(out));
    }
    HuggingFaceFolder.write(
        request.tokens(),
        out,
        request.rowsPerShard().orElse(Math.max(1, request.tokens().size())),
        progress);
  }

  private static void csv(Request request, Path file, Progress progress) throws IOException {
    TokenFileInfo info = request.tokens().info();
    List<String> header = new ArrayList<>(List.of("id"));
    for (TokenColumn column : TokenColumn.values()) {
      if (info.has(column)) {
        header.add(column.columnName());
      }
    }
    header.add("tokens");
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader(header.toArray(String[]::new)).get();
    try (Writer out = Files.newBufferedWriter(file);
        CSVPrinter printer = new CSVPrinter(out, format)) {
      all(
          request.tokens(),
          progress,
          row -> {
            List<Object> values = new ArrayList<>(fields(info, row).values());
            values.add(
                Arrays.stream(row.grid().indices())
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" ")));
            printer.printRecord(values);
          });
    }
  }

  private static void jsonl(Request request, Path file, Progress progress) throws IOException {
    TokenFileInfo info = request.tokens().info();
    try (Writer out = Files.newBufferedWriter(file)) {
      all(
          request.tokens(),
          progress,
          row -> {
            Map<String, Object> fields = fields(info, row);
            fields.put("tokens", rows(row.grid()));
            out.write(JSON.writeValueAsString(fields));
            out.write('\n');
          });
    }
  }

  private static List<int[]> rows(TokenGrid grid) {
    int width = grid.columns();
    return IntStream.range(0, grid.rows())
        .mapToObj(row -> Arrays.copyOfRange(grid.indices(), row * width, (row + 1) * width))
        .toList();
  }

  /** What a row has besides its tokens, null where it is unknown. */
  private static Map<String, Object> fields(TokenFileInfo info, TokenRow row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", row.id());
    if (info.has(TokenColumn.LABEL)) {
      fields.put("label", row.label());
    }
    if (info.has(TokenColumn.PATH)) {
      fields.put("path", row.path());
    }
    if (info.has(TokenColumn.NLL)) {
      fields.put("nll", Float.isNaN(row.nll()) ? null : row.nll());
    }
    if (info.has(TokenColumn.VIEW)) {
      fields.put("view", row.view());
    }
    return fields;
  }
}
