package io.github.ideal4j.arrow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The schema of a token file, in both directions.
 *
 * @param info what the schema says; the row count is not known yet
 * @param nesting how tokens are stored
 * @param sizes length of the lists of each level; empty until the first row tells
 * @param columns how the optional columns are stored
 * @param own whether the file claims to be in our format, as against a plain column from elsewhere
 */
record TokenSchema(
    TokenFileInfo info,
    TokenNesting nesting,
    List<Integer> sizes,
    Map<TokenColumn, ColumnKind> columns,
    boolean own) {

  static final String FORMAT_VERSION = "1";

  static final String ID = "id";
  static final String TOKENS = "tokens";

  private static final String FORMAT = "ideal.format";
  private static final String WRITER = "ideal.writer";
  private static final String TOKENIZER_NAME = "ideal.tokenizer.name";
  private static final String TOKENIZER_SHA256 = "ideal.tokenizer.sha256";
  private static final String CODEBOOK_SIZE = "ideal.codebook.size";
  private static final String IMAGE_HEIGHT = "ideal.image.height";
  private static final String IMAGE_WIDTH = "ideal.image.width";

  private static final String EXTENSION_NAME = "ARROW:extension:name";
  private static final String EXTENSION_METADATA = "ARROW:extension:metadata";
  private static final String FIXED_SHAPE_TENSOR = "arrow.fixed_shape_tensor";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The schema of a file that we write. */
  static Schema of(TokenFileInfo info) {
    List<Field> fields = new ArrayList<>();
    fields.add(field(ID, false, new ArrowType.Int(64, true)));
    fields.add(tokens(info.tokenizer()));
    for (TokenColumn column : TokenColumn.values()) {
      if (info.has(column)) {
        fields.add(field(column.columnName(), true, ColumnKind.written(column)));
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, FORMAT_VERSION);
    metadata.put(WRITER, info.writer());
    metadata.put(TOKENIZER_NAME, info.tokenizerName());
    metadata.put(TOKENIZER_SHA256, info.tokenizerSha256());
    metadata.put(CODEBOOK_SIZE, Integer.toString(info.codebookSize()));
    metadata.put(IMAGE_HEIGHT, Integer.toString(info.imageHeight()));
    metadata.put(IMAGE_WIDTH, Integer.toString(info.imageWidth()));
    return new Schema(fields, metadata);
  }

  private static Field tokens(TokenizerInfo tokenizer) {
    int codebooks = tokenizer.codebooks();
    String shape =
        codebooks == 1
            ? "{\"shape\":[%d,%d],\"dim_names\":[\"row\",\"col\"]}"
                .formatted(tokenizer.rows(), tokenizer.columns())
            : "{\"shape\":[%d,%d,%d],\"dim_names\":[\"codebook\",\"row\",\"col\"]}"
                .formatted(codebooks, tokenizer.rows() / codebooks, tokenizer.columns());
    // Map.of has another order in every process, and files would have other bytes.
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(EXTENSION_NAME, FIXED_SHAPE_TENSOR);
    metadata.put(EXTENSION_METADATA, shape);
    FieldType list =
        new FieldType(false, new ArrowType.FixedSizeList(tokenizer.cells()), null, metadata);
    Field item = field("item", false, tokenizer.tokenType().arrowType());
    return new Field(TOKENS, list, List.of(item));
  }

  private static Field field(String name, boolean nullable, ArrowType type) {
    return new Field(name, new FieldType(nullable, type, null), null);
  }

  /**
   * Reads a schema, ours or another with a fitting column {@code tokens}.
   *
   * @throws CorruptTokenFileException naming the column or metadata that does not fit
   */
  static TokenSchema parse(Path file, Schema schema) throws CorruptTokenFileException {
    Map<String, String> metadata = schema.getCustomMetadata();
    boolean own = metadata.containsKey(FORMAT);
    Field tokens = only(file, schema, TOKENS);
    if (tokens == null) {
      throw new CorruptTokenFileException(
          file, "no column 'tokens'; it has %s".formatted(names(schema)));
    }
    TokenNesting nesting = nesting(file, tokens);
    List<Integer> sizes = nesting.fixed() ? nesting.sizes() : List.of();
    requireId(file, only(file, schema, ID));
    Map<TokenColumn, ColumnKind> columns = columns(file, schema);
    try {
      TokenSchema parsed =
          new TokenSchema(
              new TokenFileInfo(
                  TokenizerInfo.unknown(nesting.type(), 1, 1),
                  metadata.getOrDefault(WRITER, ""),
                  columns.keySet(),
                  0,
                  false),
              nesting,
              sizes,
              columns,
              own);
      return parsed.withShape(file, schema);
    } catch (IllegalArgumentException e) {
      throw new CorruptTokenFileException(file, e.getMessage(), e);
    }
  }

  /** Type of a token. */
  TokenType tokenType() {
    return nesting.type();
  }

  /** The same, once the first row has told the lengths of its lists. */
  TokenSchema withSizes(Path file, Schema schema, List<Integer> found)
      throws CorruptTokenFileException {
    return new TokenSchema(info, nesting, List.copyOf(found), columns, own).withShape(file, schema);
  }

  TokenSchema withChecksums(boolean checksummed) {
    TokenFileInfo changed =
        new TokenFileInfo(
            info.tokenizer(), info.writer(), info.optionalColumns(), info.rowCount(), checksummed);
    return new TokenSchema(changed, nesting, sizes, columns, own);
  }

  /** The same with the grid that the sizes make. */
  private TokenSchema withShape(Path file, Schema schema) throws CorruptTokenFileException {
    if (sizes.isEmpty()) {
      return this;
    }
    int[] shape = shape(file, only(file, schema, TOKENS), sizes);
    TokenType type = nesting.type();
    TokenizerInfo tokenizer =
        own
            ? ownTokenizer(file, schema.getCustomMetadata(), shape)
            : otherTokenizer(file, schema.getCustomMetadata(), type, shape);
    if (own && tokenizer.tokenType() != type) {
      throw new CorruptTokenFileException(
          file,
          "a codebook of %d is stored as %s, but the column 'tokens' holds %s"
              .formatted(tokenizer.codebookSize(), tokenizer.tokenType(), type));
    }
    TokenFileInfo known =
        new TokenFileInfo(tokenizer, info.writer(), info.optionalColumns(), 0, info.checksummed());
    return new TokenSchema(known, nesting, sizes, columns, own);
  }

  private static Map<TokenColumn, ColumnKind> columns(Path file, Schema schema)
      throws CorruptTokenFileException {
    Map<TokenColumn, ColumnKind> columns = new EnumMap<>(TokenColumn.class);
    for (TokenColumn column : TokenColumn.values()) {
      Field field = only(file, schema, column.columnName());
      if (field != null) {
        ColumnKind kind =
            ColumnKind.of(column, field)
                .orElseThrow(() -> wrongType(file, field, ColumnKind.written(column)));
        columns.put(column, kind);
      }
    }
    return columns;
  }

  private static TokenizerInfo ownTokenizer(Path file, Map<String, String> metadata, int[] shape)
      throws CorruptTokenFileException {
    String format = metadata.get(FORMAT);
    if (!FORMAT_VERSION.equals(format)) {
      throw new CorruptTokenFileException(
          file,
          "token file format '%s' is not known; this version reads '%s'"
              .formatted(format, FORMAT_VERSION));
    }
    return new TokenizerInfo(
        metadata.getOrDefault(TOKENIZER_NAME, ""),
        metadata.getOrDefault(TOKENIZER_SHA256, ""),
        number(file, metadata, CODEBOOK_SIZE),
        shape[0],
        shape[1],
        number(file, metadata, IMAGE_HEIGHT),
        number(file, metadata, IMAGE_WIDTH),
        shape[2]);
  }

  /** Somebody else's, of which the size of the codebook may be known. */
  private static TokenizerInfo otherTokenizer(
      Path file, Map<String, String> metadata, TokenType type, int[] shape)
      throws CorruptTokenFileException {
    TokenizerInfo unknown = TokenizerInfo.unknown(type, shape[0], shape[1], shape[2]);
    if (!metadata.containsKey(CODEBOOK_SIZE)) {
      return unknown;
    }
    int codes = number(file, metadata, CODEBOOK_SIZE);
    if (codes > unknown.codebookSize()) {
      throw new CorruptTokenFileException(
          file,
          "metadata %s is %d, but the column 'tokens' holds %s"
              .formatted(CODEBOOK_SIZE, codes, type));
    }
    return new TokenizerInfo("", "", codes, shape[0], shape[1], 0, 0, shape[2]);
  }

  private static int number(Path file, Map<String, String> metadata, String key)
      throws CorruptTokenFileException {
    String value = metadata.get(key);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new CorruptTokenFileException(
          file, "metadata %s is '%s', which is not an integer".formatted(key, value), e);
    }
  }

  private static Field only(Path file, Schema schema, String name)
      throws CorruptTokenFileException {
    List<Field> found =
        schema.getFields().stream().filter(field -> name.equals(field.getName())).toList();
    if (found.size() > 1) {
      throw new CorruptTokenFileException(
          file, "%d columns are named '%s'; one would be valid".formatted(found.size(), name));
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private static void requireId(Path file, Field field) throws CorruptTokenFileException {
    ArrowType wanted = new ArrowType.Int(64, true);
    if (field != null && (field.getDictionary() != null || !wanted.equals(field.getType()))) {
      throw wrongType(file, field, wanted);
    }
  }

  private static CorruptTokenFileException wrongType(Path file, Field field, ArrowType valid) {
    return new CorruptTokenFileException(
        file,
        "column '%s' holds %s%s; %s would be valid"
            .formatted(
                field.getName(),
                field.getDictionary() == null ? "" : "a dictionary of ",
                field.getType(),
                valid));
  }

  private static TokenNesting nesting(Path file, Field tokens) throws CorruptTokenFileException {
    return TokenNesting.of(tokens)
        .orElseThrow(
            () ->
                new CorruptTokenFileException(
                    file,
                    "column 'tokens' holds %s of %s; a FixedSizeList of uint8, uint16 or int32 would be valid"
                        .formatted(
                            tokens.getType(),
                            tokens.getChildren().stream().map(Field::getType).toList())));
  }

  /** Rows, columns, codebooks: as the extension or nesting says, else a square, else one row. */
  private static int[] shape(Path file, Field tokens, List<Integer> sizes)
      throws CorruptTokenFileException {
    long cells = 1;
    for (int size : sizes) {
      cells *= size;
    }
    if (cells < 1 || cells > TokenizerInfo.MAX_CELLS) {
      throw new CorruptTokenFileException(
          file,
          "column 'tokens' has lists of %d; 1 to %d would be valid"
              .formatted(cells, TokenizerInfo.MAX_CELLS));
    }
    if (sizes.size() == 2) {
      return new int[] {sizes.get(0), sizes.get(1), 1};
    }
    String json = tokens.getMetadata().get(EXTENSION_METADATA);
    if (FIXED_SHAPE_TENSOR.equals(tokens.getMetadata().get(EXTENSION_NAME)) && json != null) {
      return tensorShape(file, json, (int) cells);
    }
    int side = (int) Math.round(Math.sqrt((double) cells));
    return (long) side * side == cells ? new int[] {side, side, 1} : new int[] {1, (int) cells, 1};
  }

  private static int[] tensorShape(Path file, String json, int cells)
      throws CorruptTokenFileException {
    JsonNode shape;
    try {
      shape = JSON.readTree(json).path("shape");
    } catch (IOException e) {
      throw new CorruptTokenFileException(
          file, "the tensor shape of column 'tokens' is not JSON: %s".formatted(json), e);
    }
    if (shape.size() == 2
        && shape.get(0).asInt() > 0
        && shape.get(1).asInt() > 0
        && shape.get(0).asLong() * shape.get(1).asLong() == cells) {
      return new int[] {shape.get(0).asInt(), shape.get(1).asInt(), 1};
    }
    if (shape.size() == 1 && shape.get(0).asInt() == cells) {
      return new int[] {1, cells, 1};
    }
    if (shape.size() == 3 && product(shape) == cells) {
      int codebooks = shape.get(0).asInt();
      return new int[] {codebooks * shape.get(1).asInt(), shape.get(2).asInt(), codebooks};
    }
    throw new CorruptTokenFileException(
        file,
        "column 'tokens' has lists of %d but the tensor shape %s; [rows, columns] or [codebooks, rows, columns] would be valid"
            .formatted(cells, shape));
  }

  /** Of positive sides, else 0. */
  private static long product(JsonNode shape) {
    long product = 1;
    for (JsonNode side : shape) {
      long length = side.asInt();
      product = length < 1 || product > TokenizerInfo.MAX_CELLS ? 0 : product * length;
    }
    return product;
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Field::getName).toList();
  }
}
