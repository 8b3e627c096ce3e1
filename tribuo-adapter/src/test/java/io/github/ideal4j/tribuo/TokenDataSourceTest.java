package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.tribuo.features.BagOfCodes;
import io.github.ideal4j.tribuo.features.SpatialPyramid;
import io.github.ideal4j.tribuo.features.TfIdf;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import io.github.ideal4j.tribuo.features.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.DataSource;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.test.Helpers;

class TokenDataSourceTest {

  @TempDir Path folder;

  private static final List<TokenFeaturizer> FEATURIZERS =
      List.of(new BagOfCodes(Weighting.LOG), new SpatialPyramid());

  private TokenDataSource<Label> source(Path tokens) {
    return new TokenDataSource<>(tokens, new LabelFactory(), FEATURIZERS);
  }

  private Path tokens(int classes, int rows) throws IOException {
    return Tokens.write(
        folder.resolve("t.arrow"),
        Tokens.TOKENIZER,
        Tokens.rows(Tokens.TOKENIZER, classes, rows, 1));
  }

  private Path labeled(String... labels) throws IOException {
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      rows.add(TokenRow.of(i, Tokens.grid(new int[16])).withLabel(labels[i]));
    }
    return Tokens.write(folder.resolve("labeled.arrow"), Tokens.TOKENIZER, rows);
  }

  private static <T extends Output<T>> List<Example<T>> list(DataSource<T> source) {
    List<Example<T>> examples = new ArrayList<>();
    source.forEach(examples::add);
    return examples;
  }

  @Test
  void rowsBecomeExamplesThatKnowTheirImage() throws IOException {
    List<TokenRow> rows = Tokens.rows(Tokens.TOKENIZER, 2, 5, 1);
    rows.add(TokenRow.of(7, Tokens.grid(new int[16])));
    Path file = Tokens.write(folder.resolve("t.arrow"), Tokens.TOKENIZER, rows);
    List<Example<Label>> examples = list(source(file));
    assertThat(examples).hasSize(6).allMatch(Example::validateExample);
    assertThat(examples.get(3).getOutput().getLabel()).isEqualTo("class 1");
    assertThat(examples.get(3).getMetadata())
        .containsEntry("id", 103L)
        .containsEntry("path", "image 3.jpg");
    assertThat(examples.get(5).getOutput()).isEqualTo(LabelFactory.UNKNOWN_LABEL);
    assertThat(examples.get(5).getMetadata()).containsEntry("id", 7L).doesNotContainKey("path");
    TokenOutputs labeled = TokenOutputs.labels().onlyLabeled();
    assertThat(list(new TokenDataSource<>(file, new LabelFactory(), FEATURIZERS, labeled)))
        .hasSize(5);
  }

  /** More rows than are made at a time. */
  @Test
  void folderIsReadTwiceWithTheSameExamples() throws IOException {
    Path shards = Files.createDirectory(folder.resolve("shards"));
    List<TokenRow> first = Tokens.rows(Tokens.TOKENIZER, 2, 700, 1);
    List<TokenRow> second = Tokens.rows(Tokens.TOKENIZER, 2, 500, 2);
    Tokens.write(shards.resolve("part-00000.arrow"), Tokens.TOKENIZER, first);
    Tokens.write(shards.resolve("part-00001.arrow"), Tokens.TOKENIZER, second);
    TokenDataSource<Label> source = source(shards);
    List<Example<Label>> examples = list(source);
    assertThat(examples).hasSize(1200).isEqualTo(list(source));
    for (int i = 0; i < 1200; i += 97) {
      TokenGrid grid = (i < 700 ? first.get(i) : second.get(i - 700)).grid();
      Example<Label> alone = source.features().example(LabelFactory.UNKNOWN_LABEL, grid);
      assertThat(examples.get(i).iterator()).toIterable().containsExactlyElementsOf(alone);
    }
  }

  @Test
  void everyKindOfOutputIsMadeOfLabels() throws IOException {
    Path numbers = labeled("1.5", "-2");
    assertThat(list(new TokenDataSource<>(numbers, new RegressionFactory(), FEATURIZERS)))
        .extracting(example -> example.getOutput().getValues()[0])
        .containsExactly(1.5, -2.0);
    Path dimensions = labeled("height=1.5,width=3");
    Regressor both =
        list(new TokenDataSource<>(dimensions, new RegressionFactory(), FEATURIZERS))
            .get(0)
            .getOutput();
    assertThat(both.getNames()).containsExactly("height", "width");
    Path several = labeled("red,round", "red");
    MultiLabel first =
        list(new TokenDataSource<>(several, new MultiLabelFactory(), FEATURIZERS))
            .get(0)
            .getOutput();
    assertThat(first.getNameSet()).containsExactlyInAnyOrder("red", "round");
    Path clusters = labeled("3", "0");
    assertThat(list(new TokenDataSource<>(clusters, new ClusteringFactory(), FEATURIZERS)))
        .extracting(example -> example.getOutput().getID())
        .containsExactly(3, 0);
    assertThat(
            list(
                new TokenDataSource<>(
                    clusters, new ClusteringFactory(), FEATURIZERS, TokenOutputs.none())))
        .extracting(example -> example.getOutput().getID())
        .containsOnly(-1);
  }

  @Test
  void oneClassBecomesAnAnomaly() throws IOException {
    TokenOutputs outputs =
        TokenOutputs.labels().relabeled(Map.of("class 1", "ANOMALOUS"), "EXPECTED");
    assertThat(
            list(new TokenDataSource<>(tokens(3, 6), new AnomalyFactory(), FEATURIZERS, outputs)))
        .extracting(example -> example.getOutput().getType())
        .containsExactly(
            Event.EventType.EXPECTED,
            Event.EventType.ANOMALOUS,
            Event.EventType.EXPECTED,
            Event.EventType.EXPECTED,
            Event.EventType.ANOMALOUS,
            Event.EventType.EXPECTED);
  }

  @Test
  void textThatIsNoOutputIsNamedWithItsRow() throws IOException {
    TokenDataSource<Regressor> source =
        new TokenDataSource<>(labeled("1", "many"), new RegressionFactory(), FEATURIZERS);
    assertThatThrownBy(() -> list(source))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 1: RegressionFactory makes no output of 'many'");
  }

  @Test
  void provenanceNamesFilesAndTokenizer() throws IOException {
    Path file = tokens(2, 3);
    TokenSourceProvenance provenance = (TokenSourceProvenance) source(file).getProvenance();
    assertThat(provenance.filesSha256()).isEqualTo(Sha256.of(file));
    assertThat(provenance.tokenizer()).isEqualTo(Tokens.TOKENIZER);
    assertThat(provenance.rows()).isEqualTo(3);
    assertThat(provenance.imagesSha256()).isEmpty();
    assertThat(provenance.getInstanceValues())
        .containsKeys("file-modified-time", "datasource-creation-time");
    Helpers.testProvenanceMarshalling(provenance);
  }

  @Test
  void sourceIsRebuiltFromASavedModel() throws IOException {
    Path file = tokens(2, 20);
    TokenOutputs outputs =
        TokenOutputs.labels().relabeled(Map.of("class 1", "other"), "").onlyLabeled();
    TokenDataSource<Label> source =
        new TokenDataSource<>(
            file,
            new LabelFactory(),
            List.of(new BagOfCodes(Weighting.LOG), new TfIdf(file), new SpatialPyramid(3)),
            outputs);
    Path saved = folder.resolve("model.tribuo");
    Model<Label> trained = new LogisticRegressionTrainer().train(new MutableDataset<>(source));
    trained.serializeToFile(saved);
    Model<?> model = Model.deserializeFromFile(saved);
    assertThat(model.getProvenance()).isEqualTo(trained.getProvenance());
    try (ConfigurationManager manager = new ConfigurationManager()) {
      manager.addConfiguration(ProvenanceUtil.extractConfiguration(model.getProvenance()));
      TokenDataSource<?> rebuilt = manager.lookupAll(TokenDataSource.class).get(0);
      assertThat(list(rebuilt).toString()).isEqualTo(list(source).toString());
      TokenSourceProvenance before = (TokenSourceProvenance) source.getProvenance();
      TokenSourceProvenance after = (TokenSourceProvenance) rebuilt.getProvenance();
      assertThat(after.filesSha256()).isEqualTo(before.filesSha256());
      assertThat(after.getConfiguredParameters()).isEqualTo(before.getConfiguredParameters());
    }
    Helpers.testModelProtoSerialization(trained, Label.class, new MutableDataset<>(source));
  }

  @Test
  void dataSetsAreSavedAsTribuosOwn() throws IOException {
    // Tribuo saves metadata as text, so ids come back as text: compared without them.
    MutableDataset<Label> data = new MutableDataset<>(source(tokens(2, 8)));
    MutableDataset<Label> plain = new MutableDataset<>(data.getProvenance(), new LabelFactory());
    for (Example<Label> example : data) {
      plain.add(new org.tribuo.impl.ArrayExample<>(example.getOutput(), example, 1f));
    }
    Helpers.testDatasetSerialization(plain);
    Helpers.testConfigurableRoundtrip(new SpatialPyramid(3));
    assertThat(data.getExample(0).serialize().getClassName())
        .isEqualTo("org.tribuo.impl.ArrayExample");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> source(folder.resolve("none.arrow")))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("none.arrow");
  }

  @Test
  void unknownColumnIsNamed() {
    assertThatThrownBy(() -> new TokenOutputs("class", false, Map.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'class'");
  }
}
