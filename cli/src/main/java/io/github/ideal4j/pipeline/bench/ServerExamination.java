package io.github.ideal4j.pipeline.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Asks a server of the Open Inference Protocol what it has, and sends a black image to every model
 * that takes images. Works with Triton, too.
 */
public final class ServerExamination {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final URI url;
  private final Optional<String> token;
  private final Map<String, Object> facts = new LinkedHashMap<>();

  private ServerExamination(URI url, Optional<String> token) {
    this.url = url;
    this.token = token;
  }

  /**
   * Examines.
   *
   * @param url such as {@code http://127.0.0.1:8080}
   * @param token sent as {@code Authorization: Bearer}
   * @return facts by name, in order
   * @throws IOException if it cannot be reached, or does not speak the protocol
   */
  public static Map<String, Object> of(URI url, Optional<String> token) throws IOException {
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(
          "'%s' is no address of a server; http://127.0.0.1:8080 would be one".formatted(url));
    }
    ServerExamination examination = new ServerExamination(url, token);
    examination.run();
    return examination.facts;
  }

  private void run() throws IOException {
    facts.put("server", url.toString());
    facts.put("live", state("/v2/health/live"));
    facts.put("ready", state("/v2/health/ready"));
    JsonNode server = json(request("/v2").build());
    facts.put(
        "software",
        "%s %s with %s"
            .formatted(
                server.path("name").asText(),
                server.path("version").asText(),
                server.path("extensions")));
    JsonNode index =
        json(request("/v2/repository/index").POST(HttpRequest.BodyPublishers.noBody()).build());
    for (JsonNode model : index) {
      String name = model.path("name").asText();
      JsonNode described = json(request("/v2/models/" + name).build());
      facts.put(
          name, tensors(described.path("inputs")) + " -> " + tensors(described.path("outputs")));
      time(name, described);
    }
  }

  private String state(String path) throws IOException {
    long start = System.nanoTime();
    int status = send(request(path).build()).statusCode();
    return "%s (%.1f ms)"
        .formatted(status == 200 ? "yes" : "no, HTTP " + status, (System.nanoTime() - start) / 1e6);
  }

  private static String tensors(JsonNode tensors) {
    StringJoiner text = new StringJoiner(", ");
    for (JsonNode tensor : tensors) {
      text.add(
          "%s %s %s"
              .formatted(
                  tensor.path("name").asText(),
                  tensor.path("datatype").asText(),
                  tensor.path("shape")));
    }
    return text.toString();
  }

  /** One black image, if that is what the model takes. */
  private void time(String name, JsonNode described) throws IOException {
    JsonNode input = described.path("inputs").path(0);
    JsonNode shape = input.path("shape");
    if (described.path("inputs").size() != 1
        || !input.path("datatype").asText().equals("UINT8")
        || shape.size() != 4) {
      return;
    }
    int bytes = shape.path(1).asInt() * shape.path(2).asInt() * shape.path(3).asInt();
    byte[] header =
        ("{\"inputs\":[{\"name\":\"%s\",\"datatype\":\"UINT8\",\"shape\":[1,%d,%d,%d],"
                + "\"parameters\":{\"binary_data_size\":%d}}]}")
            .formatted(
                input.path("name").asText(),
                shape.path(1).asInt(),
                shape.path(2).asInt(),
                shape.path(3).asInt(),
                bytes)
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = ByteBuffer.allocate(header.length + bytes).put(header).array();
    long start = System.nanoTime();
    JsonNode answer =
        json(
            request("/v2/models/%s/infer".formatted(name))
                .header("Inference-Header-Content-Length", Integer.toString(header.length))
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    facts.put(
        name + ", one black image",
        "%s in %.1f ms"
            .formatted(tensors(answer.path("outputs")), (System.nanoTime() - start) / 1e6));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).timeout(PATIENCE);
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private JsonNode json(HttpRequest request) throws IOException {
    HttpResponse<String> answer = send(request);
    try {
      JsonNode body = JSON.readTree(answer.body());
      if (answer.statusCode() == 200) {
        return body;
      }
      throw new IOException(
          "%s answers with HTTP %d: %s"
              .formatted(
                  request.uri(), answer.statusCode(), body.path("error").asText("no reason")));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s does not speak the Open Inference Protocol: HTTP %d without JSON"
              .formatted(request.uri(), answer.statusCode()),
          e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new IOException("nothing listens at %s".formatted(url), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
