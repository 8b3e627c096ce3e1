package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.test.Helpers;

class TokenDataSourceTest {

  @TempDir Path folder;

  private static final List<TokenFeaturizer> FEATURIZERS =
      List.of(new BagOfCodes(Weighting.LOG), new SpatialPyramid());

  private TokenDataSource source(Path tokens) throws IOException {
    return new TokenDataSource(tokens, FEATURIZERS, false);
  }

  private static List<Example<Label>> list(TokenDataSource source) {
    List<Example<Label>> examples = new ArrayList<>();
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
    assertThat(list(new TokenDataSource(file, FEATURIZERS, true))).hasSize(5);
  }

  @Test
  void folderIsReadTwiceWithTheSameExamples() throws IOException {
    Path shards = Files.createDirectory(folder.resolve("shards"));
    Tokens.write(
        shards.resolve("part-00000.arrow"),
        Tokens.TOKENIZER,
        Tokens.rows(Tokens.TOKENIZER, 2, 3, 1));
    Tokens.write(
        shards.resolve("part-00001.arrow"),
        Tokens.TOKENIZER,
        Tokens.rows(Tokens.TOKENIZER, 2, 4, 2));
    TokenDataSource source = source(shards);
    assertThat(list(source)).hasSize(7).isEqualTo(list(source));
  }

  @Test
  void provenanceNamesFilesAndTokenizer() throws IOException {
    Path file =
        Tokens.write(
            folder.resolve("t.arrow"), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 2, 3, 1));
    TokenDataSource source = source(file);
    TokenDataSourceProvenance provenance = (TokenDataSourceProvenance) source.getProvenance();
    assertThat(provenance.filesSha256()).isEqualTo(Sha256.of(file));
    assertThat(provenance.tokenizer()).isEqualTo(Tokens.TOKENIZER);
    Helpers.testProvenanceMarshalling(provenance);
  }

  @Test
  void sourceIsRebuiltFromASavedModel() throws IOException {
    Path file =
        Tokens.write(
            folder.resolve("t.arrow"), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 2, 20, 1));
    TokenDataSource source = source(file);
    Path saved = folder.resolve("model.tribuo");
    new LogisticRegressionTrainer().train(new MutableDataset<>(source)).serializeToFile(saved);
    Model<?> model = Model.deserializeFromFile(saved);
    ConfigurationManager manager = new ConfigurationManager();
    manager.addConfiguration(ProvenanceUtil.extractConfiguration(model.getProvenance()));
    TokenDataSource rebuilt = manager.lookupAll(TokenDataSource.class).get(0);
    assertThat(rebuilt.getProvenance()).isEqualTo(source.getProvenance());
    assertThat(list(rebuilt)).isEqualTo(list(source));
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> source(folder.resolve("none.arrow")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.arrow");
  }
}
