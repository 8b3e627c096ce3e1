package io.github.ideal4j.spark;

import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSink;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import io.github.ideal4j.tribuo.features.TokenFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A stage of Spark ML: a column of tokens to a column of sparse vectors, with the features that
 * {@code ideal classify} makes.
 *
 * <pre>{@code
 * new TokenFeaturizer().setBundle("models/tiny").setFeatures("pyramid").transform(tokens)
 * }</pre>
 */
public final class TokenFeaturizer extends Transformer implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  /** What executors have prepared, by bundle and features. */
  private static final Map<String, Prepared> PREPARED = new HashMap<>();

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> bundle;
  private final Param<String> features;

  /** A stage with the histogram of codes, from {@code tokens} to {@code features}. */
  public TokenFeaturizer() {
    this(Identifiable$.MODULE$.randomUID("tokenFeaturizer"));
  }

  /** The same with a name; Spark calls this one when it loads a pipeline. */
  public TokenFeaturizer(String uid) {
    this.uid = uid; // before the parameters, which take it over
    inputCol = new Param<>(this, "inputCol", "column of tokens");
    outputCol = new Param<>(this, "outputCol", "column of vectors");
    bundle = new Param<>(this, "bundle", "folder of the tokenizer");
    features = new Param<>(this, "features", FeatureSpec.VALID);
    setDefault(inputCol, "tokens");
    setDefault(outputCol, "features");
    setDefault(features, FeatureSpec.DEFAULT);
  }

  /** Reads a saved stage. */
  public static MLReader<TokenFeaturizer> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads a saved stage. */
  public static TokenFeaturizer load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Column of tokens: arrays of integers. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Column of vectors to add. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** Folder of the tokenizer, a path that every executor sees. */
  public Param<String> bundle() {
    return bundle;
  }

  /** What is made, as {@code ideal classify --features} takes it. */
  public Param<String> features() {
    return features;
  }

  /** Sets the column of tokens. */
  public TokenFeaturizer setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** Sets the column of vectors. */
  public TokenFeaturizer setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** Sets the folder of the tokenizer. */
  public TokenFeaturizer setBundle(String value) {
    set(bundle, value);
    return this;
  }

  /** Sets what is made. */
  public TokenFeaturizer setFeatures(String value) {
    FeatureSpec.parse(value);
    set(features, value);
    return this;
  }

  /** The features by their place in the vectors. */
  public List<String> names() {
    return List.copyOf(prepared(value(bundle), value(features)).places().keySet());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    String folder = value(bundle);
    String spec = value(features);
    UDF1<scala.collection.Seq<Integer>, Vector> vector =
        tokens -> tokens == null ? null : prepared(folder, spec).vector(tokens);
    return dataset.withColumn(
        value(outputCol),
        functions.udf(vector, SQLDataTypes.VectorType()).apply(functions.col(value(inputCol))));
  }

  private String value(Param<String> param) {
    return getOrDefault(param);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if (!List.of(schema.fieldNames()).contains(value(inputCol))) {
      throw new IllegalArgumentException(
          "there is no column '%s' of tokens among %s"
              .formatted(value(inputCol), List.of(schema.fieldNames())));
    }
    if (!schema
        .apply(value(inputCol))
        .dataType()
        .sameType(DataTypes.createArrayType(DataTypes.IntegerType))) {
      throw new IllegalArgumentException(
          "column '%s' is %s; an array of integers would be tokens"
              .formatted(value(inputCol), schema.apply(value(inputCol)).dataType().simpleString()));
    }
    return schema.add(value(outputCol), SQLDataTypes.VectorType());
  }

  @Override
  public TokenFeaturizer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * Features of one bundle.
   *
   * @param parts of the specification
   * @param places of the names in the vectors
   */
  private record Prepared(List<TokenFeatures> parts, Map<String, Integer> places) {

    Vector vector(scala.collection.Seq<Integer> tokens) {
      int[] grid = new int[tokens.length()];
      for (int i = 0; i < grid.length; i++) {
        grid[i] = tokens.apply(i);
      }
      Map<Integer, Double> found = new TreeMap<>();
      FeatureSink sink = new FeatureSink();
      for (TokenFeatures part : parts) {
        sink.clear();
        part.extract(grid, sink);
        String[] names = sink.names();
        double[] values = sink.values();
        for (int i = 0; i < sink.size(); i++) {
          found.merge(places.get(names[i]), values[i], Double::sum);
        }
      }
      int[] indices = found.keySet().stream().mapToInt(Integer::intValue).toArray();
      double[] values = found.values().stream().mapToDouble(Double::doubleValue).toArray();
      return Vectors.sparse(places.size(), indices, values);
    }
  }

  private static Prepared prepared(String folder, String spec) {
    synchronized (PREPARED) {
      return PREPARED.computeIfAbsent(folder + "\0" + spec, key -> prepare(folder, spec));
    }
  }

  private static Prepared prepare(String folder, String spec) {
    Path path = TokenizeJob.local(folder);
    TokenizerInfo tokenizer;
    try {
      tokenizer = Bundle.open(path).tokenizer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FeatureFiles files = new FeatureFiles(Optional.of(path), Optional.empty());
    List<TokenFeatures> parts =
        FeatureSpec.parse(spec).featurizers(files).stream()
            .map(featurizer -> featurizer.prepare(tokenizer))
            .toList();
    Map<String, Integer> places = new TreeMap<>();
    parts.forEach(part -> part.names().forEach(name -> places.put(name, 0)));
    int place = 0;
    for (Map.Entry<String, Integer> entry : places.entrySet()) {
      entry.setValue(place++);
    }
    return new Prepared(parts, places);
  }
}
