package io.github.ideal4j.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/** The switch of PyTorch's context that DJL does not have. */
final class OneDnn {

  private static final String CONTEXT = "_ZN2at13globalContextEv";
  private static final String ENABLE = "_ZN2at7Context20setUserEnabledMkldnnEb";

  private OneDnn() {}

  /** Makes every operator use PyTorch's own kernels from now on. */
  static void switchOff() {
    String name = System.mapLibraryName("torch_cpu");
    Path library = Path.of(LibUtils.getLibtorchPath()).resolve(name);
    NativeLibrary torch = NativeLibrary.getInstance(library.toString());
    Function context = torch.getFunction(CONTEXT);
    Pointer global = (Pointer) context.invoke(Pointer.class, new Object[0]);
    torch.getFunction(ENABLE).invoke(Void.class, new Object[] {global, (byte) 0});
  }
}
