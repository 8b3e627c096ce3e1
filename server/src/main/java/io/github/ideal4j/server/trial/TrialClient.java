package io.github.ideal4j.server.trial;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Sends images to an encoder, and knows the tokens that must come back. */
final class TrialClient {

  private static final int IMAGES = 64;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          // Answers are compared where they arrive: a second thread for each would cost the server.
          .executor(Runnable::run)
          .build();
  private final URI url;
  private final List<byte[]> bodies = new ArrayList<>();
  private final List<byte[]> tokens = new ArrayList<>();
  private final String header;

  /**
   * What came of a request.
   *
   * @param status of HTTP; 0 if there was no answer
   * @param nanos since it should have been sent
   * @param right whether an answer with tokens has the right ones
   */
  record Outcome(int status, long nanos, boolean right) {}

  private TrialClient(URI url, String header) {
    this.url = url;
    this.header = header;
  }

  /** Computes the tokens in this process, in batches of the default size. */
  static TrialClient of(URI url, Bundle bundle, SessionSettings settings, List<RgbImage> images)
      throws IOException {
    int width = bundle.description().image().width();
    int height = bundle.description().image().height();
    String header =
        ("{\"inputs\":[{\"name\":\"images\",\"datatype\":\"UINT8\",\"shape\":[1,%d,%d,3],"
                + "\"parameters\":{\"binary_data_size\":%d}}],"
                + "\"parameters\":{\"binary_data_output\":true}}")
            .formatted(height, width, height * width * 3);
    TrialClient client = new TrialClient(url, header);
    List<RgbImage> chosen = images.subList(0, Math.min(IMAGES, images.size()));
    int[][] grids;
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      grids = tokenizer.encode(chosen);
    }
    for (int i = 0; i < grids.length; i++) {
      byte[] json = header.getBytes(StandardCharsets.UTF_8);
      byte[] pixels = chosen.get(i).pixels();
      client.bodies.add(
          ByteBuffer.allocate(json.length + pixels.length).put(json).put(pixels).array());
      ByteBuffer expected = ByteBuffer.allocate(2 * grids[i].length).order(ByteOrder.LITTLE_ENDIAN);
      for (int token : grids[i]) {
        expected.putShort((short) token);
      }
      client.tokens.add(expected.array());
    }
    return client;
  }

  /** Sends without waiting. */
  CompletableFuture<Outcome> send(int number, long due) {
    return http.sendAsync(request(number), HttpResponse.BodyHandlers.ofByteArray())
        .handle((answer, failure) -> outcome(number, due, failure == null ? answer : null));
  }

  /** Sends, and waits for the answer. */
  Outcome ask(int number) {
    long start = System.nanoTime();
    try {
      return outcome(
          number, start, http.send(request(number), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      return outcome(number, start, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return outcome(number, start, null);
    }
  }

  private HttpRequest request(int number) {
    return HttpRequest.newBuilder(url.resolve("/v2/models/encoder/infer"))
        .timeout(Duration.ofSeconds(60))
        .header("Inference-Header-Content-Length", Integer.toString(header.length()))
        .header("Content-Type", "application/octet-stream")
        .POST(HttpRequest.BodyPublishers.ofByteArray(bodies.get(number % bodies.size())))
        .build();
  }

  /**
   * What an answer is worth.
   *
   * @param answer null if there is none
   */
  private Outcome outcome(int number, long due, HttpResponse<byte[]> answer) {
    long nanos = System.nanoTime() - due;
    if (answer == null) {
      return new Outcome(0, nanos, false);
    }
    byte[] right = tokens.get(number % tokens.size());
    return new Outcome(
        answer.statusCode(), nanos, answer.statusCode() != 200 || endsWith(answer.body(), right));
  }

  private static boolean endsWith(byte[] answer, byte[] tokens) {
    int from = answer.length - tokens.length;
    return from > 0 && Arrays.equals(answer, from, answer.length, tokens, 0, tokens.length);
  }

  /** A whole request as it goes over the wire, and a new connection for each. */
  @SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end with two characters
  byte[] raw(int number) {
    byte[] body = bodies.get(number % bodies.size());
    byte[] head =
        ("POST /v2/models/encoder/infer HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Content-Type: application/octet-stream\r\n"
                + "Inference-Header-Content-Length: %d\r\nContent-Length: %d\r\n\r\n")
            .formatted(header.length(), body.length)
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
  }

  /** The server's numbers by name, without those that have labels. */
  Map<String, Double> metrics() throws IOException {
    Map<String, Double> values = new TreeMap<>();
    try {
      String text =
          http.send(
                  HttpRequest.newBuilder(url.resolve("/metrics")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      text.lines()
          .filter(line -> line.matches("[a-z_]+ \\S+"))
          .forEach(
              line -> {
                String[] words = line.split(" ", 2);
                values.put(words[0], Double.parseDouble(words[1]));
              });
      return values;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
