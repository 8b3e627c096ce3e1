package io.github.ideal4j.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.server.model.ModelSet;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Models behind HTTP.
 *
 * <pre>{@code
 * ServerMetrics metrics = new ServerMetrics();
 * ModelSet models =
 *     new ModelSet(BatchingSettings.standard(), SessionSettings.cpu(), 24 << 20, metrics);
 * models.addBundle("", Path.of("models/tiny"));
 * try (InferenceServer server =
 *     InferenceServer.start(models, metrics, ServerSettings.local(), line -> {})) {
 *   System.out.println(server.url());
 * }
 * }</pre>
 *
 * <p>It owns the models. Closing finishes what was accepted and refuses the rest.
 */
public final class InferenceServer implements AutoCloseable {

  private static final int HEADER_BYTES = 8 << 10;
  private static final int HTTP_THREADS = 16;
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelSet models;
  private final Server server;
  private final ServerConnector connector;
  private final Router router;
  private final ServerSettings settings;

  private InferenceServer(
      ModelSet models, ServerMetrics metrics, ServerSettings settings, Consumer<String> accessLog) {
    this.models = models;
    this.settings = settings;
    QueuedThreadPool threads = new QueuedThreadPool(HTTP_THREADS, HTTP_THREADS);
    threads.setName("ideal-http");
    threads.setDaemon(true);
    server = new Server(threads);
    ConnectionWatch watch = new ConnectionWatch(settings.limits().patience());
    connector = new ServerConnector(server, 1, 1, connections(settings));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().patience().toMillis());
    connector.addBean(watch);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.limits().maxConnections(), connector));
    router = new Router(settings, new ProtocolEndpoints.Context(models, version()), watch, metrics);
    server.setHandler(router);
    server.setErrorHandler(InferenceServer::error);
    server.setRequestLog((request, response) -> log(request, response, metrics, accessLog));
    server.addEventListener(
        new org.eclipse.jetty.util.component.LifeCycle.Listener() {
          @Override
          public void lifeCycleStarted(org.eclipse.jetty.util.component.LifeCycle event) {
            watch.start(server.getScheduler());
          }
        });
  }

  private static ConnectionFactory[] connections(ServerSettings settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    if (settings.tls().isEmpty()) {
      return new ConnectionFactory[] {plain};
    }
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStorePath(settings.tls().get().keyStore().toUri().toString());
    tls.setKeyStorePassword(settings.tls().get().password());
    tls.setSniRequired(false);
    return new ConnectionFactory[] {new SslConnectionFactory(tls, plain.getProtocol()), plain};
  }

  /**
   * Begins to listen.
   *
   * @param models that are served; closed with the server, or if it does not start
   * @param accessLog gets a line for each request
   * @throws IOException if the address cannot be had, or the key store is not good
   */
  public static InferenceServer start(
      ModelSet models, ServerMetrics metrics, ServerSettings settings, Consumer<String> accessLog)
      throws IOException {
    if (settings.tls().isPresent() && !Files.isReadable(settings.tls().get().keyStore())) {
      models.close();
      throw new IOException("there is no key store %s".formatted(settings.tls().get().keyStore()));
    }
    InferenceServer started = new InferenceServer(models, metrics, settings, accessLog);
    try {
      started.server.start();
      return started;
    } catch (Exception e) {
      started.close();
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen at %s, port %d: %s"
              .formatted(settings.host(), settings.port(), reason.getMessage()),
          e);
    }
  }

  /** Where it listens. */
  public URI url() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create(
        "%s://%s:%d"
            .formatted(
                settings.tls().isPresent() ? "https" : "http", host, connector.getLocalPort()));
  }

  /** The version of this library; {@code development} where its jar does not say. */
  public static String version() {
    String version = InferenceServer.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** What goes wrong before a request is understood. */
  private static boolean error(Request request, Response response, Callback callback) {
    Object code = request.getAttribute(ErrorHandler.ERROR_STATUS);
    int found = code instanceof Integer number ? number : response.getStatus();
    // An HTTP that is not spoken here (501, 505) is the client's mistake, not a failure of ours.
    int status = found == 501 || found == 505 ? 400 : found;
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Exchange.JSON_TYPE);
    String reason = HttpStatus.getMessage(status).toLowerCase(Locale.ROOT);
    try {
      byte[] body =
          JSON.writeValueAsBytes(Map.of("error", "HTTP %d, %s".formatted(status, reason)));
      response.write(true, ByteBuffer.wrap(body), callback);
    } catch (IOException e) {
      callback.failed(e);
    }
    return true;
  }

  private static void log(
      Request request, Response response, ServerMetrics metrics, Consumer<String> accessLog) {
    Exchange exchange = Exchange.of(request);
    long nanos = System.nanoTime() - request.getBeginNanoTime();
    String model = exchange == null ? "-" : exchange.model();
    metrics.answered(model, response.getStatus(), nanos);
    accessLog.accept(
        "%s %s %s %s %d %.1f ms model=%s images=%d bytes=%d"
            .formatted(
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                Request.getRemoteAddr(request),
                request.getMethod().replaceAll("[^A-Z]", "?"),
                exchange == null ? "-" : exchange.path().replaceAll("\\s", "?"),
                response.getStatus(),
                nanos / 1e6,
                model,
                exchange == null ? 0 : exchange.rows(),
                Response.getContentBytesWritten(response)));
  }

  /** Finishes what was accepted, refuses the rest, and ends. */
  @Override
  public void close() {
    router.drain();
    try {
      router.awaitEnd(DRAIN);
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      org.slf4j.LoggerFactory.getLogger(InferenceServer.class).warn("HTTP does not end well", e);
    } finally {
      router.readers().shutdown();
      models.close();
    }
  }
}
