package io.github.ideal4j.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One page of a {@link Browser}: what is asked of it, and what it complained of. */
public final class BrowserPage implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 60;

  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  BrowserPage(HttpClient http, URI address) {
    socket = http.newWebSocketBuilder().buildAsync(address, new Listener()).join();
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
      send(domain + ".enable", Map.of());
    }
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
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Runtime.exceptionThrown" -> errors.add(of.get("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(of.get("type").asText())) {
          errors.add(of.get("args").toString());
        }
      }
      case "Log.entryAdded" -> errors.add(of.get("entry").toString());
      case "Network.requestWillBeSent" -> {
        String url = of.get("request").get("url").asText();
        if (!url.startsWith("data:")) {
          requests.add(url);
        }
      }
      default -> {}
    }
  }

  /** Calls a method and returns its result. */
  private JsonNode send(String method, Map<String, Object> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).join();
    JsonNode result = await(answer);
    if (result.has("error")) {
      throw new IllegalStateException("%s: %s".formatted(method, result.get("error")));
    }
    return result.get("result");
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the browser does not answer", e);
    }
  }

  /** Opens a file and waits until it is there. */
  public BrowserPage open(Path file) {
    return open(file.toUri());
  }

  /** Opens an address and waits until it is there. */
  public BrowserPage open(URI page) {
    loaded = new CompletableFuture<>();
    send("Page.navigate", Map.of("url", page.toString()));
    await(loaded);
    settle();
    return this;
  }

  /** Does something that loads the page anew, and waits until it is there. */
  public void reloadBy(String script) {
    loaded = new CompletableFuture<>();
    evaluate(script);
    await(loaded);
    settle();
  }

  /** Waits until what was asked for is drawn. */
  public void settle() {
    evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))");
  }

  /** The value of an expression. */
  public JsonNode evaluate(String script) {
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
  public void until(String expression) {
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

  /** Chooses a file as a reader does by a click. */
  public void choose(String selector, Path file) {
    JsonNode root = send("DOM.getDocument", Map.of()).get("root").get("nodeId");
    JsonNode node = send("DOM.querySelector", Map.of("nodeId", root.asInt(), "selector", selector));
    send(
        "DOM.setFileInputFiles",
        Map.of(
            "nodeId",
            node.get("nodeId").asInt(),
            "files",
            List.of(file.toAbsolutePath().toString())));
  }

  /** Runs a script before those of every page that is opened from now on. */
  public void before(String script) {
    send("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Presses a key where the focus is. */
  public void press(String key, int code) {
    Map<String, Object> down =
        key.length() == 1
            ? Map.of("type", "keyDown", "key", key, "text", key, "windowsVirtualKeyCode", code)
            : Map.of("type", "rawKeyDown", "key", key, "code", key, "windowsVirtualKeyCode", code);
    send("Input.dispatchKeyEvent", down);
    send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    settle();
  }

  /** Moves a pressed mouse within an element, by shares of its width; 0 to 0 is a click. */
  public void drag(String selector, double from, double to) {
    JsonNode box =
        evaluate(
            "(() => { const e = document.querySelector('%s'); e.scrollIntoView({block: 'center'});"
                    .formatted(selector)
                + " const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()");
    double y = box.get(1).asDouble() + box.get(3).asDouble() / 2;
    List<double[]> moves = new ArrayList<>();
    for (double share : new double[] {from, (from + to) / 2, to}) {
      moves.add(new double[] {box.get(0).asDouble() + share * box.get(2).asDouble(), y});
    }
    mouse("mouseMoved", moves.get(0), 0);
    mouse("mousePressed", moves.get(0), 1);
    moves.forEach(place -> mouse("mouseMoved", place, 1));
    mouse("mouseReleased", moves.get(2), 0);
    settle();
  }

  private void mouse(String type, double[] place, int buttons) {
    send(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            place[0],
            "y",
            place[1],
            "button",
            "left",
            "buttons",
            buttons,
            "clickCount",
            1));
  }

  /** Makes the window so many pixels large. */
  public void size(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    settle();
  }

  /**
   * Chooses what the page is shown on.
   *
   * @param medium screen or print
   * @param scheme light or dark
   */
  public void show(String medium, String scheme) {
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            medium,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    settle();
  }

  /** Keeps a picture of the whole page. */
  public void photograph(Path png) {
    JsonNode result = send("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
    try {
      Files.createDirectories(png.toAbsolutePath().getParent());
      Files.write(png, Base64.getDecoder().decode(result.get("data").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors, warnings and exceptions so far. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** What was asked of the disk or a network so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
