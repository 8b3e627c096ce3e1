package io.github.ideal4j.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A Chromium without a window with one page, spoken to by the DevTools protocol. It is taken from
 * the environment variable {@code IDEAL_CHROMIUM} or from the path.
 */
final class Chromium implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  final List<String> errors = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

  private Chromium(Process process, WebSocket.Builder builder, URI address) throws Exception {
    this.process = process;
    socket = builder.buildAsync(address, new Listener()).join();
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
      send(domain + ".enable", Map.of());
    }
  }

  /** Starts one, or skips the test. */
  static Chromium start(Path profile) throws Exception {
    String given = System.getenv("IDEAL_CHROMIUM");
    Optional<Path> program =
        given != null
            ? Optional.of(Path.of(given))
            : NAMES.stream()
                .flatMap(
                    name ->
                        Stream.of(System.getenv("PATH").split(":", -1)).map(f -> Path.of(f, name)))
                .filter(Files::isExecutable)
                .findFirst();
    Assumptions.assumeTrue(
        program.isPresent(), "there is no Chromium: set IDEAL_CHROMIUM or put one on the path");
    Process process =
        new ProcessBuilder(
                program.get().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-extensions",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path file = profile.resolve("DevToolsActivePort");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(file) || !Files.readString(file).contains("\n")) {
      // Waits for the process without sleeping: it ends only if the start has failed.
      if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        throw new IOException("the browser does not start");
      }
    }
    HttpClient http = HttpClient.newHttpClient();
    URI newPage =
        URI.create(
            "http://127.0.0.1:%s/json/new?about:blank".formatted(Files.readAllLines(file).get(0)));
    String target =
        http.send(
                HttpRequest.newBuilder(newPage).PUT(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    URI address = URI.create(JSON.readTree(target).get("webSocketDebuggerUrl").asText());
    return new Chromium(process, http.newWebSocketBuilder(), address);
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          receive(JSON.readTree(text.toString()));
        } catch (JsonProcessingException e) {
          errors.add("not JSON: " + e.getOriginalMessage());
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void receive(JsonNode message) {
    if (message.has("id")) {
      answers.remove(message.get("id").asInt()).complete(message);
      return;
    }
    JsonNode of = message.get("params");
    switch (message.get("method").asText()) {
      case "Runtime.exceptionThrown" -> errors.add(of.get("exceptionDetails").toString());
      case "Log.entryAdded" -> errors.add(of.get("entry").toString());
      case "Network.requestWillBeSent" -> requests.add(of.get("request").get("url").asText());
      default -> {}
    }
  }

  JsonNode send(String method, Map<String, Object> parameters) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).join();
    JsonNode result = answer.get(60, TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new IllegalStateException("%s: %s".formatted(method, result.get("error")));
    }
    return result.get("result");
  }

  /** The value of an expression, waited for. */
  JsonNode evaluate(String script) throws Exception {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException("%s: %s".formatted(script, result.get("exceptionDetails")));
    }
    return result.get("result").path("value");
  }

  /** Waits until an expression is true; the page's own clock says when to look again. */
  void until(String expression) throws Exception {
    JsonNode reached =
        evaluate(
            "new Promise(done => { const end = Date.now() + 30000; (function look() {"
                + " if (%s) done(true); else if (Date.now() > end) done(false);"
                    .formatted(expression)
                + " else setTimeout(look, 20); })(); })");
    if (!reached.asBoolean()) {
      throw new IllegalStateException(
          "%s did not become true; the page says '%s'"
              .formatted(expression, evaluate("document.body.innerText").asText()));
    }
  }

  void open(URI address) throws Exception {
    send("Page.navigate", Map.of("url", address.toString()));
    until("location.href.startsWith('http') && document.readyState === 'complete'");
  }

  /** Chooses a file as a reader does by a click. */
  void choose(String selector, Path file) throws Exception {
    JsonNode root = send("DOM.getDocument", Map.of()).get("root").get("nodeId");
    JsonNode node = send("DOM.querySelector", Map.of("nodeId", root.asInt(), "selector", selector));
    List<String> files = new ArrayList<>(List.of(file.toAbsolutePath().toString()));
    send("DOM.setFileInputFiles", Map.of("nodeId", node.get("nodeId").asInt(), "files", files));
  }

  void size(int width, int height, String scheme) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  void photograph(Path png) throws Exception {
    JsonNode result = send("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
    Files.createDirectories(png.toAbsolutePath().getParent());
    Files.write(png, Base64.getDecoder().decode(result.get("data").asText()));
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
