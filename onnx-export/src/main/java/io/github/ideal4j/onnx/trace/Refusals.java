package io.github.ideal4j.onnx.trace;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;

/**
 * The operations of NDArray and NDArrayEx that have no ONNX form, with the reason and a way out.
 */
final class Refusals {

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    put(
        "reads the values of a traced array; a graph cannot depend on them: use array operations"
            + " such as NDArrays.where, and write traced.op(constant) rather than"
            + " constant.op(traced)",
        "allClose",
        "contentEquals",
        "copyTo",
        "encode",
        "getAsBytes",
        "getAsObject",
        "getAsString",
        "getBoolean",
        "getByte",
        "getDouble",
        "getFloat",
        "getInt",
        "getLong",
        "getUint8",
        "toArray",
        "toBooleanArray",
        "toByteArray",
        "toByteBuffer",
        "toDoubleArray",
        "toFloatArray",
        "toIntArray",
        "toLongArray",
        "toShortArray",
        "toStringArray",
        "toUint8Array",
        "toUnsignedIntArray",
        "toUnsignedShortArray");
    put(
        "gives a result whose shape depends on values; mask with NDArrays.where instead, or take a"
            + " fixed number with topK",
        "booleanMask",
        "nonzero",
        "unique");
    put(
        "works on complex numbers, which ONNX tensors do not have; keep it outside of the block, or"
            + " multiply with a constant matrix of the transform",
        "complex",
        "conj",
        "fft",
        "fft2",
        "ifft",
        "ifft2",
        "irfft",
        "real",
        "rfft",
        "stft");
    put(
        "has no ONNX operator; compute it outside of the block and pass it as an input",
        "erfinv",
        "gammaln",
        "inverse");
    put(
        "is not implemented by DJL's PyTorch engine, so there is nothing to record; express it with"
            + " other operations",
        "acosh",
        "asinh",
        "atanh",
        "batchDot",
        "deconvolution",
        "multiBoxTarget",
        "prelu",
        "rdivi",
        "rmodi",
        "rpowi",
        "sequenceMask",
        "trace");
    put(
        "draws random numbers, so that no run could be repeated; pass the noise as an input",
        "randomBrightness",
        "randomColorJitter",
        "randomFlipLeftRight",
        "randomFlipTopBottom",
        "randomHue");
    put(
        "trains, and a graph only predicts; keep it out of forward",
        "adadeltaUpdate",
        "adagradUpdate",
        "adamUpdate",
        "getGradient",
        "nagUpdate",
        "rmspropUpdate",
        "sgdUpdate");
    put("needs sparse arrays, which ONNX Runtime does not take; use dense ones", "toSparse");
    put("swaps the memory behind an array; use the operation that returns a new one", "intern");
    put(
        "sorts out boxes in Java, by their values; export the outputs before it, and do it on them",
        "multiBoxDetection");
    put("makes an array of undefined values; use zerosLike", "like");
    put("is the inside of get and set; call those", "getIndexer");
  }

  /** Overloads that are refused although others of their name are not. */
  private static final Map<String, String> OVERLOADS = new HashMap<>();

  static {
    String unimplemented = REASONS.get("batchDot");
    OVERLOADS.put("oneHot(int,float,float,DataType)", unimplemented);
    OVERLOADS.put("tile(int,long)", unimplemented);
    OVERLOADS.put("tile(Shape)", unimplemented);
  }

  private Refusals() {}

  private static void put(String reason, String... names) {
    for (String name : names) {
      REASONS.put(name, reason);
    }
  }

  /** Why a method is refused, null if it is not. */
  static String of(Method method) {
    String overload = OVERLOADS.get(signature(method));
    return overload != null ? overload : REASONS.get(method.getName());
  }

  /** Name and simple types of the parameters: {@code sum(int[],boolean)}. */
  static String signature(Method method) {
    StringBuilder text = new StringBuilder(method.getName()).append('(');
    for (int i = 0; i < method.getParameterCount(); i++) {
      text.append(i == 0 ? "" : ",").append(method.getParameterTypes()[i].getSimpleName());
    }
    return text.append(')').toString();
  }
}
