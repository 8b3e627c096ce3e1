package io.github.ideal4j.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.protocol.Printable;
import io.github.ideal4j.server.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request and its only answer. */
final class Exchange {

  static final String JSON_TYPE = "application/json";

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final MemoryBudget.Share memory;
  private final Scheduler timer;
  private final Duration patience;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicReference<Scheduler.Task> timeout = new AtomicReference<>();
  private volatile String model = "-";
  private volatile int rows;

  Exchange(
      Request request,
      Response response,
      Callback callback,
      MemoryBudget.Share memory,
      Duration patience) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.memory = memory;
    this.patience = patience;
    timer = request.getComponents().getScheduler();
    request.setAttribute(Exchange.class.getName(), this);
    Request.addCompletionListener(
        request,
        failure -> {
          memory.release();
          startTimeout(null);
        });
  }

  static Exchange of(Request request) {
    return (Exchange) request.getAttribute(Exchange.class.getName());
  }

  Request request() {
    return request;
  }

  MemoryBudget.Share memory() {
    return memory;
  }

  String model() {
    return model;
  }

  int rows() {
    return rows;
  }

  /** Says what is asked for, for the log and the numbers. */
  void about(String newModel, int newRows) {
    model = newModel;
    rows = newRows;
  }

  String header(String name) {
    String value = request.getHeaders().get(name);
    return value == null ? "" : value;
  }

  boolean isAnswered() {
    return answered.get();
  }

  /** Refuses the request unless its body is there in time. */
  void expectBody() {
    startTimeout(() -> fail(tooSlow()));
  }

  /** For who does not send a request in time. */
  ProtocolException tooSlow() {
    return new ProtocolException(
        408, "the request did not arrive within %.1f s".formatted(patience.toMillis() / 1e3));
  }

  /** Nothing more is taken on the connection after the answer. */
  void endConnection() {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
  }

  /** The client has done its part. */
  void bodyArrived() {
    startTimeout(null);
  }

  private void startTimeout(Runnable action) {
    Scheduler.Task task =
        action == null ? null : timer.schedule(action, patience.toMillis(), TimeUnit.MILLISECONDS);
    Scheduler.Task before = timeout.getAndSet(task);
    if (before != null) {
      before.cancel();
    }
  }

  void json(int status, Object value) {
    try {
      send(status, JSON_TYPE, Map.of(), ByteBuffer.wrap(JSON.writeValueAsBytes(value)));
    } catch (JsonProcessingException e) {
      fail(e);
    }
  }

  /** Answers, unless there was an answer. */
  void send(int status, String type, Map<String, String> headers, ByteBuffer... parts) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    headers.forEach(response.getHeaders()::put);
    if (!request.consumeAvailable()) {
      endConnection(); // it does end with a body that was not read, and the client should know
    }
    long length = BufferUtil.remaining(parts);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    startTimeout(this::hangUp);
    writeFrom(parts, 0);
  }

  private void writeFrom(ByteBuffer[] parts, int from) {
    if (from == parts.length - 1) {
      response.write(true, parts[from], callback);
    } else {
      response.write(
          false, parts[from], Callback.from(() -> writeFrom(parts, from + 1), callback::failed));
    }
  }

  /** For who does not read the answer. */
  private void hangUp() {
    request
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close(new TimeoutException("the answer was not read in time"));
  }

  /** Answers with an error of the protocol. */
  void fail(Throwable problem) {
    Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
    if (cause instanceof ProtocolException refusal) {
      error(
          refusal.status(),
          refusal.getMessage(),
          refusal.status() == 401 ? Map.of("WWW-Authenticate", "Bearer") : Map.of());
    } else if (cause instanceof OverloadException overload) {
      error(
          503,
          overload.getMessage(),
          Map.of("Retry-After", Integer.toString(overload.retrySeconds())));
    } else {
      LOG.error("{} {} failed", request.getMethod(), path(), cause);
      error(500, "the server failed; its log says why", Map.of());
    }
  }

  private void error(int status, String message, Map<String, String> headers) {
    try {
      byte[] body = JSON.writeValueAsBytes(Map.of("error", message));
      send(status, JSON_TYPE, headers, ByteBuffer.wrap(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text is no JSON", e);
    }
  }

  String path() {
    return Printable.text(
        request.getHttpURI().getPath() == null ? "" : request.getHttpURI().getPath());
  }
}
