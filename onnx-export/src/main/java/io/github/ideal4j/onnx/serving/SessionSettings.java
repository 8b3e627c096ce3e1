package io.github.ideal4j.onnx.serving;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/**
 * How models run.
 *
 * @param provider where
 * @param threads for each operator on the CPU; 0 leaves it to ONNX Runtime (one a core)
 */
public record SessionSettings(Provider provider, int threads) {

  /** Checks the number of threads. */
  public SessionSettings {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0, got %d".formatted(threads));
    }
  }

  /** On the processor, with as many threads as ONNX Runtime likes. */
  public static SessionSettings cpu() {
    return new SessionSettings(Provider.CPU, 0);
  }

  /** The same with another number of threads. */
  public SessionSettings withThreads(int newThreads) {
    return new SessionSettings(provider, newThreads);
  }

  /** Applies this to the options of a session that is about to be made; for our own runners. */
  public void apply(SessionOptions options) throws OrtException {
    if (threads > 0) {
      options.setIntraOpNumThreads(threads);
    }
    // Spinning threads would take the cores from decoding and from other pools in this process.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    if (provider.kind() == Provider.Kind.CUDA) {
      try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(provider.device())) {
        // Tokens must not depend on the provider more than float32 rounding makes them.
        cuda.add("use_tf32", "0");
        cuda.add("cudnn_conv_algo_search", "HEURISTIC");
        options.addCUDA(cuda);
      }
    }
  }
}
