package io.github.ideal4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A Chromium without a window, spoken to by the DevTools protocol. It is taken from the environment
 * variable {@code IDEAL_CHROMIUM} or from the path.
 */
public final class Browser implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  private Browser(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one, or skips the test. */
  public static Browser start(Path profile) throws IOException, InterruptedException {
    Optional<Path> program = find();
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
    return new Browser(process, port(process, profile.resolve("DevToolsActivePort")));
  }

  private static Optional<Path> find() {
    String given = System.getenv("IDEAL_CHROMIUM");
    if (given != null) {
      return Optional.of(Path.of(given));
    }
    return NAMES.stream()
        .flatMap(name -> Stream.of(System.getenv("PATH").split(":", -1)).map(f -> Path.of(f, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The file appears when the browser listens. */
  private static int port(Process process, Path file) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end) {
      if (Files.exists(file) && Files.readString(file).contains("\n")) {
        return Integer.parseInt(Files.readAllLines(file).get(0));
      }
      // Waits for the process without sleeping: it ends only if the start has failed.
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IOException("the browser ended at once with " + process.exitValue());
      }
    }
    throw new IOException("the browser did not listen within " + START);
  }

  /** A new, empty page. */
  public BrowserPage page() throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:%d/json/new?about:blank".formatted(port));
    HttpRequest request =
        HttpRequest.newBuilder(address).PUT(HttpRequest.BodyPublishers.noBody()).build();
    String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    JsonNode target = new ObjectMapper().readTree(answer);
    return new BrowserPage(http, URI.create(target.get("webSocketDebuggerUrl").asText()));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
