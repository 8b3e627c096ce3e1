package io.github.ideal4j.tribuo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.test.Helpers;

class LogisticTrainerTest {

  private static MutableDataset<Label> data() {
    LabelFactory factory = new LabelFactory();
    MutableDataset<Label> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("test", factory), factory);
    for (int i = 0; i < 40; i++) {
      String name = i % 2 == 0 ? "left" : "right";
      double value = 0.5 + i / 80.0;
      data.add(
          new ArrayExample<>(
              new Label(name), new String[] {name, "other"}, new double[] {value, 1 - value}));
    }
    return data;
  }

  @Test
  void isConfiguredAndRemembered() {
    LogisticTrainer trainer = new LogisticTrainer(5, 2, 7);
    Helpers.testConfigurableRoundtrip(trainer);
    Helpers.testProvenanceMarshalling(trainer.getProvenance());
    FallingRate rate = new FallingRate(3, 100, step -> {});
    Helpers.testConfigurableRoundtrip(rate);
    Helpers.testProvenanceMarshalling(rate.getProvenance());
  }

  @Test
  void modelIsSavedAsTribuosOwn() {
    MutableDataset<Label> data = data();
    LinearSGDModel model = new LogisticTrainer(3).train(data);
    Helpers.testModelProtoSerialization(model, Label.class, data);
    assertThat(model.predict(data))
        .allSatisfy(row -> assertThat(row.getOutput()).isEqualTo(row.getExample().getOutput()));
  }

  @Test
  void invocationsAreCounted() {
    LogisticTrainer trainer = new LogisticTrainer(3);
    trainer.train(data());
    assertThat(trainer.getInvocationCount()).isEqualTo(1);
    trainer.train(data(), Map.of(), 5);
    assertThat(trainer.getInvocationCount()).isEqualTo(6);
    trainer.setInvocationCount(2);
    assertThat(trainer.getInvocationCount()).isEqualTo(2);
  }

  @Test
  void wrongSettingsAreNamed() {
    for (double rate : List.of(0.0, -1.0, Double.NaN)) {
      assertThatThrownBy(() -> new LogisticTrainer(5, rate, 0))
          .isInstanceOf(PropertyException.class)
          .hasMessageContaining("epochs and rate must be positive");
    }
  }
}
