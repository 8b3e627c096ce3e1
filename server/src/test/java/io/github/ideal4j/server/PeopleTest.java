package io.github.ideal4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Uniforms;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photographs in and pictures out. */
class PeopleTest {

  @TempDir static Path folder;

  private static RunningServer server;

  @BeforeAll
  static void start() throws IOException {
    server = RunningServer.of(folder.resolve("toy"), ServerSettings.local());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aPhotographGivesItsTokens() throws Exception {
    JsonNode answer = RunningServer.json(server.post("/tokens", ToyImages.png(ToyImages.of(7))));
    assertThat(answer.get("rows").asInt()).isEqualTo(4);
    assertThat(integers(answer.get("tokens"))).isEqualTo(ToyImages.tokens(ToyImages.of(7)));
  }

  private static int[] integers(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).asInt());
    return values;
  }

  @Test
  void aPhotographGivesAnArrowStream() throws Exception {
    HttpResponse<byte[]> answer =
        server.post(
            "/tokens",
            ToyImages.png(ToyImages.of(7)),
            "Accept",
            "application/vnd.apache.arrow.stream");
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.apache.arrow.stream");
    ByteBuffer bytes = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getInt(0)).isEqualTo(-1);
    assertThat(bytes.getLong(bytes.capacity() - 8)).isEqualTo(0xFFFFFFFFL);
    int[] tokens = ToyImages.tokens(ToyImages.of(7));
    byte[] stored = new byte[16];
    for (int i = 0; i < 16; i++) {
      stored[i] = (byte) tokens[i]; // 16 codes are stored as uint8
    }
    assertThat(answer.body()).containsSequence(stored);
  }

  @Test
  void aPhotographGivesAPictureOfItsTokens() throws Exception {
    HttpResponse<byte[]> answer =
        server.post(
            "/tokens", ToyImages.png(ToyImages.of(7)), "Accept", "text/html, image/*;q=0.5");
    RgbImage map = ImageDecoder.decode(answer.body(), "map");
    assertThat(map.width()).isEqualTo(64);
    int[] tokens = ToyImages.tokens(ToyImages.of(7));
    int colour = Pictures.colour(tokens[5]);
    assertThat(map.sample(17, 17, 0)).isEqualTo(colour >> 16 & 0xFF);
    assertThat(map.sample(31, 31, 2)).isEqualTo(colour & 0xFF);
  }

  @Test
  void whatCannotBeHadIsRefusedBeforeAnythingIsRead() throws Exception {
    HttpResponse<byte[]> answer = server.post("/tokens", new byte[10], "Accept", "text/html");
    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(RunningServer.error(answer)).contains("'text/html'").contains("image/png");
  }

  @Test
  void whatIsNoPhotographIsRefused() throws Exception {
    assertThat(RunningServer.error(server.post("/tokens", "hello"))).contains("not an image");
    assertThat(server.post("/tokens", "").statusCode()).isEqualTo(400);
    HttpResponse<byte[]> form =
        server.post("/tokens", "--x", "Content-Type", "multipart/form-data; boundary=x");
    assertThat(form.statusCode()).isEqualTo(415);
  }

  @Test
  void tokensGiveTheirImage() throws Exception {
    HttpResponse<byte[]> answer =
        server.post("/images", "{\"tokens\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}");
    RgbImage image = ImageDecoder.decode(answer.body(), "answer");
    assertThat(image.width()).isEqualTo(32);
    assertThat(image.sample(8, 0, 0)).isEqualTo(16);
    assertThat(image.sample(31, 31, 2)).isEqualTo(240);
    assertThat(RunningServer.error(server.post("/images", "[1,2]"))).contains("16 tokens");
    assertThat(
            RunningServer.error(
                server.post("/images", "{\"tokens\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,16]}")))
        .contains("token 15 is 16; valid are 0 to 15");
    assertThat(server.post("/images", "[[[").statusCode()).isEqualTo(400);
  }

  @Test
  void aSampleFollowsFromItsSeed() throws Exception {
    float[] uniforms = Uniforms.of(9, 0, 16);
    int[] expected = new int[16];
    Arrays.setAll(expected, i -> ((int) (uniforms[i] * 16) + 1) % 16);
    HttpResponse<byte[]> answer = server.get("/sample?label=ant&seed=9");
    RgbImage image = ImageDecoder.decode(answer.body(), "answer");
    for (int i = 0; i < 16; i++) {
      assertThat(image.sample(i % 4 * 8, i / 4 * 8, 1)).isEqualTo(16 * expected[i]);
    }
    assertThat(RunningServer.error(server.get("/sample?label=bee"))).contains("'bee' is unknown");
    assertThat(RunningServer.error(server.get("/sample?seed=x"))).contains("no number");
    assertThat(RunningServer.error(server.get("/sample?top_p=2")))
        .contains("top-p must be in (0, 1]");
  }

  @Test
  void bundlesAndClassifiersThatAreNotThereAreNotFound() throws Exception {
    assertThat(server.post("/tokens?bundle=other", new byte[1]).statusCode()).isEqualTo(404);
    assertThat(RunningServer.error(server.post("/labels", new byte[1])))
        .contains("no classifier is served");
    assertThat(server.get("/other").statusCode()).isEqualTo(404);
  }

  @Test
  void thePageAsksNobodyElse() throws Exception {
    HttpResponse<byte[]> answer = server.get("/");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'");
    String page = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(page).doesNotContain("http://").doesNotContain("https://").contains("<title>");
  }
}
