package io.github.ideal4j.onnx.trace;

/** Says why a block cannot be exported, where in its code, and what to do instead. */
public final class ExportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** An export that failed for a reason of its own. */
  public ExportException(String message) {
    super(message);
  }

  /** An export that failed because something below it did. */
  public ExportException(String message, Throwable cause) {
    super(message, cause);
  }
}
