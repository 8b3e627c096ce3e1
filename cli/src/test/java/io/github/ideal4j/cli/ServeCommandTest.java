package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.server.trial.ToyBundle;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ideal serve} as a process of its own, and who asks it. */
class ServeCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** A started command and where it listens. */
  private record Serving(Process process, BufferedReader out, URI url) {

    /** SIGTERM; the exit code. */
    int end() throws InterruptedException {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }
  }

  private Serving serve(String... more) throws IOException {
    ToyBundle.write(folder.resolve("toy"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                "io.github.ideal4j.cli.IdealCommand",
                "serve",
                "--bundle",
                folder.resolve("toy").toString(),
                "--port",
                "0",
                "--json"));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("log").toFile()).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder json = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      json.append(line);
      if (line.equals("}")) {
        return new Serving(
            process, out, URI.create(JSON.readTree(json.toString()).get("url").asText()));
      }
    }
    throw new IOException(Files.readString(folder.resolve("log")));
  }

  private static String run(int code, Object... words) {
    Outcome outcome = Outcome.run(words).with(code);
    return outcome.out() + outcome.err();
  }

  private void photographs(Path into, int count) throws IOException {
    Files.createDirectories(into);
    for (int i = 0; i < count; i++) {
      BufferedImage picture = new BufferedImage(50 + i, 40, BufferedImage.TYPE_INT_RGB);
      Random random = new Random(i);
      for (int y = 0; y < 40; y++) {
        for (int x = 0; x < 50 + i; x++) {
          picture.setRGB(x, y, ((x * 5) << 16) + random.nextInt(1 << 16));
        }
      }
      ImageIO.write(picture, "png", into.resolve("p%d.png".formatted(i)).toFile());
    }
  }

  @Test
  void itAnswersWithTheTokensOfTheLocalCommandAndEndsWithZero() throws Exception {
    Path images = folder.resolve("images");
    photographs(images, 5);
    Serving serving = serve();
    try {
      Path tokens = folder.resolve("tokens.arrow");
      run(
          0,
          "tokenize",
          "--bundle",
          folder.resolve("toy").toString(),
          "--images",
          images.toString(),
          "--out",
          tokens.toString());
      HttpClient http = HttpClient.newHttpClient();
      try (TokenDataset dataset = TokenDataset.open(tokens)) {
        for (TokenBatch batch : dataset.batches()) {
          for (int i = 0; i < batch.size(); i++) {
            TokenRow row = batch.row(i);
            HttpResponse<String> answer =
                http.send(
                    HttpRequest.newBuilder(serving.url().resolve("/tokens"))
                        .POST(HttpRequest.BodyPublishers.ofFile(images.resolve(row.path())))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode found = JSON.readTree(answer.body());
            assertThat(JSON.convertValue(found.get("tokens"), int[].class))
                .isEqualTo(row.grid().indices());
          }
        }
      }
      String examined = run(0, "doctor", "--url", serving.url().toString());
      assertThat(examined)
          .contains("ready")
          .contains("toy-encoder, one black image")
          .contains("tokens UINT16 [1,4,4]");
    } finally {
      assertThat(serving.end()).isZero();
    }
    assertThat(Files.readString(folder.resolve("log")))
        .contains("POST /tokens 200")
        .doesNotContain("Exception");
  }

  @Test
  void aTokenIsReadFromAFile() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a-long-secret\n");
    Serving serving = serve("--token-file", token.toString(), "--no-access-log");
    try {
      assertThat(run(1, "doctor", "--url", serving.url().toString()))
          .contains("HTTP 401: a valid 'Authorization: Bearer TOKEN' is needed");
      assertThat(
              run(0, "doctor", "--url", serving.url().toString(), "--token-file", token.toString()))
          .contains("ideal4j");
    } finally {
      assertThat(serving.end()).isZero();
    }
    assertThat(Files.readString(folder.resolve("log"))).isEmpty();
  }

  @Test
  void whatCannotBeServedIsNamed() {
    assertThat(run(1, "serve", "--bundle", folder.resolve("none").toString(), "--port", "0"))
        .contains("none");
    assertThat(run(2, "serve", "--max-body", "0")).contains("--max-body is 0; valid is 1 to 1024");
    assertThat(run(2, "serve", "--key-store-password-file", "x")).contains("needs --key-store");
    assertThat(run(1, "doctor", "--url", "http://127.0.0.1:1")).contains("nothing listens at");
    assertThat(run(1, "doctor", "--url", "localhost")).contains("'localhost' is no address");
  }
}
