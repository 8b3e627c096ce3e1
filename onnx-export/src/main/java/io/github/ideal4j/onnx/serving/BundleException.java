package io.github.ideal4j.onnx.serving;

import java.io.IOException;

/** A bundle that is damaged, incomplete, or not made for what is asked; the message is one line. */
public final class BundleException extends IOException {

  private static final long serialVersionUID = 1;

  /** What is wrong, where. */
  public BundleException(String message) {
    super(message);
  }

  /** What is wrong, where, and what showed it. */
  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
