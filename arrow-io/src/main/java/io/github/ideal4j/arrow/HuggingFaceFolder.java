package io.github.ideal4j.arrow;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.arrow.IpcMessages.Pair;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes tokens as a folder that Hugging Face {@code datasets.load_from_disk} opens: streams {@code
 * data-00000-of-00002.arrow}, {@code dataset_info.json} and {@code state.json}. Tokens become lists
 * of rows, labels a {@code ClassLabel} with the sorted names.
 */
public final class HuggingFaceFolder {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS_PER_BATCH = 1000;

  private final TokenDataset dataset;
  private final List<String> classes;

  private HuggingFaceFolder(TokenDataset dataset) {
    this.dataset = dataset;
    classes = dataset.info().has(TokenColumn.LABEL) ? List.copyOf(labels()) : List.of();
  }

  /**
   * Writes a folder, beside its place and then into it.
   *
   * @param dataset rows to write
   * @param folder to make; an earlier one is replaced
   * @param rowsPerShard rows of a stream, at least 1
   */
  public static void write(TokenDataset dataset, Path folder, long rowsPerShard, Progress progress)
      throws IOException {
    HuggingFaceFolder work = new HuggingFaceFolder(dataset);
    try (Progress.Stage stage = progress.start("Converting", dataset.size(), "rows")) {
      AtomicFile.writeFolder(folder, beside -> work.write(beside, rowsPerShard, stage));
    }
  }

  private SortedSet<String> labels() {
    SortedSet<String> labels = new TreeSet<>();
    for (TokenBatch batch : dataset.batches()) {
      for (int row = 0; row < batch.size(); row++) {
        String label = batch.label(row);
        if (label != null) {
          labels.add(label);
        }
      }
    }
    return labels;
  }

  private void write(Path folder, long rowsPerShard, Progress.Stage stage) throws IOException {
    Files.createDirectories(folder);
    int shards = Math.toIntExact(Math.max(1, (dataset.size() + rowsPerShard - 1) / rowsPerShard));
    List<Map<String, String>> names = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      String name = "data-%05d-of-%05d.arrow".formatted(shard, shards);
      names.add(Map.of("filename", name));
      long from = shard * rowsPerShard;
      long to = Math.min(dataset.size(), from + rowsPerShard);
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)))) {
        out.write(IpcMessages.streamSchema(schema()).array());
        for (long row = from; row < to; row += ROWS_PER_BATCH) {
          int count = (int) Math.min(ROWS_PER_BATCH, to - row);
          new Batch(count).write(row, out);
          stage.advance(count);
        }
        out.write(IpcMessages.endOfStream().array());
      }
    }
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("dataset_info.json").toFile(), description());
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("state.json").toFile(), state(names));
  }

  private Map<String, Object> description() {
    TokenFileInfo info = dataset.info();
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("citation", "");
    description.put(
        "description",
        "Image tokens of the tokenizer '%s' (sha256 %s), %d codes"
            .formatted(info.tokenizerName(), info.tokenizerSha256(), info.codebookSize()));
    description.put("features", features());
    description.put("homepage", "");
    description.put("license", "");
    return description;
  }

  private static Map<String, Object> state(List<Map<String, String>> names) {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("_data_files", names);
    state.put("_fingerprint", Long.toHexString(names.hashCode() & 0xFFFFFFFFL));
    state.put("_format_columns", null);
    state.put("_format_kwargs", Map.of());
    state.put("_format_type", null);
    state.put("_output_all_columns", false);
    state.put("_split", null);
    return state;
  }

  private Map<String, Object> features() {
    TokenFileInfo info = dataset.info();
    Map<String, Object> features = new LinkedHashMap<>();
    features.put("id", value("int64"));
    Map<String, Object> token = value(tokenType().name().toLowerCase(Locale.ROOT));
    features.put("tokens", sequence(sequence(token, info.columns()), info.rows()));
    if (info.has(TokenColumn.LABEL)) {
      Map<String, Object> label = new LinkedHashMap<>();
      label.put("names", classes);
      label.put("_type", "ClassLabel");
      features.put("label", label);
    }
    if (info.has(TokenColumn.PATH)) {
      features.put("path", value("string"));
    }
    if (info.has(TokenColumn.NLL)) {
      features.put("nll", value("float32"));
    }
    if (info.has(TokenColumn.VIEW)) {
      features.put("view", value("string"));
    }
    return features;
  }

  private static Map<String, Object> value(String type) {
    return new LinkedHashMap<>(Map.of("dtype", type, "_type", "Value"));
  }

  private static Map<String, Object> sequence(Map<String, Object> of, int length) {
    return new LinkedHashMap<>(Map.of("feature", of, "length", length, "_type", "Sequence"));
  }

  private TokenType tokenType() {
    return dataset.readers().get(0).tokenType();
  }

  private Schema schema() throws IOException {
    TokenFileInfo info = dataset.info();
    List<Field> fields = new ArrayList<>();
    fields.add(field("id", new ArrowType.Int(64, true), List.of()));
    Field token = field("item", tokenType().arrowType(), List.of());
    Field row = field("item", new ArrowType.FixedSizeList(info.columns()), List.of(token));
    fields.add(field("tokens", new ArrowType.FixedSizeList(info.rows()), List.of(row)));
    if (info.has(TokenColumn.LABEL)) {
      fields.add(field("label", new ArrowType.Int(64, true), List.of()));
    }
    if (info.has(TokenColumn.PATH)) {
      fields.add(field("path", ArrowType.Utf8.INSTANCE, List.of()));
    }
    if (info.has(TokenColumn.NLL)) {
      ArrowType real = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      fields.add(field("nll", real, List.of()));
    }
    if (info.has(TokenColumn.VIEW)) {
      fields.add(field("view", ArrowType.Utf8.INSTANCE, List.of()));
    }
    String json = JSON.writeValueAsString(Map.of("info", Map.of("features", features())));
    return new Schema(fields, Map.of("huggingface", json));
  }

  private static Field field(String name, ArrowType type, List<Field> children) {
    return new Field(name, FieldType.nullable(type), children);
  }

  /** Some rows as a message. */
  private final class Batch {
    private final int count;
    private final List<Pair> nodes = new ArrayList<>();
    private final List<Pair> buffers = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Batch(int count) {
      this.count = count;
    }

    void write(long first, OutputStream out) throws IOException {
      TokenFileInfo info = dataset.info();
      TokenType type = tokenType();
      ByteBuffer ids = littleEndian(8 * count);
      ByteBuffer tokens = littleEndian(Math.multiplyExact(count, info.cells() * type.bytes()));
      int[] row = new int[info.cells()];
      for (int i = 0; i < count; i++) {
        ids.putLong(8 * i, dataset.id(first + i));
        dataset.copyTokens(first + i, row);
        for (int j = 0; j < row.length; j++) {
          type.put(tokens, (i * row.length + j) * type.bytes(), row[j]);
        }
      }
      column(count, ids);
      list(count);
      list((long) count * info.rows());
      column((long) count * info.cells(), tokens);
      if (info.has(TokenColumn.LABEL)) {
        labels(first);
      }
      if (info.has(TokenColumn.PATH)) {
        texts(i -> dataset.path(first + i));
      }
      if (info.has(TokenColumn.NLL)) {
        likelihoods(first);
      }
      if (info.has(TokenColumn.VIEW)) {
        texts(i -> dataset.view(first + i));
      }
      ByteBuffer metadata =
          IpcMessages.recordBatch(count, nodes, buffers, TokenCompression.NONE, body.size());
      out.write(bytes(metadata));
      body.writeTo(out);
    }

    private void labels(long first) {
      ByteBuffer numbers = littleEndian(8 * count);
      boolean[] known = new boolean[count];
      for (int i = 0; i < count; i++) {
        String label = dataset.label(first + i);
        known[i] = label != null;
        numbers.putLong(8 * i, known[i] ? Collections.binarySearch(classes, label) : 0);
      }
      validity(known);
      buffer(bytes(numbers));
    }

    private void texts(IntFunction<String> column) {
      ByteBuffer ends = littleEndian(4 * (count + 1));
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      boolean[] known = new boolean[count];
      for (int i = 0; i < count; i++) {
        String value = column.apply(i);
        known[i] = value != null;
        if (known[i]) {
          text.writeBytes(value.getBytes(StandardCharsets.UTF_8));
        }
        ends.putInt(4 * (i + 1), text.size());
      }
      validity(known);
      buffer(bytes(ends));
      buffer(text.toByteArray());
    }

    private void likelihoods(long first) {
      ByteBuffer values = littleEndian(4 * count);
      boolean[] known = new boolean[count];
      for (int i = 0; i < count; i++) {
        float nll = dataset.row(first + i).nll();
        known[i] = !Float.isNaN(nll);
        values.putFloat(4 * i, known[i] ? nll : 0);
      }
      validity(known);
      buffer(bytes(values));
    }

    private void list(long lists) {
      nodes.add(new Pair(lists, 0));
      buffers.add(new Pair(body.size(), 0));
    }

    private void column(long values, ByteBuffer bytes) {
      list(values);
      buffer(bytes(bytes));
    }

    private void validity(boolean[] known) {
      byte[] bits = new byte[(count + 7) / 8];
      int nulls = 0;
      for (int i = 0; i < count; i++) {
        if (known[i]) {
          bits[i >> 3] |= (byte) (1 << (i & 7));
        } else {
          nulls++;
        }
      }
      nodes.add(new Pair(count, nulls));
      buffer(bits);
    }

    private void buffer(byte[] bytes) {
      buffers.add(new Pair(body.size(), bytes.length));
      body.writeBytes(bytes);
      body.writeBytes(new byte[IpcMessages.padded(bytes.length) - bytes.length]);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
