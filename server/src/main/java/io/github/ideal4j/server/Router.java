package io.github.ideal4j.server;

import io.github.ideal4j.server.batching.Lane;
import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.protocol.Printable;
import io.github.ideal4j.server.protocol.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Finds out what a request wants. Nothing in here waits; decoding, and reading that takes time,
 * have own threads.
 */
final class Router extends Handler.Abstract.NonBlocking {

  private final ServerSettings.Limits limits;
  private final Guard guard;
  private final ConnectionWatch watch;
  private final MemoryBudget memory;
  private final ThreadPoolExecutor readers;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Object nothingUnderWay = new Object();
  private final ProtocolEndpoints protocol;
  private final PeopleEndpoints people;
  private final ServerMetrics metrics;
  private volatile boolean draining;

  Router(
      ServerSettings settings,
      ProtocolEndpoints.Context context,
      ConnectionWatch watch,
      ServerMetrics metrics) {
    this.limits = settings.limits();
    this.watch = watch;
    this.metrics = metrics;
    guard = new Guard(settings);
    memory = new MemoryBudget(limits.memory());
    AtomicInteger number = new AtomicInteger();
    readers =
        new ThreadPoolExecutor(
            limits.threads(),
            limits.threads(),
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "ideal-read-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    protocol = new ProtocolEndpoints(this, context);
    people = new PeopleEndpoints(this, context);
    metrics.watch(context.models(), memory, underWay);
  }

  ThreadPoolExecutor readers() {
    return readers;
  }

  ServerSettings.Limits limits() {
    return limits;
  }

  long memoryLimit() {
    return memory.limit();
  }

  boolean isDraining() {
    return draining;
  }

  /** From now on requests are refused. */
  void drain() {
    draining = true;
  }

  private void ended() {
    if (underWay.decrementAndGet() == 0) {
      synchronized (nothingUnderWay) {
        nothingUnderWay.notifyAll();
      }
    }
  }

  /** Waits until no request is under way, or the time is over. */
  void awaitEnd(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    synchronized (nothingUnderWay) {
      for (long left = most.toNanos(); underWay.get() > 0 && left > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(nothingUnderWay, left);
        left = end - System.nanoTime();
      }
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    watch.began(request);
    underWay.incrementAndGet();
    Request.addCompletionListener(request, failure -> ended());
    Exchange exchange =
        new Exchange(request, response, callback, memory.new Share(), limits.patience());
    try {
      guard.check(exchange);
      route(exchange);
    } catch (ProtocolException | OverloadException | RuntimeException e) {
      BodyReader.refuse(exchange, e);
    }
    return true;
  }

  private void route(Exchange exchange) throws ProtocolException, OverloadException {
    String path = exchange.request().getHttpURI().getCanonicalPath();
    List<String> parts = List.of((path == null ? "" : path).replaceAll("^/|/$", "").split("/", -1));
    if (draining && !parts.contains("health") && !parts.contains("metrics")) {
      exchange.endConnection();
      throw new OverloadException("the server is shutting down", 1);
    } else if (parts.get(0).equals("v2")) {
      protocol.handle(exchange, parts.subList(1, parts.size()));
    } else if (parts.equals(List.of("metrics"))) {
      requireMethod(exchange, "GET");
      exchange.send(
          200,
          "text/plain; version=0.0.4; charset=utf-8",
          Map.of(),
          java.nio.ByteBuffer.wrap(
              metrics.text().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } else if (parts.size() == 1) {
      people.handle(exchange, parts.get(0));
    } else {
      throw unknownPath(exchange);
    }
  }

  static ProtocolException unknownPath(Exchange exchange) {
    return new ProtocolException(404, "there is nothing at %s".formatted(exchange.path()));
  }

  static void requireMethod(Exchange exchange, String method) throws ProtocolException {
    String used = exchange.request().getMethod();
    if (!used.equals(method) && !(used.equals("HEAD") && method.equals("GET"))) {
      throw new ProtocolException(
          405, "%s takes %s, not %s".formatted(exchange.path(), method, Printable.text(used)));
    }
  }

  /** What is done with a body. */
  interface BodyHandler {
    void handle(BodyReader.Body body) throws ProtocolException, OverloadException;

    /** Whether it takes so little time that nobody needs to wait for a thread of the readers. */
    default boolean isQuick(int length) {
      return false;
    }
  }

  /**
   * Reads the body of a request for a model, unless there is no room for it.
   *
   * @param limit most bytes
   */
  void withBody(Exchange exchange, Lane lane, int limit, BodyHandler handler)
      throws ProtocolException {
    String encoding = exchange.header("Content-Encoding");
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      throw new ProtocolException(
          415, "content encoding '%s' is not taken".formatted(Printable.text(encoding)));
    }
    if (exchange.request().getLength() > limit) {
      throw ProtocolException.tooLarge(
          "the body has %d bytes; at most %d are taken", exchange.request().getLength(), limit);
    }
    if (lane.isFull()) {
      BodyReader.refuse(exchange, lane.full(), limit);
      return;
    }
    exchange.expectBody();
    new BodyReader(
            exchange,
            limit,
            body -> {
              Work work =
                  () -> {
                    takeForReading(exchange, body.length());
                    handler.handle(body);
                  };
              if (handler.isQuick(body.length())) {
                run(exchange, work);
              } else {
                read(exchange, work);
              }
            })
        .run();
  }

  /** Values and files are copied out of a body, at most twice at a time. */
  private void takeForReading(Exchange exchange, long bytes)
      throws ProtocolException, OverloadException {
    if (3 * bytes > memory.limit()) {
      throw ProtocolException.tooLarge(
          "reading the body takes %d bytes of memory; there are %d", 3 * bytes, memory.limit());
    }
    if (!exchange.memory().take(2 * bytes)) {
      throw new OverloadException("no memory is left for this request", 1);
    }
  }

  interface Work {
    void run() throws ProtocolException, OverloadException;
  }

  /** Does something that takes time. */
  void read(Exchange exchange, Work work) {
    readers.execute(() -> run(exchange, work));
  }

  private static void run(Exchange exchange, Work work) {
    try {
      work.run();
    } catch (Throwable e) { // also memory that cannot be had: the client must hear of it
      exchange.fail(e);
    }
  }
}
