package io.github.ideal4j.server.trial;

import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that do something a server does not like, by four clients at a time. */
abstract class Disturbance {

  private static final int CLIENTS = 4;
  private static final int MILLIS = 20_000;
  private static final int SHOWN = 20;

  private final URI url;
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  Disturbance(URI url) {
    this.url = url;
  }

  abstract String name();

  /** Does one of them; returns the status of the answer, 0 if there is none. */
  abstract int one(int number) throws IOException;

  void run(int count, Progress.Stage stage) {
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                  note(n);
                  stage.advance(1);
                }
              },
              work -> new Thread(work, "ideal-trial").start()));
    }
    clients.forEach(CompletableFuture::join);
  }

  private void note(int number) {
    int status;
    try {
      status = one(number);
    } catch (java.net.SocketTimeoutException e) {
      failures.add("number %d: no answer within %d ms".formatted(number, MILLIS));
      status = 0;
    } catch (IOException e) {
      status = 0; // the server hung up, which it may
    }
    synchronized (statuses) {
      statuses.merge(status, 1L, Long::sum);
    }
    if (status >= 500 && status != 503 && failures.size() < SHOWN) {
      failures.add("number %d: status %d".formatted(number, status));
    }
  }

  Map<Integer, Long> statuses() {
    return statuses;
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @SuppressWarnings("AddressSelection") // the server is on the loopback address
  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(MILLIS);
    socket.setSoLinger(true, 0);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), MILLIS);
    return socket;
  }

  /** Reads to the end; the status of the first answer. */
  static int status(InputStream in) throws IOException {
    byte[] head = in.readNBytes(12);
    in.transferTo(java.io.OutputStream.nullOutputStream());
    String text = new String(head, StandardCharsets.US_ASCII);
    return text.matches("HTTP/1\\.[01] [0-9]{3}") ? Integer.parseInt(text.substring(9)) : 0;
  }
}
