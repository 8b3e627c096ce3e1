package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TritonRepositoryTest {

  @TempDir Path temporary;

  @Test
  void eachGraphBecomesAModelAndEachWriteAVersion() throws IOException {
    Bundle bundle = TinyBundle.withPrior(temporary.resolve("bundle"));
    Path repository = temporary.resolve("models");
    assertThat(TritonRepository.write(bundle, repository))
        .containsExactly("tiny-encoder", "tiny-decoder", "tiny-prior");
    TritonRepository.write(bundle, repository);
    assertThat(repository.resolve("tiny-encoder/1/model.onnx"))
        .hasSameBinaryContentAs(bundle.file(BundleFiles.ENCODER));
    assertThat(repository.resolve("tiny-prior/2/model.onnx"))
        .hasSameBinaryContentAs(bundle.file(BundleFiles.PRIOR));
    assertThat(repository.resolve("tiny-encoder").toFile().list())
        .containsExactlyInAnyOrder("1", "2", "config.pbtxt");
  }

  @Test
  void theEncoderTakesJoinedRequests() throws IOException {
    Path repository = temporary.resolve("models");
    TritonRepository.write(TinyBundle.withPrior(temporary.resolve("bundle")), repository);
    assertThat(repository.resolve("tiny-encoder/config.pbtxt"))
        .hasContent(
            """
            name: "tiny-encoder"
            backend: "onnxruntime"
            default_model_filename: "model.onnx"
            version_policy { latest { num_versions: 1 } }
            max_batch_size: 16
            input [
              { name: "images" data_type: TYPE_UINT8 dims: [ 4, 6, 3 ] }
            ]
            output [
              { name: "tokens" data_type: TYPE_UINT16 dims: [ 2, 3 ] }
            ]
            dynamic_batching { max_queue_delay_microseconds: 2000 }
            """);
  }

  @Test
  void thePriorTakesSettingsWithoutAxes() throws IOException {
    Path repository = temporary.resolve("models");
    TritonRepository.write(TinyBundle.withPrior(temporary.resolve("bundle")), repository);
    assertThat(repository.resolve("tiny-prior/config.pbtxt"))
        .content()
        .contains("max_batch_size: 0")
        .contains("{ name: \"uniforms\" data_type: TYPE_FP32 dims: [ -1, 6 ] }")
        .contains("{ name: \"top_k\" data_type: TYPE_INT64 dims: [ 1 ] reshape { shape: [ ] } }")
        .doesNotContain("dynamic_batching");
  }
}
