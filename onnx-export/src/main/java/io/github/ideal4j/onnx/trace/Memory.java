package io.github.ideal4j.onnx.trace;

/**
 * The memory that an array and its views share. A change in place through one of them leaves the
 * others with values that the graph does not have: they must not be used any more.
 */
final class Memory {

  private final boolean fixed;
  private int changes;
  private String lastChange = "";

  /**
   * @param fixed whether it belongs to an input or a parameter, which a graph cannot change
   */
  Memory(boolean fixed) {
    this.fixed = fixed;
  }

  int changes() {
    return changes;
  }

  /** Counts a change in place, or refuses it. */
  int change() {
    if (fixed) {
      throw new ExportException(
          "an input, a parameter or a view of one is changed in place at %s; use the operation that returns a new array"
              .formatted(CallSite.findWithBlock()));
    }
    lastChange = CallSite.findWithBlock();
    return ++changes;
  }

  /** Refuses the use of an array that saw only some of the changes. */
  void require(int seen) {
    if (seen != changes) {
      throw new ExportException(
          "an array is used at %s whose memory was changed in place through another one, at %s; use the operation that returns a new array"
              .formatted(CallSite.findWithBlock(), lastChange));
    }
  }
}
