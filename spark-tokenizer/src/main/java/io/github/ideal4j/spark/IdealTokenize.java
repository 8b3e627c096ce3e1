package io.github.ideal4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.onnx.serving.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Tokenizing on a cluster.
 *
 * <p>As a job it cuts the photographs, in the order of the local command, into shards; a task makes
 * a shard on its own disk and moves it into place whole. A task that fails, runs twice or is asked
 * for again after a killed job changes nothing: shards that are there stay, and equal ones are made
 * of equal photographs.
 *
 * <pre>{@code
 * spark-submit --class io.github.ideal4j.spark.IdealTokenize ideal-spark-tokenizer-all.jar \
 *     --bundle B --images SRC --out DIR --shards N
 * }</pre>
 *
 * <p>As a function, {@link #tokens} adds tokens to a data set of photographs.
 */
public final class IdealTokenize {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String PHOTOGRAPHS = "photographs";
  private static final String USAGE =
      "IdealTokenize --bundle B --images SRC --out DIR --shards N [--batch N] [--provider auto|cpu|cuda:N] [--orientation ignore|apply]";

  private IdealTokenize() {}

  /**
   * What a job came to.
   *
   * @param rows photographs in all shards
   * @param skipped photographs that could not be read
   * @param shards of the data set
   * @param kept shards that an earlier job had made
   */
  public record Result(long rows, long skipped, int shards, int kept) {}

  /** For {@code spark-submit}. */
  public static void main(String[] arguments) throws IOException {
    TokenizeJob job = parse(arguments);
    try (SparkSession spark = SparkSession.builder().appName("ideal-tokenize").getOrCreate()) {
      Result result = run(spark, job);
      System.out.printf(
          "%,d photographs in %d shards (%d of them were there), %,d left out: %s%n",
          result.rows(), result.shards(), result.kept(), result.skipped(), job.out());
    }
  }

  static TokenizeJob parse(String... arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      given.put(arguments[i], arguments[i + 1]);
    }
    List<String> needed = List.of("--bundle", "--images", "--out", "--shards");
    List<String> known = new ArrayList<>(needed);
    known.addAll(List.of("--batch", "--provider", "--orientation"));
    if (arguments.length % 2 != 0
        || !given.keySet().containsAll(needed)
        || !known.containsAll(given.keySet())) {
      throw new IllegalArgumentException("usage: " + USAGE);
    }
    String orientation = given.getOrDefault("--orientation", "ignore");
    if (!List.of("ignore", "apply").contains(orientation)) {
      throw new IllegalArgumentException(
          "orientation '%s' is unknown; ignore or apply".formatted(orientation));
    }
    return new TokenizeJob(
        given.get("--bundle"),
        given.get("--images"),
        given.get("--out"),
        Integer.parseInt(given.get("--shards")),
        Integer.parseInt(given.getOrDefault("--batch", "8")),
        given.getOrDefault("--provider", "auto"),
        orientation.equals("apply"));
  }

  /**
   * Runs a job, or the rest of it.
   *
   * @throws IllegalArgumentException if the folder holds shards of another job
   */
  public static Result run(SparkSession spark, TokenizeJob job) throws IOException {
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    Configuration storage = context.hadoopConfiguration();
    Bundle bundle = Bundle.open(ExecutorTokenizers.folder(job.bundle(), storage));
    List<ImageEntry> entries;
    Map<String, String> settings;
    try (ImageSource source =
        job.inClusterStorage()
            ? HadoopImages.list(job.images(), storage)
            : ImageSource.open(TokenizeJob.local(job.images()))) {
      entries = source.entries();
      settings = settings(job, bundle, source.fingerprint());
    }
    String sum = Sha256.of(JSON.writeValueAsBytes(settings));
    ShardStore store = new ShardStore(job.out(), storage);
    Map<Integer, ShardStore.Committed> done = new TreeMap<>();
    List<ShardTask> left = new ArrayList<>();
    for (ShardTask task : tasks(job, settings.get(PHOTOGRAPHS), entries)) {
      store
          .committed(task.name(), sum)
          .ifPresentOrElse(committed -> done.put(task.number(), committed), () -> left.add(task));
    }
    int kept = done.size();
    if (!left.isEmpty()) {
      Broadcast<SerializableConfiguration> reach =
          context.broadcast(new SerializableConfiguration(storage));
      String writer = writer();
      // Names of what was done: records of our own are not known to Spark's serializers.
      context
          .parallelize(left, left.size())
          .map(
              task -> {
                task.run(job, sum, writer, reach.value().value());
                return task.number();
              })
          .collect();
      for (ShardTask task : left) {
        done.put(
            task.number(),
            store
                .committed(task.name(), sum)
                .orElseThrow(
                    () -> new IOException("shard %s was not committed".formatted(task.name()))));
      }
    }
    return finish(store, settings, List.copyOf(done.values()), kept);
  }

  private static List<ShardTask> tasks(
      TokenizeJob job, String photographs, List<ImageEntry> entries) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("there are no photographs at " + job.images());
    }
    List<ShardTask> tasks = new ArrayList<>();
    for (int shard = 0; shard < job.shards(); shard++) {
      int from = (int) ((long) entries.size() * shard / job.shards());
      int to = (int) ((long) entries.size() * (shard + 1) / job.shards());
      List<ImageEntry> part = job.inClusterStorage() ? entries.subList(from, to) : List.of();
      tasks.add(ShardTask.of(shard, TokenDataset.shardName(shard), from, to, photographs, part));
    }
    return tasks;
  }

  private static Map<String, String> settings(TokenizeJob job, Bundle bundle, String photographs) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("bundle", bundle.tokenizer().sha256());
    settings.put(PHOTOGRAPHS, photographs);
    settings.put("shards", Integer.toString(job.shards()));
    settings.put("batch", Integer.toString(job.batch()));
    settings.put("provider", job.provider());
    settings.put("orientation", job.applyOrientation() ? "apply" : "ignore");
    settings.put("writer", writer());
    return settings;
  }

  static String writer() {
    String version = IdealTokenize.class.getPackage().getImplementationVersion();
    return "ideal4j " + (version == null ? "development" : version);
  }

  private static Result finish(
      ShardStore store, Map<String, String> settings, List<ShardStore.Committed> shards, int kept)
      throws IOException {
    StringBuilder left = new StringBuilder();
    long rows = 0;
    long skipped = 0;
    StringBuilder content = new StringBuilder();
    for (ShardStore.Committed shard : shards) {
      rows += shard.outcome().rows();
      skipped += shard.outcome().skipped();
      content.append(shard.outcome().content());
      if (shard.outcome().skipped() > 0) {
        left.append(new String(store.skipped(shard.outcome().file()), StandardCharsets.UTF_8));
      }
    }
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("rows", rows);
    manifest.put("skipped", skipped);
    manifest.put("settings", settings);
    manifest.put("content", Sha256.of(content.toString().getBytes(StandardCharsets.US_ASCII)));
    manifest.put("shards", shards);
    String list = left.isEmpty() ? "" : "path,reason,id,shard\r\n" + left;
    store.finish(JSON.writeValueAsString(manifest), list);
    return new Result(rows, skipped, shards.size(), kept);
  }

  /**
   * Adds tokens to photographs, without writing anything.
   *
   * @param photographs with a column {@code path} and, as {@code spark.read().format("binaryFile")}
   *     gives it, one {@code content}; without that one the paths are read
   * @param job of which bundle, batch, provider and orientation count
   * @return {@code path}, {@code tokens} (codebook indices in raster order, null where the
   *     photograph cannot be read) and {@code problem} (why not, null otherwise)
   */
  public static Dataset<Row> tokens(Dataset<Row> photographs, TokenizeJob job) {
    SparkSession spark = photographs.sparkSession();
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> reach =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    boolean content = List.of(photographs.columns()).contains("content");
    Dataset<Row> needed =
        content ? photographs.select("path", "content") : photographs.select("path");
    StructType schema =
        new StructType()
            .add("path", DataTypes.StringType)
            .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType, false), true)
            .add("problem", DataTypes.StringType, true);
    return needed.mapPartitions(
        (org.apache.spark.api.java.function.MapPartitionsFunction<Row, Row>)
            rows -> new TokenizedRows(rows, content, job, reach.value().value()),
        Encoders.row(schema));
  }
}
