package io.github.ideal4j.server.protocol;

/** A request that cannot be answered; the message is for who sent it. */
@SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
public final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status of HTTP
   * @param message one line that names the thing and says what would be valid
   */
  public ProtocolException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** A request that is wrong in itself. */
  public static ProtocolException badRequest(String message, Object... arguments) {
    return new ProtocolException(400, message.formatted(arguments));
  }

  /** A request that is larger than what is taken here. */
  public static ProtocolException tooLarge(String message, Object... arguments) {
    return new ProtocolException(413, message.formatted(arguments));
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }
}
