package io.github.ideal4j.onnx.trace;

import java.util.List;
import java.util.stream.Collectors;

/** Finds the lines of Java that an operation comes from. */
final class CallSite {

  private static final int DEPTH = 3;
  private static final List<String> INNER =
      List.of(
          "java.",
          "jdk.",
          "com.sun.",
          "ai.djl.ndarray.",
          "ai.djl.pytorch.",
          CallSite.class.getPackageName() + ".");

  private CallSite() {}

  /** The lines, and the block in whose forward pass they run. */
  static String findWithBlock() {
    String block = BlockPath.find();
    return block.isEmpty() ? find() : "%s in block %s".formatted(find(), block);
  }

  /** The nearest frames outside of tracing and of DJL's array interfaces, nearest first. */
  static String find() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> isOuter(frame.getClassName()))
                    .limit(DEPTH)
                    .map(
                        frame ->
                            "%s.%s(%s:%d)"
                                .formatted(
                                    simpleName(frame.getClassName()),
                                    frame.getMethodName(),
                                    frame.getFileName(),
                                    frame.getLineNumber()))
                    .collect(Collectors.joining(" < ")));
  }

  private static boolean isOuter(String className) {
    return className.endsWith("Test")
        || className.contains("Test$")
        || (INNER.stream().noneMatch(className::startsWith) && !className.contains("$Proxy"));
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
