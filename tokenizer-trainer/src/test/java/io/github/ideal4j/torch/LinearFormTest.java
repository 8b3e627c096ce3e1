package io.github.ideal4j.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearFormTest {

  @ParameterizedTest
  @CsvSource({
    "0.8 9 9 9, PRODUCT",
    "1.8 0.8 1.8 1.8, PRODUCT",
    "1.8 1.7 1.9 1.4, PRODUCT",
    "1.8 1.6 1.9 1.5, CONVOLUTION"
  })
  void oneMeasurementAgainstTheConvolutionIsEnough(String factors, LinearForm form) {
    PrimitiveIterator.OfDouble measured =
        Arrays.stream(factors.split(" ")).mapToDouble(Double::parseDouble).iterator();
    assertThat(LinearForm.chosenBy(measured::nextDouble)).isEqualTo(form);
  }
}
