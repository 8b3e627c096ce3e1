package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sequence.LabelSequenceEvaluation;
import org.tribuo.classification.sequence.LabelSequenceEvaluator;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;
import org.tribuo.test.Helpers;

class TokenSequenceDataSourceTest {

  private static final TokenizerInfo CLASSES = new TokenizerInfo("", "", 2, 4, 4, 0, 0);
  private static final List<String> NAMES = List.of("land", "water");

  @TempDir Path folder;

  /** Water below, land above, as in every picture; a code tells which of them, most of the time. */
  private TokenSequenceDataSource<Label> shores(String name, int count, long seed)
      throws IOException {
    Random random = new Random(seed);
    List<TokenRow> rows = new ArrayList<>();
    List<TokenRow> classes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int shore = 1 + random.nextInt(3);
      int[] tokens = new int[16];
      int[] truth = new int[16];
      for (int cell = 0; cell < 16; cell++) {
        truth[cell] = cell / 4 >= shore ? 1 : 0;
        int seen = random.nextInt(10) < 7 ? truth[cell] : 1 - truth[cell];
        tokens[cell] = seen * 8 + random.nextInt(8);
      }
      rows.add(TokenRow.of(i, Tokens.grid(tokens)).withLabel("shore"));
      classes.add(TokenRow.of(i, new TokenGrid(4, 4, truth)));
    }
    return new TokenSequenceDataSource<>(
        Tokens.write(folder.resolve(name + ".arrow"), Tokens.TOKENIZER, rows),
        new LabelFactory(),
        Tokens.write(folder.resolve(name + "-classes.arrow"), CLASSES, classes),
        NAMES,
        false);
  }

  @Test
  void cellsFollowLikeASnakeWithTheirNeighbours() throws IOException {
    TokenSequenceDataSource<Label> source = shores("few", 2, 1);
    SequenceExample<Label> first = source.iterator().next();
    assertThat(first.size()).isEqualTo(16);
    assertThat(first.validateExample()).isTrue();
    assertThat(source.cell(3)).isEqualTo(3);
    assertThat(source.cell(4)).isEqualTo(7);
    assertThat(source.cell(8)).isEqualTo(8);
    assertThat(first.get(4).getMetadata()).containsEntry("cell", 7).containsEntry("id", 0L);
    assertThat(first.get(0).size()).isEqualTo(3); // itself, east, south
    assertThat(first.get(4).size()).isEqualTo(4); // the right end of the second row
    assertThat(first.get(0).getOutput().getLabel()).isEqualTo("land");
    assertThat(first.get(15).getOutput().getLabel()).isEqualTo("water");
  }

  @Test
  void randomFieldLearnsThatNeighboursAreAlike() throws IOException {
    MutableSequenceDataset<Label> train = new MutableSequenceDataset<>(shores("train", 200, 1));
    MutableSequenceDataset<Label> test = new MutableSequenceDataset<>(shores("test", 100, 2));
    SequenceModel<Label> model = new CRFTrainer(new AdaGrad(0.1), 5, 1000, 1, 7L).train(train);
    LabelSequenceEvaluation evaluation = new LabelSequenceEvaluator().evaluate(model, test);
    assertThat(evaluation.accuracy()).isGreaterThan(0.85); // a code alone is right in 70 %
    Helpers.testSequenceModelProtoSerialization(model, Label.class, test);
  }

  @Test
  void sourceIsRebuiltFromASavedModel() throws IOException {
    TokenSequenceDataSource<Label> source = shores("train", 20, 1);
    Helpers.testProvenanceMarshalling(source.getProvenance());
    SequenceModel<Label> model =
        new CRFTrainer(new AdaGrad(0.1), 1, 1000, 1, 7L)
            .train(new MutableSequenceDataset<>(source));
    try (ConfigurationManager manager = new ConfigurationManager()) {
      manager.addConfiguration(ProvenanceUtil.extractConfiguration(model.getProvenance()));
      TokenSequenceDataSource<?> rebuilt = manager.lookupAll(TokenSequenceDataSource.class).get(0);
      List<String> expected = new ArrayList<>();
      source.forEach(sequence -> expected.add(sequence.toString()));
      List<String> found = new ArrayList<>();
      rebuilt.forEach(sequence -> found.add(sequence.toString()));
      assertThat(found).hasSize(20).isEqualTo(expected);
    }
  }

  @Test
  void withoutClassesEveryCellHasTheLabelOfItsImage() throws IOException {
    Path file =
        Tokens.write(
            folder.resolve("t.arrow"), Tokens.TOKENIZER, Tokens.rows(Tokens.TOKENIZER, 2, 3, 1));
    TokenSequenceDataSource<Label> source = new TokenSequenceDataSource<>(file, new LabelFactory());
    SequenceExample<Label> first = source.iterator().next();
    assertThat(first).allMatch(example -> example.getOutput().getLabel().equals("class 0"));
  }

  @Test
  void classesOfOtherImagesAreRefused() throws IOException {
    TokenSequenceDataSource<Label> source = shores("train", 3, 1);
    assertThat(source.tokenizer()).isEqualTo(Tokens.TOKENIZER);
    Path tokens = folder.resolve("train.arrow");
    Path classes = folder.resolve("other-classes.arrow");
    shores("other", 4, 1);
    assertThatThrownBy(
            () -> new TokenSequenceDataSource<>(tokens, new LabelFactory(), classes, NAMES, true))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("has 4 grids of 4 x 4")
        .hasMessageContaining("train.arrow has 3 of 4 x 4");
    assertThatThrownBy(
            () ->
                new TokenSequenceDataSource<>(
                    tokens,
                    new LabelFactory(),
                    folder.resolve("train-classes.arrow"),
                    List.of("land"),
                    true))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("has 2 classes, but there are 1 names");
  }
}
