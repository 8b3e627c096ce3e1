package io.github.ideal4j.onnx.trace;

import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Names the block whose forward pass is running, by the classes on the stack. */
final class BlockPath {

  private static final ThreadLocal<Block> ROOT = new ThreadLocal<>();

  private BlockPath() {}

  /** Says which block is traced by this thread from now on; null for none. */
  static void root(Block block) {
    if (block == null) {
      ROOT.remove();
    } else {
      ROOT.set(block);
    }
  }

  /**
   * The way from the traced block to the running one, such as {@code
   * SequentialBlock/02ParallelBlock/01Linear}. Where several children of one class could be meant,
   * their names are joined by {@code |}. Empty if nothing is traced.
   */
  static String find() {
    List<Class<?>> classes = runningBlocks();
    Block block = ROOT.get();
    if (block == null || classes.isEmpty()) {
      return "";
    }
    StringBuilder path = new StringBuilder(block.getClass().getSimpleName());
    for (Class<?> type : classes.subList(1, classes.size())) {
      List<Pair<String, Block>> children = childrenOf(block, type);
      block = children.size() == 1 ? children.get(0).getValue() : null;
      path.append('/')
          .append(
              children.isEmpty()
                  ? type.getSimpleName()
                  : children.stream().map(Pair::getKey).collect(Collectors.joining("|")));
    }
    return path.toString();
  }

  private static List<Pair<String, Block>> childrenOf(Block block, Class<?> type) {
    List<Pair<String, Block>> children = new ArrayList<>();
    if (block != null) {
      for (Pair<String, Block> child : block.getChildren()) {
        if (type.isInstance(child.getValue())) {
          children.add(child);
        }
      }
    }
    return children;
  }

  /** Outermost first: one for each running {@code forwardInternal}. */
  private static List<Class<?>> runningBlocks() {
    List<Class<?>> classes =
        StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
            .walk(
                frames ->
                    frames
                        .filter(frame -> frame.getMethodName().equals("forwardInternal"))
                        .map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(Block.class::isAssignableFrom)
                        .collect(Collectors.toCollection(ArrayList::new)));
    Collections.reverse(classes);
    return classes;
  }
}
