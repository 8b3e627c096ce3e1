package io.github.ideal4j.server;

import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.protocol.ProtocolException;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;

/** Gathers a body as it comes, without a thread that waits, within a limit and the budget. */
final class BodyReader implements Runnable {

  private static final int FIRST = 16 << 10;

  private final Exchange exchange;
  private final int limit;
  private final Consumer<Body> then;
  private byte[] bytes = {};
  private int length;

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
          append(chunk);
        } finally {
          chunk.release();
        }
        if (chunk.isLast()) {
          exchange.bodyArrived();
          then.accept(new Body(bytes, length));
          return;
        }
      }
    } catch (ProtocolException | OverloadException | RuntimeException e) {
      exchange.fail(e);
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
