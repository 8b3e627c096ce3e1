package io.github.ideal4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Open Inference Protocol over HTTP, beside its published document. */
class ProtocolTest {

  private static final String NAMED =
      "{\"inputs\":[{\"name\":\"images\",\"datatype\":\"UINT8\",\"shape\":[%d,32,32,3],"
          + "\"parameters\":{\"binary_data_size\":%d}}]%s}";

  @TempDir static Path folder;

  private static RunningServer server;
  private static OpenApiSchema schema;

  @BeforeAll
  static void start() throws IOException {
    server = RunningServer.of(folder.resolve("toy"), ServerSettings.local());
    schema = new OpenApiSchema();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyPathOfTheDocumentIsServed() throws Exception {
    for (String path : schema.paths()) {
      String real = path.replace("${MODEL_NAME}", "decoder").replace("${MODEL_VERSION}", "1");
      HttpResponse<byte[]> answer =
          schema.operation(path).has("get")
              ? server.get(real)
              : server.post(real, decoderRequest(""));
      assertThat(answer.statusCode()).as(real).isEqualTo(200);
      JsonNode declared =
          schema
              .operation(path)
              .path(schema.operation(path).has("get") ? "get" : "post")
              .at("/responses/200/content/application~1json/schema/$ref");
      if (declared.isTextual()) {
        String name = declared.asText().substring(declared.asText().lastIndexOf('/') + 1);
        assertThat(schema.problems(name, RunningServer.json(answer))).as(real).isEmpty();
      }
    }
  }

  @Test
  void theDocumentsErrorIsWhatErrorsLookLike() throws Exception {
    HttpResponse<byte[]> answer = server.post("/v2/models/encoder/infer", "{}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(schema.problems("inference_error_response", RunningServer.json(answer))).isEmpty();
    assertThat(RunningServer.error(answer)).contains("'images' is missing");
  }

  /** A check that finds nothing wrong must be able to. */
  @Test
  void theDocumentsCheckFindsWhatIsWrong() throws Exception {
    JsonNode wrong =
        RunningServer.JSON.readTree("{\"model_name\":1,\"outputs\":[{\"name\":\"a\",\"more\":2}]}");
    assertThat(schema.problems("inference_response", wrong))
        .contains("$.model_name is no string")
        .contains("$.outputs[0] has no shape")
        .contains("has an unknown more");
  }

  private static String decoderRequest(String more) {
    return "{\"id\":\"a-1\",\"inputs\":[{\"name\":\"tokens\",\"datatype\":\"INT32\",\"shape\":[1,4,4],"
        + "\"data\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}]"
        + more
        + "}";
  }

  @Test
  void binaryImagesGiveTheTokensOfTheGraph() throws Exception {
    RgbImage first = ToyImages.of(1);
    RgbImage second = ToyImages.of(2);
    HttpResponse<byte[]> answer =
        server.infer(
            "encoder",
            NAMED.formatted(2, 6144, ",\"parameters\":{\"binary_data_output\":true}"),
            first.pixels(),
            second.pixels());
    int length =
        Integer.parseInt(
            answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    JsonNode header = RunningServer.JSON.readTree(answer.body(), 0, length);
    assertThat(header.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(64);
    assertThat(header.at("/outputs/0/datatype").asText()).isEqualTo("UINT16");
    assertThat(header.at("/outputs/0/shape").toString()).isEqualTo("[2,4,4]");
    assertThat(header.has("id")).isFalse();
    ByteBuffer tokens = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
    int[] found = IntStream.range(0, 32).map(i -> tokens.getShort(length + 2 * i)).toArray();
    assertThat(Arrays.copyOf(found, 16)).isEqualTo(ToyImages.tokens(first));
    assertThat(Arrays.copyOfRange(found, 16, 32)).isEqualTo(ToyImages.tokens(second));
  }

  @Test
  void imagesInJsonGiveTheSameTokensFlatOrNested() throws Exception {
    RgbImage image = ToyImages.of(3);
    StringBuilder nested = new StringBuilder("[[");
    StringBuilder flat = new StringBuilder("[");
    for (int y = 0; y < 32; y++) {
      nested.append(y == 0 ? "[" : ",[");
      for (int x = 0; x < 32; x++) {
        String pixel =
            "%d,%d,%d"
                .formatted(image.sample(x, y, 0), image.sample(x, y, 1), image.sample(x, y, 2));
        nested.append(x == 0 ? "[" : ",[").append(pixel).append(']');
        flat.append(x + y == 0 ? "" : ",").append(pixel);
      }
      nested.append(']');
    }
    nested.append("]]");
    flat.append(']');
    for (CharSequence data : List.of(flat, nested)) {
      // The values come first: their type is known only afterwards.
      String request =
          "{\"inputs\":[{\"data\":%s,\"name\":\"images\",\"shape\":[1,32,32,3],\"datatype\":\"UINT8\"}]}"
              .formatted(data);
      JsonNode answer = RunningServer.json(server.post("/v2/models/encoder/infer", request));
      assertThat(schema.problems("inference_response", answer)).isEmpty();
      assertThat(tokens(answer)).isEqualTo(ToyImages.tokens(image));
    }
  }

  private static int[] tokens(JsonNode answer) {
    int[] tokens = new int[answer.at("/outputs/0/data").size()];
    Arrays.setAll(tokens, i -> answer.at("/outputs/0/data").get(i).asInt());
    return tokens;
  }

  @Test
  void outputsComeInTheOrderAskedForAndInTheFormAskedFor() throws Exception {
    HttpResponse<byte[]> answer =
        server.post(
            "/v2/models/decoder/versions/1/infer",
            decoderRequest(
                ",\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":\"images\"},"
                    + "{\"name\":\"deep\",\"parameters\":{\"binary_data\":false}}]"));
    int length =
        Integer.parseInt(
            answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    JsonNode header = RunningServer.JSON.readTree(answer.body(), 0, length);
    assertThat(header.get("id").asText()).isEqualTo("a-1");
    assertThat(header.at("/outputs/0/name").asText()).isEqualTo("images");
    assertThat(header.at("/outputs/1/data").size()).isEqualTo(32);
    assertThat(header.at("/outputs/1/data/3").asDouble()).isEqualTo(1.5);
    assertThat(answer.body()).hasSize(length + 3072);
    assertThat(answer.body()[length + 3 * 8]).isEqualTo((byte) 16);
  }

  @Test
  void onlyOutputsThatAreAskedForCome() throws Exception {
    JsonNode answer =
        RunningServer.json(
            server.post(
                "/v2/models/decoder/infer", decoderRequest(",\"outputs\":[{\"name\":\"deep\"}]")));
    assertThat(answer.get("outputs")).hasSize(1);
    assertThat(answer.at("/outputs/0/name").asText()).isEqualTo("deep");
  }

  @Test
  void photographsAreTakenAsBytesInBothForms() throws Exception {
    byte[] png = ToyImages.png(ToyImages.of(4));
    byte[] other = ToyImages.png(ToyImages.of(5));
    ByteBuffer elements =
        ByteBuffer.allocate(8 + png.length + other.length).order(ByteOrder.LITTLE_ENDIAN);
    elements.putInt(png.length).put(png).putInt(other.length).put(other);
    String header =
        "{\"inputs\":[{\"name\":\"photographs\",\"datatype\":\"BYTES\",\"shape\":[2],"
            + "\"parameters\":{\"binary_data_size\":%d}}]}";
    int[] binary =
        tokens(
            RunningServer.json(
                server.infer(
                    "tokenizer", header.formatted(elements.capacity()), elements.array())));
    assertThat(Arrays.copyOf(binary, 16)).isEqualTo(ToyImages.tokens(ToyImages.of(4)));
    assertThat(Arrays.copyOfRange(binary, 16, 32)).isEqualTo(ToyImages.tokens(ToyImages.of(5)));
    String json =
        ("{\"inputs\":[{\"name\":\"photographs\",\"datatype\":\"BYTES\",\"shape\":[1],"
                + "\"parameters\":{\"content_type\":\"base64\"},\"data\":[\"%s\"]}]}")
            .formatted(Base64.getEncoder().encodeToString(other));
    assertThat(tokens(RunningServer.json(server.post("/v2/models/toy-tokenizer/infer", json))))
        .isEqualTo(ToyImages.tokens(ToyImages.of(5)));
  }

  @Test
  void thePriorTakesOneNumberForAll() throws Exception {
    String request =
        "{\"inputs\":[{\"name\":\"labels\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[0,2]},"
            + "{\"name\":\"uniforms\",\"datatype\":\"FP32\",\"shape\":[2,16],\"data\":[%s]},"
            + "{\"name\":\"guidance\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]},"
            + "{\"name\":\"temperature\",\"datatype\":\"FP32\",\"shape\":[],\"data\":[1]},"
            + "{\"name\":\"top_k\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[0]},"
            + "{\"name\":\"top_p\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[%s]}]}";
    String uniforms =
        String.join(",", IntStream.range(0, 32).mapToObj(i -> "0.%02d".formatted(3 * i)).toList());
    JsonNode answer =
        RunningServer.json(server.post("/v2/models/prior/infer", request.formatted(uniforms, "1")));
    int[] expected =
        IntStream.range(0, 32)
            .map(
                i ->
                    ((int) (Float.parseFloat("0.%02d".formatted(3 * i)) * 16f) + (i < 16 ? 0 : 2))
                        % 16)
            .toArray();
    assertThat(tokens(answer)).isEqualTo(expected);
    HttpResponse<byte[]> refused =
        server.post("/v2/models/prior/infer", request.formatted(uniforms, "1.5"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(RunningServer.error(refused)).contains("'top_p': element 0 is 1.5");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,5],"data":[1]}]}|'tokens' has shape [1, 4, 5]; [-1, 4, 4] was expected
          {"inputs":[{"name":"tokens","datatype":"INT64","shape":[1,4,4],"data":[1]}]}|'tokens' has datatype INT64; INT32 was expected
          {"inputs":[{"name":"tokens","datatype":"INT31","shape":[1,4,4],"data":[1]}]}|datatype 'INT31' is unknown
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[1]}]}|'tokens' has 1 elements; shape [1, 4, 4] has 16
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}]}|'tokens' has more elements
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[[[1,1],[1,1]]]}]}|not nested as shape [1, 4, 4]
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[1.5]}]}|element 0 is 1.5, which is no INT32
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[99999999999]}]}|element 0 is 99999999999, which is no INT32
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[16,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}]}|element 0 is 16; valid are 0 to 15
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4]}]}|'tokens' has neither data nor binary_data_size
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"parameters":{"binary_data_size":64}}]}|binary_data_size is 64, but 0 bytes are left
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[0,4,4],"data":[]}]}|has shape [0, 4, 4]
          {"inputs":[{"name":"tokens","datatype":"INT32","shape":[9223372036854775807,4,4],"data":[]}]}|at most 64 are taken
          {"inputs":[{"name":"images","datatype":"INT32","shape":[1,4,4],"data":[1]}]}|input 'images' is unknown; the model takes [tokens]
          {"inputs":[{"datatype":"INT32","shape":[1,4,4],"data":[1]}]}|an input has no name
          {"inputs":[],"outputs":[{"name":"deep"}]}|'tokens' is missing
          {"inputs":7}|'inputs' is no array
          {"inputs":[],"inputs":[]}|Duplicate field 'inputs'
          {"inputs":[|no JSON
          []|the request is no JSON object
          {"parameters":{"classification":3},"inputs":[{"name":"tokens","datatype":"INT32","shape":[1,4,4],"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}]}|'classification' belongs to an extension
          """)
  void aWrongRequestIsToldWhatIsWrong(String request, String reason) throws Exception {
    HttpResponse<byte[]> answer = server.post("/v2/models/decoder/infer", request);
    assertThat(answer.statusCode()).isIn(400, 413);
    assertThat(RunningServer.error(answer)).contains(reason).hasLineCount(1);
  }

  @Test
  void binaryDataThatDoesNotFitIsRefused() throws Exception {
    assertThat(
            RunningServer.error(
                server.infer("encoder", NAMED.formatted(1, 3072, ""), new byte[3073])))
        .contains("1 bytes after the JSON object belong to no input");
    assertThat(
            RunningServer.error(
                server.infer("encoder", NAMED.formatted(1, 3071, ""), new byte[3071])))
        .contains("'images' has 3071 bytes; 3072 were expected");
    HttpResponse<byte[]> answer =
        server.post("/v2/models/encoder/infer", "{}", "Inference-Header-Content-Length", "3");
    assertThat(RunningServer.error(answer)).contains("is 3, but the body has 2 bytes");
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    assertThat(server.get("/v2/models/nobody").statusCode()).isEqualTo(404);
    assertThat(server.get("/v2/models/encoder/versions/2").statusCode()).isEqualTo(404);
    assertThat(RunningServer.error(server.get("/v2/models/encoder/versions/2")))
        .contains("no version '2'; there is 1");
    assertThat(server.get("/v2/nothing").statusCode()).isEqualTo(404);
    assertThat(server.get("/v2/models/encoder/infer").statusCode()).isEqualTo(405);
    assertThat(RunningServer.error(server.get("/v2/models/nobody")))
        .contains("'nobody' is unknown; there are [toy-encoder");
  }

  @Test
  void tooManyImagesAreTooLarge() throws Exception {
    HttpResponse<byte[]> answer =
        server.infer("encoder", NAMED.formatted(65, 65 * 3072, ""), new byte[65 * 3072]);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(RunningServer.error(answer)).contains("65 rows; at most 64");
  }

  @Test
  void moreImagesThanARunTakesAreAnsweredInOrder() throws Exception {
    byte[][] images = new byte[20][];
    int[] expected = new int[320];
    for (int i = 0; i < images.length; i++) {
      RgbImage image = ToyImages.of(100 + i);
      images[i] = image.pixels();
      System.arraycopy(ToyImages.tokens(image), 0, expected, 16 * i, 16);
    }
    HttpResponse<byte[]> answer =
        server.infer("encoder", NAMED.formatted(20, 20 * 3072, ""), images);
    assertThat(tokens(RunningServer.json(answer))).isEqualTo(expected);
  }

  @Test
  void theListOfModelsIsTritons() throws Exception {
    JsonNode index = RunningServer.json(server.post("/v2/repository/index", ""));
    assertThat(index.findValuesAsText("name"))
        .contains("toy-encoder", "toy-decoder", "toy-prior", "toy-tokenizer", "encoder");
  }

  @Test
  void aNumberWithoutAxesIsAnnouncedAsTritonDoes() throws Exception {
    JsonNode prior = RunningServer.json(server.get("/v2/models/prior"));
    assertThat(prior.at("/inputs/2/shape").toString()).isEqualTo("[1]");
    assertThat(prior.at("/inputs/1/shape").toString()).isEqualTo("[-1,16]");
  }

  @Test
  void metricsTellOfRequestsAndRuns() throws Exception {
    server.infer("encoder", NAMED.formatted(1, 3072, ""), ToyImages.of(1).pixels());
    String text =
        new String(server.get("/metrics").body(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(text)
        .contains("ideal_request_seconds_bucket{model=\"toy-encoder\",status=\"200\",le=\"0.1\"}")
        .contains("ideal_batch_images_count{model=\"toy-encoder\"}")
        .contains("ideal_onnxruntime_seconds_sum{model=\"toy-encoder\"}")
        .contains("ideal_queue_images{model=\"toy-decoder\"}")
        .contains("jvm_threads_live_threads");
  }

  @Test
  void everyRequestHasALineInTheLog() throws Exception {
    server.send(HttpRequest.newBuilder(server.url("/v2/models/encoder/versions/99")));
    assertThat(server.log)
        .anyMatch(line -> line.contains("GET /v2/models/encoder/versions/99 404"));
    assertThat(server.log).allSatisfy(line -> assertThat(line).hasLineCount(1));
  }
}
