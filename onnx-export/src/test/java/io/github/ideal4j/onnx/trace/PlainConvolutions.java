package io.github.ideal4j.onnx.trace;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/**
 * On some processors libtorch 2.7 gets float32 convolutions with oneDNN wrong, so that comparisons
 * blame the graph. PyTorch's own kernels are right everywhere.
 */
final class PlainConvolutions {

  private PlainConvolutions() {}

  /** Switches oneDNN off in this JVM. */
  static void choose() {
    Engine.getInstance();
    Path library = Path.of(LibUtils.getLibtorchPath()).resolve(System.mapLibraryName("torch_cpu"));
    NativeLibrary torch = NativeLibrary.getInstance(library.toString());
    Function context = torch.getFunction("_ZN2at13globalContextEv");
    Pointer global = (Pointer) context.invoke(Pointer.class, new Object[0]);
    torch
        .getFunction("_ZN2at7Context20setUserEnabledMkldnnEb")
        .invoke(Void.class, new Object[] {global, (byte) 0});
  }
}
