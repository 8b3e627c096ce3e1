package io.github.ideal4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.server.trial.ToyBundle;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than there is room for, several models, and the end. */
class PressureTest {

  @TempDir Path folder;

  private InferenceServer start(BatchingSettings batching, List<Path> bundles, List<Path> fused)
      throws IOException {
    ServerMetrics metrics = new ServerMetrics();
    ModelSet models =
        new ModelSet(batching, SessionSettings.cpu().withThreads(1), 1 << 20, metrics);
    for (Path bundle : bundles) {
      models.addBundle(bundles.size() == 1 ? "" : bundle.getFileName().toString(), bundle);
    }
    for (Path one : fused) {
      models.addClassifier("", one);
    }
    return InferenceServer.start(models, metrics, ServerSettings.local(), line -> {});
  }

  private static HttpRequest tokens(URI url, String query) throws IOException {
    return HttpRequest.newBuilder(url.resolve("/tokens" + query))
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.ofByteArray(ToyImages.png(ToyImages.of(3))))
        .build();
  }

  /** A run waits half a second for others here, so that the second and third request meet it. */
  @Test
  void aFullQueueIsToldAtOnceAndWhenToComeAgain() throws Exception {
    ToyBundle.write(folder.resolve("toy"));
    BatchingSettings batching = new BatchingSettings(8, Duration.ofMillis(500), 2, 1);
    HttpClient http = HttpClient.newHttpClient();
    try (InferenceServer server = start(batching, List.of(folder.resolve("toy")), List.of())) {
      List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        sent.add(http.sendAsync(tokens(server.url(), ""), HttpResponse.BodyHandlers.ofString()));
      }
      List<HttpResponse<String>> answers = sent.stream().map(CompletableFuture::join).toList();
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(2);
      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() == 503)
          .hasSize(4)
          .allSatisfy(
              answer -> {
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                assertThat(answer.body()).contains("2 images wait for 'toy-encoder'");
              });
    }
  }

  @Test
  void aTimeoutThatIsTooShortEndsTheWait() throws Exception {
    ToyBundle.write(folder.resolve("toy"));
    BatchingSettings batching = new BatchingSettings(8, Duration.ofMillis(200), 4, 1);
    try (InferenceServer server = start(batching, List.of(folder.resolve("toy")), List.of())) {
      String request =
          "{\"parameters\":{\"timeout\":1000},\"inputs\":[{\"name\":\"tokens\",\"datatype\":\"INT32\","
              + "\"shape\":[1,4,4],\"data\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}]}";
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.url().resolve("/v2/models/decoder/infer"))
                      .POST(HttpRequest.BodyPublishers.ofString(request))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("waited longer than it was allowed to");
    }
  }

  @Test
  void severalBundlesAndAClassifierHaveTheirNames() throws Exception {
    ToyBundle.write(folder.resolve("one"));
    ToyBundle.write(folder.resolve("two"));
    Path classifier = classifier(folder.resolve("bright.onnx"));
    HttpClient http = HttpClient.newHttpClient();
    try (InferenceServer server =
        start(
            BatchingSettings.standard(),
            List.of(folder.resolve("one"), folder.resolve("two")),
            List.of(classifier))) {
      assertThat(
              http.send(tokens(server.url(), "?bundle=two"), HttpResponse.BodyHandlers.ofString())
                  .body())
          .contains("\"bundle\":\"two\"");
      HttpResponse<String> ready =
          http.send(
              HttpRequest.newBuilder(server.url().resolve("/v2/models/two-encoder/ready")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(ready.body()).isEqualTo("{\"name\":\"two-encoder\",\"ready\":true}");
      HttpResponse<String> labels =
          http.send(
              HttpRequest.newBuilder(server.url().resolve("/labels"))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(ToyImages.png(ToyImages.of(3))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      JsonNode answer = RunningServer.JSON.readTree(labels.body());
      assertThat(answer.get("classifier").asText()).isEqualTo("bright");
      double[] mean = new double[3];
      for (int i = 0; i < 3072; i++) {
        mean[i % 3] += (ToyImages.of(3).pixels()[i] & 0xFF) / 1024.0;
      }
      List<String> names = List.of("red", "green", "blue");
      double before = Double.MAX_VALUE;
      for (JsonNode label : answer.get("labels")) {
        double score = label.get("score").asDouble();
        assertThat(score).isCloseTo(mean[names.indexOf(label.get("label").asText())], within(0.01));
        assertThat(score).isLessThanOrEqualTo(before);
        before = score;
      }
      assertThat(answer.get("labels")).hasSize(3);
    }
  }

  /** The mean of each channel as a score, with the metadata of a fused classifier. */
  private static Path classifier(Path file) throws IOException {
    GraphBuilder graph = new GraphBuilder("bright");
    Value images = graph.input("images", ElementType.UINT8, "n", 32, 32, 3);
    Value mean =
        graph.node(
            "ReduceMean",
            List.of(graph.cast(images, ElementType.FLOAT), graph.longs(1, 2)),
            Attribute.of("keepdims", 0L));
    graph.output(mean, "scores", ElementType.FLOAT, "n", 3);
    ModelProto model =
        graph.toModel().toBuilder()
            .addMetadataProps(entry("ideal.outputs", "[\"red\",\"green\",\"blue\"]"))
            .addMetadataProps(entry("ideal.kind", "regression"))
            .build();
    Files.write(file, model.toByteArray());
    return file;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** A request whose body is half there when the end is asked for is still answered. */
  @Test
  void theEndWaitsForWhatWasAccepted() throws Exception {
    ToyBundle.write(folder.resolve("toy"));
    InferenceServer server =
        start(BatchingSettings.standard(), List.of(folder.resolve("toy")), List.of());
    byte[] png = ToyImages.png(ToyImages.of(3));
    try (Socket socket =
        new Socket(java.net.InetAddress.getLoopbackAddress(), server.url().getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "POST /tokens HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                  .formatted(png.length)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(png, 0, 50);
      HttpClient http = HttpClient.newHttpClient();
      HttpRequest metrics = HttpRequest.newBuilder(server.url().resolve("/metrics")).build();
      String text = "";
      while (!text.contains("ideal_requests_active 2.0")) {
        text = http.send(metrics, HttpResponse.BodyHandlers.ofString()).body();
      }
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      HttpRequest ready = HttpRequest.newBuilder(server.url().resolve("/v2/health/ready")).build();
      while (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() != 503) {
        Thread.onSpinWait();
      }
      HttpResponse<String> refused =
          http.send(tokens(server.url(), ""), HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("shutting down");
      assertThat(closing).isNotDone();
      socket.getOutputStream().write(png, 50, png.length - 50);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("\"tokens\":[");
      closing.get(20, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  /** A client that knows the specification and nothing of this project. */
  @Test
  void aClientInPythonGetsTheTokensOfThisProcess() throws Exception {
    Peer python = Peer.python();
    Bundle bundle = ToyBundle.write(folder.resolve("toy"));
    List<Object> command = new ArrayList<>();
    try (InferenceServer server =
        start(BatchingSettings.standard(), List.of(folder.resolve("toy")), List.of())) {
      command.addAll(List.of("src/test/resources/peer/oip_client.py", server.url()));
      for (int i = 0; i < 3; i++) {
        Path file = folder.resolve(i + ".png");
        Files.write(file, ToyImages.png(ToyImages.of(i)));
        command.add(file);
      }
      JsonNode found = RunningServer.JSON.readTree(python.run(command.toArray()));
      int[][] expected;
      try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu())) {
        expected = tokenizer.encode(List.of(ToyImages.of(0), ToyImages.of(1), ToyImages.of(2)));
      }
      List<Integer> all = new ArrayList<>();
      for (int[] grid : expected) {
        for (int token : grid) {
          all.add(token);
        }
      }
      assertThat(found.get("shape").toString()).isEqualTo("[3,4,4]");
      assertThat(found.get("datatype").asText()).isEqualTo("UINT16");
      assertThat(found.get("tokens").toString())
          .isEqualTo(RunningServer.JSON.writeValueAsString(all));
      assertThat(found.get("tokens_as_json")).isEqualTo(found.get("tokens"));
      assertThat(found.get("images")).hasSize(3 * 3072);
      assertThat(found.at("/images/0").asInt()).isEqualTo(16 * expected[0][0]);
      assertThat(found.get("id").asText()).isEqualTo("forty-two");
      assertThat(found.at("/live/0").asInt()).isEqualTo(200);
      assertThat(found.at("/ready/0").asInt()).isEqualTo(200);
      assertThat(found.at("/server/1/extensions").toString()).contains("binary_tensor_data");
      assertThat(found.at("/model/1/inputs/0/datatype").asText()).isEqualTo("BYTES");
      assertThat(found.get("refusal").asText())
          .startsWith("400: input 'images' has shape [1, 2, 2, 3]");
    }
  }
}
