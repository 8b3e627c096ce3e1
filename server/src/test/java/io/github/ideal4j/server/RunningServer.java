package io.github.ideal4j.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.server.trial.ToyBundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of the toy bundle, and a client of it. */
final class RunningServer implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();

  final InferenceServer server;
  final List<String> log = new CopyOnWriteArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningServer(Path folder, ServerSettings settings) throws IOException {
    ServerMetrics metrics = new ServerMetrics();
    ModelSet models =
        new ModelSet(
            BatchingSettings.standard(),
            SessionSettings.cpu().withThreads(1),
            settings.limits().maxPixels(),
            metrics);
    models.addBundle("", folder);
    server = InferenceServer.start(models, metrics, settings, log::add);
  }

  static RunningServer of(Path folder, ServerSettings settings) throws IOException {
    ToyBundle.write(folder);
    return new RunningServer(folder, settings);
  }

  URI url(String path) {
    return URI.create(server.url() + path);
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(url(path)));
  }

  HttpResponse<byte[]> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url(path)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  HttpResponse<byte[]> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** A request with binary tensors after its header. */
  HttpResponse<byte[]> infer(String model, String header, byte[]... binary)
      throws IOException, InterruptedException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    int length = json.length;
    for (byte[] one : binary) {
      length += one.length;
    }
    ByteBuffer body = ByteBuffer.allocate(length).put(json);
    for (byte[] one : binary) {
      body.put(one);
    }
    return post(
        "/v2/models/%s/infer".formatted(model),
        body.array(),
        "Inference-Header-Content-Length",
        Integer.toString(json.length));
  }

  static JsonNode json(HttpResponse<byte[]> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  static String error(HttpResponse<byte[]> answer) throws IOException {
    return json(answer).path("error").asText();
  }

  @Override
  public void close() {
    server.close();
  }
}
