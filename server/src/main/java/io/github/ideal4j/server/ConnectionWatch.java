package io.github.ideal4j.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that have no complete head of a request for too long, however busily they send
 * a byte now and then.
 */
final class ConnectionWatch implements Connection.Listener {

  /** Stands for a request that is being answered. */
  private static final long BUSY = Long.MAX_VALUE;

  private final Map<Connection, Long> idleSince = new ConcurrentHashMap<>();
  private final Duration patience;

  ConnectionWatch(Duration patience) {
    this.patience = patience;
  }

  int count() {
    return idleSince.size();
  }

  void start(Scheduler timer) {
    long period = Math.max(50, Math.min(1000, patience.toMillis() / 2));
    timer.schedule(
        () -> {
          sweep();
          start(timer);
        },
        period,
        TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    long now = System.nanoTime();
    idleSince.forEach(
        (connection, since) -> {
          if (since != BUSY && now - since > patience.toNanos()) {
            connection.getEndPoint().close(new TimeoutException("no request came in time"));
          }
        });
  }

  void began(Request request) {
    Connection connection = request.getConnectionMetaData().getConnection();
    idleSince.computeIfPresent(connection, (key, since) -> BUSY);
    Request.addCompletionListener(
        request,
        failure -> idleSince.computeIfPresent(connection, (key, since) -> System.nanoTime()));
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof ConnectionMetaData) {
      idleSince.put(connection, System.nanoTime());
    }
  }

  @Override
  public void onClosed(Connection connection) {
    idleSince.remove(connection);
  }
}
