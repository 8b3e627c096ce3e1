package io.github.ideal4j.server;

import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.protocol.ProtocolException;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;

/**
 * Gathers a body as it comes, without a thread that waits, within a limit and the budget.
 *
 * <p>Once a request is refused, a short rest of its body is still read: a client that meets a
 * closed connection while it sends never hears of the refusal.
 */
final class BodyReader implements Runnable {

  private static final int FIRST = 16 << 10;

  /** A rest up to here is waited for, in bytes. */
  private static final int SHORT = 64 << 10;

  private final Exchange exchange;
  private final int limit;
  private final Consumer<Body> then;
  private byte[] bytes = {};
  private int length;
  private Exception refusal;
  private long rest;

  /**
   * What was read.
   *
   * @param bytes of which the first {@code length} count
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Body(byte[] bytes, int length) {
    byte[] exact() {
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
  }

  /**
   * Reads.
   *
   * @param then gets the whole body
   */
  BodyReader(Exchange exchange, int limit, Consumer<Body> then) {
    this.exchange = exchange;
    this.limit = limit;
    this.then = then;
  }

  /**
   * Answers with an error, to a client that may still be sending.
   *
   * @param rest of the body that is waited for, in bytes
   */
  static void refuse(Exchange exchange, Exception refusal, long rest) {
    BodyReader reader = new BodyReader(exchange, 0, body -> {});
    reader.refuse(refusal, rest);
    long declared = exchange.request().getLength();
    boolean asks = !exchange.header("Expect").isEmpty();
    if (asks || declared == 0 || declared > rest) {
      exchange.fail(refusal);
      return;
    }
    exchange.expectBody();
    reader.run();
  }

  static void refuse(Exchange exchange, Exception refusal) {
    refuse(exchange, refusal, SHORT);
  }

  private void refuse(Exception newRefusal, long newRest) {
    refusal = newRefusal;
    rest = newRest;
    bytes = new byte[0];
  }

  @Override
  public void run() {
    try {
      while (!exchange.isAnswered()) {
        Content.Chunk chunk = exchange.request().read();
        if (chunk == null) {
          exchange.request().demand(this);
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          boolean late = chunk.getFailure() instanceof TimeoutException;
          exchange.fail(
              late
                  ? exchange.tooSlow()
                  : ProtocolException.badRequest("the body could not be read"));
          return;
        }
        try {
          take(chunk);
        } finally {
          chunk.release();
        }
        if (refusal != null && (chunk.isLast() || rest < 0)) {
          exchange.fail(refusal);
          return;
        }
        if (chunk.isLast()) {
          exchange.bodyArrived();
          then.accept(new Body(bytes, length));
          return;
        }
      }
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private void take(Content.Chunk chunk) {
    if (refusal != null) {
      rest -= chunk.remaining();
      return;
    }
    try {
      append(chunk);
    } catch (ProtocolException | OverloadException e) {
      refuse(e, SHORT);
    }
  }

  private void append(Content.Chunk chunk) throws ProtocolException, OverloadException {
    int more = chunk.remaining();
    if (more > limit - length) {
      throw ProtocolException.tooLarge("the body has more than %d bytes", limit);
    }
    if (length + more > bytes.length) {
      int size = Math.min(limit, Math.max(length + more, Math.max(FIRST, 2 * bytes.length)));
      if (!exchange.memory().take(size - bytes.length)) {
        throw new OverloadException("no memory is left for this request", 1);
      }
      bytes = Arrays.copyOf(bytes, size);
    }
    chunk.getByteBuffer().get(bytes, length, more);
    length += more;
  }
}
