package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A new release of DJL must not bring operations about which nobody has decided. */
class EveryMethodTest {

  /** Operations that are refused: no ONNX form, results of unknown size, chance, or training. */
  private static final String REFUSED =
      """
      adadeltaUpdate adagradUpdate adamUpdate atan2 batchDot booleanMask cbrt complex conj contentEquals cumProd \
      deconvolution diagonal diff erfinv fft fft2 gammaln gatherNd getGradient globalLpPool gru ifft ifft2 intern \
      inverse irfft lpPool lstm median multiBoxDetection multiBoxPrior multiBoxTarget nagUpdate nonzero percentile \
      prelu put randomBrightness randomColorJitter randomFlipLeftRight randomFlipTopBottom randomHue real resize \
      rfft rmspropUpdate rnn rotate90 sequenceMask set sgdUpdate stft toByteBuffer toDense toSparse toStringArray \
      trace unique xlogy rdivi rmodi rpowi getIndexer encode""";

  /** Answered by the proxy itself. */
  private static final String ANSWERED =
      """
      getName setName getUid getDataType getDevice getShape getSparseFormat setRequiresGradient hasGradient close \
      isReleased getNDArrayInternal getManager attach tempAttach detach getArray getResourceNDArrays addi subi muli \
      divi modi powi signi negi""";

  @Test
  void isRecordedAnsweredOrRefused() {
    TreeSet<String> undecided = new TreeSet<>();
    TreeSet<String> both = new TreeSet<>();
    var decided = new TreeSet<>(Arrays.asList((REFUSED + " " + ANSWERED).split("\\s+")));
    for (Class<?> type : new Class<?>[] {NDArray.class, NDArrayEx.class}) {
      for (Method method : type.getMethods()) {
        boolean recorded = OperatorTable.find(method) != null;
        if (Modifier.isAbstract(method.getModifiers())
            && !recorded
            && !decided.contains(method.getName())) {
          undecided.add(method.getName());
        }
        boolean array =
            method.getReturnType() == NDArray.class || method.getReturnType() == NDList.class;
        if (recorded && array && decided.contains(method.getName())) {
          both.add(method.getName());
        }
      }
    }
    assertThat(undecided).as("neither recorded nor refused").isEmpty();
    assertThat(both).as("recorded and listed as refused").isEmpty();
  }
}
