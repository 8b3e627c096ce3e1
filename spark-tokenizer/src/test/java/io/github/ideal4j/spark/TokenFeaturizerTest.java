package io.github.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSink;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFeaturizerTest {

  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void begin() {
    spark = Cluster.spark();
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  /** Two classes that use other halves of the codebook. */
  private static Dataset<Row> tokens() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int first = i % 2 * 512;
      int[] grid = random.ints(256, first, first + 512).toArray();
      rows.add(RowFactory.create(grid, (double) (i % 2)));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("label", DataTypes.DoubleType));
  }

  @Test
  void vectorsHoldTheFeaturesOfTribuo() throws Exception {
    for (String spec : List.of("boc", "pyramid:2", "boc:l1+pooled")) {
      TokenFeaturizer featurizer =
          new TokenFeaturizer().setBundle(Cluster.BUNDLE.toString()).setFeatures(spec);
      Row row = featurizer.transform(tokens()).first();
      Vector vector = row.getAs("features");
      List<String> names = featurizer.names();
      int[] grid = row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray();
      int found = 0;
      FeatureFiles files = new FeatureFiles(Optional.of(Cluster.BUNDLE), Optional.empty());
      for (var part : FeatureSpec.parse(spec).featurizers(files)) {
        FeatureSink sink = new FeatureSink();
        part.prepare(Bundle.open(Cluster.BUNDLE).tokenizer()).extract(grid, sink);
        for (int i = 0; i < sink.size(); i++) {
          int place = names.indexOf(sink.names()[i]);
          assertThat(vector.apply(place)).as(sink.names()[i]).isEqualTo(sink.values()[i]);
        }
        found += sink.size();
      }
      assertThat(vector.numActives()).isEqualTo(found);
      assertThat(vector.size()).isEqualTo(names.size());
    }
  }

  @Test
  void aPipelineWithItLearnsIsSavedAndLoaded() throws Exception {
    String bundle = Cluster.BUNDLE.toString();
    // tag::pipeline
    TokenFeaturizer featurizer = new TokenFeaturizer().setBundle(bundle).setFeatures("boc");
    LogisticRegression regression = new LogisticRegression().setMaxIter(5).setRegParam(0.01);
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {featurizer, regression});
    // end::pipeline
    PipelineModel model = pipeline.fit(tokens());
    model.write().overwrite().save(folder.resolve("model").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());
    assertThat(((TokenFeaturizer) loaded.stages()[0]).uid()).isEqualTo(featurizer.uid());
    long right = loaded.transform(tokens()).filter("prediction = label").count();
    assertThat(right).isEqualTo(40);
  }

  @Test
  void columnsThatAreNoTokensAreNamed() {
    TokenFeaturizer featurizer = new TokenFeaturizer().setBundle(Cluster.BUNDLE.toString());
    assertThatThrownBy(() -> featurizer.setInputCol("label").transform(tokens()))
        .hasMessageContaining("column 'label' is double");
    assertThatThrownBy(() -> featurizer.setInputCol("grid").transform(tokens()))
        .hasMessageContaining("no column 'grid'");
  }
}
