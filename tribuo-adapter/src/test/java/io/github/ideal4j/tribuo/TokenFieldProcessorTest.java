package io.github.ideal4j.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.tribuo.features.BagOfCodes;
import io.github.ideal4j.tribuo.features.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.data.columnar.FieldProcessor;
import org.tribuo.data.columnar.RowProcessor;
import org.tribuo.data.columnar.processors.field.DoubleFieldProcessor;
import org.tribuo.data.columnar.processors.response.FieldResponseProcessor;
import org.tribuo.data.csv.CSVDataSource;
import org.tribuo.test.Helpers;

class TokenFieldProcessorTest {

  private static final TokenFieldProcessor PROCESSOR =
      new TokenFieldProcessor("tokens", List.of(new BagOfCodes(Weighting.COUNT)), 2, 2, 16);

  @Test
  void tokensStandBesideOtherColumns(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.csv"), "tokens,price,class\n3 3 7 3,2.5,a\n1 2 3 4,4,b\n");
    List<FieldProcessor> fields = List.of(PROCESSOR, new DoubleFieldProcessor("price"));
    RowProcessor<Label> rows =
        new RowProcessor.Builder<Label>()
            .setFieldProcessors(fields)
            .build(new FieldResponseProcessor<>("class", "?", new LabelFactory()));
    List<Example<Label>> examples = new ArrayList<>();
    new CSVDataSource<>(file, rows, true).forEach(examples::add);
    assertThat(examples).hasSize(2);
    assertThat(examples.get(0))
        .containsExactly(
            new Feature("price@value", 2.5),
            new Feature("tokens@boc-0003", 3),
            new Feature("tokens@boc-0007", 1));
    assertThat(examples.get(1).getOutput().getLabel()).isEqualTo("B");
    Helpers.testConfigurableRoundtrip(rows);
  }

  @Test
  void isConfigurable() {
    Helpers.testConfigurableRoundtrip(PROCESSOR);
    Helpers.testProvenanceMarshalling(PROCESSOR.getProvenance());
    assertThat(PROCESSOR.copy("other").process("0 0 0 0").get(0).getName())
        .isEqualTo("other@boc-0000");
    assertThat(PROCESSOR.process("  ")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "1 2 3, has 3 tokens in a cell; a grid of 2 x 2 has 4",
    "1 2 3 16, has token 16; valid are 0 to 15",
    "1 2 3 x, has 'x' for a token",
  })
  void wrongCellsAreRefused(String cell, String message) {
    assertThatThrownBy(() -> PROCESSOR.process(cell))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'tokens' " + message);
  }
}
