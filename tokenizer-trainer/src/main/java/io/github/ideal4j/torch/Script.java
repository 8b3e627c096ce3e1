package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Operators that DJL does not bind, as methods of one TorchScript module. The module is the text of
 * the resource {@code ops.torchscript}, packed into the archive that libtorch reads; libtorch
 * compiles and runs it, with gradients. Loaded once.
 */
final class Script {

  private static final String SOURCE = "ops.torchscript";
  private static final String METHOD = "module_method:";
  // A pickled module without attributes but "training", and an empty tuple of constants.
  private static final byte[] CONSTANTS = {(byte) 0x80, 2, 0x29, 0x2E};

  private static final Map<String, NDArray> METHODS = new ConcurrentHashMap<>();

  private Script() {}

  /** Loads the module when it is first used, after the engine has started. */
  private static final class Loaded {
    static final PtNDManager MANAGER =
        (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
    // DJL's binding uses a guard that PyTorch calls deprecated, and says so at the first call.
    static final PtSymbolBlock MODULE = StandardError.silenced(Loaded::load);

    private static PtSymbolBlock load() {
      try (InputStream archive = new ByteArrayInputStream(archive(source()))) {
        PtSymbolBlock module = JniUtils.loadModule(MANAGER, archive, false, false);
        try (NDArray zero = MANAGER.zeros(new Shape())) {
          IValueUtils.forward(module, withMethod("silu", new NDList(zero)), true).close();
        }
        return module;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Calls a method. Results belong to the manager of the first input, so data comes first.
   *
   * @param method name in the source
   * @param inputs arrays, not null
   */
  static NDArray call(String method, NDArray... inputs) {
    return run(method, new NDList(inputs)).singletonOrThrow();
  }

  /**
   * Calls a method whose arguments are lists of arrays, then single ones.
   *
   * @param lists one for each list argument
   * @param numbers the other arguments
   */
  static void callOnLists(String method, List<List<NDArray>> lists, NDArray... numbers) {
    NDList inputs = new NDList();
    for (int i = 0; i < lists.size(); i++) {
      for (NDArray array : lists.get(i)) {
        array.setName("list" + i + "[]");
        inputs.add(array);
      }
    }
    inputs.addAll(List.of(numbers));
    IValueUtils.forward(Loaded.MODULE, withMethod(method, inputs), true).close();
  }

  private static NDList run(String method, NDList inputs) {
    NDList nameless = new NDList(inputs.size());
    for (NDArray input : inputs) {
      // Names with dots or brackets would be taken for dictionaries and lists; a view has none.
      nameless.add(input.getName() == null ? input : input.reshape(input.getShape()));
    }
    return IValueUtils.forward(Loaded.MODULE, withMethod(method, nameless), true);
  }

  /** The name of the method travels as the name of an array that is not passed on. */
  private static NDList withMethod(String method, NDList inputs) {
    NDArray marker =
        METHODS.computeIfAbsent(
            method,
            name -> {
              NDArray array = Loaded.MANAGER.zeros(new Shape());
              array.setName(METHOD + name);
              return array;
            });
    NDList all = new NDList(inputs);
    all.add(marker);
    return all;
  }

  private static String source() throws IOException {
    try (InputStream in = Script.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + SOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Packs the source as {@code torch.jit.save} would pack a module without parameters. */
  static byte[] archive(String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "ops/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "ops/constants.pkl", CONSTANTS);
      store(zip, "ops/data.pkl", pickledModule());
      store(zip, "ops/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] pickledModule() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2}); // protocol 2
    pickle.write("c__torch__\nOps\n".getBytes(StandardCharsets.US_ASCII)); // the class
    pickle.write(new byte[] {')', (byte) 0x81, '}', '('}); // an instance of it, with a dictionary
    byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
    pickle.write(new byte[] {'X', (byte) key.length, 0, 0, 0});
    pickle.write(key);
    pickle.write(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // True; set, build, stop
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
