package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.LongProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * Where the examples of a source come from: its configuration, the SHA-256 of files and
 * photographs, the tokenizer, how many rows there were and when. Kept in every model that is
 * trained on them.
 */
@SuppressWarnings("serial") // Tribuo's types are Serializable; it stores this as protobuf
public final class TokenSourceProvenance extends SkeletalConfiguredObjectProvenance
    implements ConfiguredDataSourceProvenance {

  private static final String IMAGES_SHA256 = "images-sha256";
  private static final String TOKENIZER_NAME = "tokenizer-name";
  private static final String TOKENIZER_SHA256 = "tokenizer-sha256";
  private static final String CODEBOOK_SIZE = "codebook-size";
  private static final String GRID_ROWS = "grid-rows";
  private static final String GRID_COLUMNS = "grid-columns";
  private static final String IMAGE_HEIGHT = "image-height";
  private static final String IMAGE_WIDTH = "image-width";
  private static final String ROW_COUNT = "row-count";

  private final TokenOrigin origin;

  <C extends Configurable> TokenSourceProvenance(C source, TokenOrigin origin) {
    super(source, "DataSource");
    this.origin = origin;
  }

  /**
   * Reads the provenance of a saved model or data set; Tribuo finds this constructor by its kind.
   */
  public TokenSourceProvenance(Map<String, Provenance> values) {
    this(new HashMap<>(values), TokenSourceProvenance.class.getName());
  }

  // Takes the values that are no configuration out of the map, so that the rest is configuration.
  private TokenSourceProvenance(Map<String, Provenance> values, String host) {
    this(originOf(values, host), values, host);
  }

  private TokenSourceProvenance(TokenOrigin origin, Map<String, Provenance> values, String host) {
    super(
        new ExtractedInfo(
            extract(values, ObjectProvenance.CLASS_NAME, StringProvenance.class, host).getValue(),
            extract(values, HOST_SHORT_NAME, StringProvenance.class, host).getValue(),
            values,
            Map.of()));
    this.origin = origin;
  }

  private static TokenOrigin originOf(Map<String, Provenance> values, String host) {
    TokenizerInfo tokenizer =
        new TokenizerInfo(
            text(values, TOKENIZER_NAME, host),
            text(values, TOKENIZER_SHA256, host),
            extract(values, CODEBOOK_SIZE, IntProvenance.class, host).getValue(),
            extract(values, GRID_ROWS, IntProvenance.class, host).getValue(),
            extract(values, GRID_COLUMNS, IntProvenance.class, host).getValue(),
            extract(values, IMAGE_HEIGHT, IntProvenance.class, host).getValue(),
            extract(values, IMAGE_WIDTH, IntProvenance.class, host).getValue());
    return new TokenOrigin(
        extract(values, RESOURCE_HASH, HashProvenance.class, host).getValue(),
        text(values, IMAGES_SHA256, host),
        tokenizer,
        extract(values, ROW_COUNT, LongProvenance.class, host).getValue(),
        time(values, FILE_MODIFIED_TIME, host),
        time(values, DATASOURCE_CREATION_TIME, host));
  }

  private static String text(Map<String, Provenance> values, String key, String host) {
    return extract(values, key, StringProvenance.class, host).getValue();
  }

  private static OffsetDateTime time(Map<String, Provenance> values, String key, String host) {
    return extract(values, key, DateTimeProvenance.class, host).getValue();
  }

  private static <T extends Provenance> T extract(
      Map<String, Provenance> values, String key, Class<T> type, String host) {
    return ObjectProvenance.checkAndExtractProvenance(values, key, type, host);
  }

  /** The tokenizer that made the tokens. */
  public TokenizerInfo tokenizer() {
    return origin.tokenizer();
  }

  /** SHA-256 of the token file; for a folder, of the list of its files' sums and names. */
  public String filesSha256() {
    return origin.filesSha256();
  }

  /** SHA-256 of the photographs, empty where the source had only tokens. */
  public String imagesSha256() {
    return origin.imagesSha256();
  }

  /** Number of rows of the tokens. */
  public long rows() {
    return origin.rows();
  }

  @Override
  public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
    Map<String, PrimitiveProvenance<?>> values = new LinkedHashMap<>(super.getInstanceValues());
    TokenizerInfo tokenizer = origin.tokenizer();
    values.put(
        RESOURCE_HASH, new HashProvenance(HashType.SHA256, RESOURCE_HASH, origin.filesSha256()));
    values.put(IMAGES_SHA256, new StringProvenance(IMAGES_SHA256, origin.imagesSha256()));
    values.put(ROW_COUNT, new LongProvenance(ROW_COUNT, origin.rows()));
    values.put(FILE_MODIFIED_TIME, new DateTimeProvenance(FILE_MODIFIED_TIME, origin.modified()));
    values.put(
        DATASOURCE_CREATION_TIME,
        new DateTimeProvenance(DATASOURCE_CREATION_TIME, origin.created()));
    values.put(TOKENIZER_NAME, new StringProvenance(TOKENIZER_NAME, tokenizer.name()));
    values.put(TOKENIZER_SHA256, new StringProvenance(TOKENIZER_SHA256, tokenizer.sha256()));
    put(values, CODEBOOK_SIZE, tokenizer.codebookSize());
    put(values, GRID_ROWS, tokenizer.rows());
    put(values, GRID_COLUMNS, tokenizer.columns());
    put(values, IMAGE_HEIGHT, tokenizer.imageHeight());
    put(values, IMAGE_WIDTH, tokenizer.imageWidth());
    return values;
  }

  private static void put(Map<String, PrimitiveProvenance<?>> values, String key, int value) {
    values.put(key, new IntProvenance(key, value));
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof TokenSourceProvenance that
        && origin.equals(that.origin);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), origin);
  }
}
