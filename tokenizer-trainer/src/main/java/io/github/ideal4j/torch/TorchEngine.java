package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PyTorch engine of this JVM: started once, checked once, then the same for everybody.
 *
 * <p>The first start decides the number of threads. It computes a convolution twice, because on
 * some processors libtorch 2.5 and 2.7 get float32 convolutions wrong; where that shows, oneDNN is
 * switched off. Safe for use by several threads.
 */
public final class TorchEngine {

  private static final Logger LOG = LoggerFactory.getLogger(TorchEngine.class);
  private static final String NAME = "PyTorch";

  private static TorchEngine started;

  private final Engine engine;
  private final boolean convolutionsSound;

  private TorchEngine(Engine engine, boolean convolutionsSound) {
    this.engine = engine;
    this.convolutionsSound = convolutionsSound;
  }

  /** Returns the engine that runs, as it is, or starts it with one thread for each core. */
  public static synchronized TorchEngine start() {
    return started == null ? start(Runtime.getRuntime().availableProcessors()) : started;
  }

  /**
   * Starts the engine, or returns the one that runs, whose number of threads is then changed.
   *
   * @param threads for operators, at least 1
   */
  public static synchronized TorchEngine start(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least 1 thread is needed, got " + threads);
    }
    if (started == null) {
      setDefault("ai.djl.offline", "true");
      setDefault("OPT_OUT_TRACKING", "true");
      setDefault("ai.djl.pytorch.graph_optimizer", "false");
      setDefault("ai.djl.pytorch.num_threads", Integer.toString(threads));
      setDefault("ai.djl.pytorch.num_interop_threads", "1");
      Engine engine = Engine.getEngine(NAME);
      boolean sound = SelfTest.convolutionsAreSound();
      if (!sound) {
        OneDnn.switchOff();
        LOG.warn("This processor gets oneDNN convolutions wrong; oneDNN is switched off.");
      }
      started = new TorchEngine(engine, sound);
    }
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return started;
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /**
   * Decides where arrays live.
   *
   * @param wish {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:n}
   * @throws IllegalArgumentException if the wish cannot be met
   */
  public DeviceChoice device(String wish) {
    return DeviceChoice.of(wish, engine);
  }

  /** A new manager of arrays on a device; the caller closes it. */
  public NDManager newManager(Device device) {
    return engine.newBaseManager(device);
  }

  /** Seeds the generators of all devices, on which dropout draws. */
  public static void seed(long seed) {
    start0();
    JniUtils.setSeed(seed);
  }

  /** Starts the engine if nobody has. */
  static synchronized void start0() {
    if (started == null) {
      start();
    }
  }

  /** Whether the self-test of convolutions passed with oneDNN on. */
  public boolean convolutionsSound() {
    return convolutionsSound;
  }

  /** Version and folder of libtorch, threads, GPUs: what a provenance or a doctor tells. */
  public Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("DJL engine", engine.getVersion());
    facts.put("libtorch", LibUtils.getVersion());
    facts.put("libtorch folder", LibUtils.getLibtorchPath());
    facts.put("threads", Integer.toString(JniUtils.getNumThreads()));
    facts.put("CUDA GPUs", Integer.toString(engine.getGpuCount()));
    facts.put("oneDNN convolutions", convolutionsSound ? "sound" : "wrong, oneDNN is off");
    facts.put("linear layers", LinearForm.chosen().toString());
    return facts;
  }

  /** Version of libtorch, such as {@code 2.7.1}. */
  public String version() {
    return LibUtils.getVersion();
  }
}
