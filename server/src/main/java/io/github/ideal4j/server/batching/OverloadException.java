package io.github.ideal4j.server.batching;

/** There is no room now; another try may succeed. */
public final class OverloadException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int retrySeconds;

  /**
   * A refusal.
   *
   * @param retrySeconds when another try is sensible
   */
  public OverloadException(String message, int retrySeconds) {
    super(message);
    this.retrySeconds = retrySeconds;
  }

  /** When another try is sensible. */
  public int retrySeconds() {
    return retrySeconds;
  }
}
