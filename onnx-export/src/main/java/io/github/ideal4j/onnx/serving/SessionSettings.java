package io.github.ideal4j.onnx.serving;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How models run.
 *
 * @param provider where
 * @param threads for each operator on the CPU; 0 leaves it to ONNX Runtime (one a core)
 * @param arena whether memory of finished runs is kept for the next ones: faster, and never smaller
 *     than the largest run
 * @param memoryLimit most bytes of that memory on a CUDA device, for each graph; 0 for no limit
 * @param tf32 whether a CUDA device may round the factors of float32 products to 10 bits: faster,
 *     and tokens move
 */
public record SessionSettings(
    Provider provider, int threads, boolean arena, long memoryLimit, boolean tf32) {

  private static final Pattern PLACE =
      Pattern.compile("^(Error code - \\w+ - message: |.*\\[ONNXRuntimeError] : \\d+ : \\w+ : )+");
  private static final Pattern FUNCTION = Pattern.compile("^[\\w/.]+\\.(cc|h):\\d+ \\w+ ");
  private static final Pattern CIRCUMSTANCES = Pattern.compile(" ; GPU=-?\\d+ ; hostname=.*");

  /** Checks the ranges. */
  public SessionSettings {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0, got %d".formatted(threads));
    }
    if (memoryLimit < 0 || (memoryLimit > 0 && provider.kind() != Provider.Kind.CUDA)) {
      throw new IllegalArgumentException(
          "a memory limit is a number of bytes for a CUDA device, got %d for %s"
              .formatted(memoryLimit, provider));
    }
    if (tf32 && provider.kind() != Provider.Kind.CUDA) {
      throw new IllegalArgumentException(
          "TF32 is for CUDA devices, %s has none".formatted(provider));
    }
  }

  /** With an arena, without a limit and without TF32. */
  public SessionSettings(Provider provider, int threads) {
    this(provider, threads, true, 0, false);
  }

  /** On the processor, with as many threads as ONNX Runtime likes. */
  public static SessionSettings cpu() {
    return new SessionSettings(Provider.CPU, 0);
  }

  /** The same with another number of threads. */
  public SessionSettings withThreads(int newThreads) {
    return new SessionSettings(provider, newThreads, arena, memoryLimit, tf32);
  }

  /** The same with or without an arena. */
  public SessionSettings withArena(boolean newArena) {
    return new SessionSettings(provider, threads, newArena, memoryLimit, tf32);
  }

  /** The same with a limit of the memory on the CUDA device. */
  public SessionSettings withMemoryLimit(long bytes) {
    return new SessionSettings(provider, threads, arena, bytes, tf32);
  }

  /** The same with or without TF32. */
  public SessionSettings withTf32(boolean newTf32) {
    return new SessionSettings(provider, threads, arena, memoryLimit, newTf32);
  }

  /**
   * Applies this to the options of a session that is about to be made; for our own runners.
   *
   * @throws OrtException if the provider cannot be had: it is never replaced by another one
   */
  public void apply(SessionOptions options) throws OrtException {
    apply(options, true);
  }

  /**
   * Applies this to a session.
   *
   * @param rests whether its threads rest at once after a run; in a graph with a loop every round
   *     counts as one, and waking them costs up to a fifth of it
   */
  void apply(SessionOptions options, boolean rests) throws OrtException {
    if (threads > 0) {
      options.setIntraOpNumThreads(threads);
    }
    options.setCPUArenaAllocator(arena);
    // Threads that spin between runs would take the cores from decoding and from other pools;
    // beside
    // a GPU they have nothing to wait for.
    boolean cuda = provider.kind() == Provider.Kind.CUDA;
    options.addConfigEntry("session.intra_op.allow_spinning", cuda ? "0" : "1");
    options.addConfigEntry("session.force_spinning_stop", rests ? "1" : "0");
    if (cuda) {
      addCuda(options);
    }
  }

  private void addCuda(SessionOptions options) throws OrtException {
    requireCuda(OrtEnvironment.getAvailableProviders());
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(provider.device())) {
      // Tokens must not depend on the provider more than float32 rounding makes them.
      cuda.add("use_tf32", tf32 ? "1" : "0");
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      if (memoryLimit > 0) {
        cuda.add("gpu_mem_limit", Long.toString(memoryLimit));
      }
      cuda.add("arena_extend_strategy", arena ? "kNextPowerOfTwo" : "kSameAsRequested");
      options.addCUDA(cuda);
    } catch (OrtException e) {
      throw new OrtException(
          "device %d was looked for with the driver, CUDA 12 and cuDNN 9 on the library path, but: %s"
              .formatted(provider.device(), brief(e)));
    }
  }

  /**
   * The memory of a run is given back after it where there is no arena; a CUDA device has one
   * always, which can be told to shrink. Empty where nothing is to be said.
   */
  Optional<RunOptions> runOptions() throws OrtException {
    if (arena || provider.kind() != Provider.Kind.CUDA) {
      return Optional.empty();
    }
    RunOptions options = new RunOptions();
    options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "gpu:" + provider.device());
    return Optional.of(options);
  }

  /**
   * What ONNX Runtime says, in one line: without the places in its sources and the name of the
   * machine.
   */
  static String brief(OrtException e) {
    String line = e.getMessage().lines().findFirst().orElse("");
    line = PLACE.matcher(line).replaceFirst("");
    line = FUNCTION.matcher(line).replaceFirst("");
    return CIRCUMSTANCES.matcher(line).replaceFirst("");
  }

  /** Refuses CUDA where this ONNX Runtime was built without it. */
  static void requireCuda(Set<OrtProvider> found) throws OrtException {
    if (!found.contains(OrtProvider.CUDA)) {
      Set<String> names = new TreeSet<>();
      found.forEach(provider -> names.add(provider.getName()));
      throw new OrtException(
          "CUDAExecutionProvider was looked for in ONNX Runtime %s, which has only %s; onnxruntime_gpu has it (build with -Pcuda)"
              .formatted(OrtEnvironment.getEnvironment().getVersion(), names));
    }
  }
}
