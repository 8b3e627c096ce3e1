package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Second handles on arrays, detached from autograd: in-place operations on them change the arrays
 * themselves. They take the names that a call needs, so that the arrays keep theirs.
 */
final class Aliases {

  private Aliases() {}

  /** Runs something on aliases of lists of arrays, and closes them. */
  static void run(List<List<NDArray>> lists, Consumer<List<List<NDArray>>> work) {
    List<List<NDArray>> aliases = new ArrayList<>();
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try {
      for (List<NDArray> list : lists) {
        List<NDArray> made = new ArrayList<>(list.size());
        aliases.add(made);
        list.forEach(array -> made.add(array.stopGradient()));
      }
      work.accept(aliases);
    } finally {
      aliases.forEach(list -> list.forEach(NDArray::close));
      Autograd.setRecording(recording);
    }
  }
}
