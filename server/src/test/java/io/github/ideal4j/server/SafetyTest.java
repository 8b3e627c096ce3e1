package io.github.ideal4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may come, and how much they may bring. */
class SafetyTest {

  @TempDir Path folder;

  private RunningServer start(ServerSettings settings) throws IOException {
    return RunningServer.of(folder.resolve("toy"), settings);
  }

  /** Sends bytes, ends its side, and returns all that comes back. */
  private static String exchange(RunningServer server, String sent) throws IOException {
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return read(socket.getInputStream());
    }
  }

  private static Socket connect(RunningServer server) throws IOException {
    Socket socket =
        new Socket(java.net.InetAddress.getLoopbackAddress(), server.server.url().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void withATokenOnlyItsOwnersComeIn() throws Exception {
    try (RunningServer server = start(ServerSettings.local().withToken("correct-horse"))) {
      assertThat(server.get("/v2").statusCode()).isEqualTo(401);
      assertThat(server.get("/metrics").statusCode()).isEqualTo(401);
      assertThat(server.post("/tokens", new byte[3]).statusCode()).isEqualTo(401);
      assertThat(status(server, "Bearer correct-hors")).isEqualTo(401);
      assertThat(status(server, "Basic correct-horse")).isEqualTo(401);
      assertThat(status(server, "bearer correct-horse")).isEqualTo(200);
      assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
      assertThat(server.get("/").statusCode()).isEqualTo(200);
    }
  }

  private static int status(RunningServer server, String authorization) throws Exception {
    return server
        .send(HttpRequest.newBuilder(server.url("/v2")).header("Authorization", authorization))
        .statusCode();
  }

  @Test
  void aShortTokenIsRefused() {
    assertThatThrownBy(() -> ServerSettings.local().withToken("short"))
        .hasMessageContaining("at least 8 characters");
  }

  @Test
  void namesThatOnlyPointHereAreRefused() throws Exception {
    try (RunningServer server = start(ServerSettings.local())) {
      assertThat(exchange(server, "GET /v2 HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
          .startsWith("HTTP/1.1 421");
      assertThat(exchange(server, "GET /v2 HTTP/1.1\r\nHost: localhost:1\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void nothingOfTheDiskCanBeReached() throws Exception {
    try (RunningServer server = start(ServerSettings.local())) {
      for (String path :
          new String[] {
            "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v2/models/..%2f..%2fmodel.json",
            "//etc/passwd", "/model.json", "/v2/models/toy/encoder.onnx"
          }) {
        String answer =
            exchange(server, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path));
        assertThat(answer).as(path).containsPattern("^HTTP/1.1 40[04]").contains("{\"error\":");
      }
    }
  }

  @Test
  void aHeadThatIsTooLongIsRefusedInJson() throws Exception {
    try (RunningServer server = start(ServerSettings.local())) {
      String answer =
          exchange(
              server,
              "GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: %s\r\n\r\n".formatted("x".repeat(9000)));
      assertThat(answer)
          .startsWith("HTTP/1.1 431")
          .contains("{\"error\":")
          .doesNotContain("at org");
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWithAndWithoutItsLength() throws Exception {
    ServerSettings.Limits limits = ServerSettings.Limits.standard().withMaxBody(5000);
    try (RunningServer server = start(ServerSettings.local().withLimits(limits))) {
      assertThat(server.post("/tokens", new byte[5001]).statusCode()).isEqualTo(413);
      HttpRequest.Builder chunked =
          HttpRequest.newBuilder(server.url("/tokens"))
              .POST(
                  HttpRequest.BodyPublishers.ofInputStream(
                      () -> new java.io.ByteArrayInputStream(new byte[20_000])));
      assertThat(server.send(chunked).statusCode()).isEqualTo(413);
      assertThat(server.post("/tokens", new byte[5000]).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aPhotographIsMeasuredByItsHeader() throws Exception {
    ServerSettings.Limits limits = ServerSettings.Limits.standard().withMaxPixels(1000);
    try (RunningServer server = start(ServerSettings.local().withLimits(limits))) {
      byte[] png = ToyImages.png(ToyImages.of(1));
      HttpResponse<byte[]> answer = server.post("/tokens", png);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(RunningServer.error(answer))
          .contains("32 x 32 is too large")
          .contains("1000 in all");
    }
  }

  @Test
  void requestsThatWouldTakeMoreMemoryThanThereIsAreSentAway() throws Exception {
    ServerSettings.Limits limits =
        ServerSettings.Limits.standard().withMaxBody(30_000).withMemory(30_000);
    try (RunningServer server = start(ServerSettings.local().withLimits(limits))) {
      // The answer's 3,072 bytes as numbers in JSON are more than half of it.
      RgbImage image = ToyImages.of(1);
      String header =
          "{\"inputs\":[{\"name\":\"images\",\"datatype\":\"UINT8\",\"shape\":[1,32,32,3],"
              + "\"parameters\":{\"binary_data_size\":3072}}]}";
      assertThat(server.infer("encoder", header, image.pixels()).statusCode()).isEqualTo(200);
      HttpResponse<byte[]> answer =
          server.post(
              "/v2/models/decoder/infer",
              "{\"inputs\":[{\"name\":\"tokens\",\"datatype\":\"INT32\",\"shape\":[2,4,4],\"data\":["
                  + "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}");
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(RunningServer.error(answer)).contains("ask for fewer images");
    }
  }

  /** One byte now and then keeps no connection. */
  /** A client that writes head and body one after the other, as most do. */
  @Test
  void whoIsStillSendingHearsOfARefusalAndKeepsTheConnection() throws Exception {
    try (RunningServer server =
            RunningServer.of(folder.resolve("sending"), ServerSettings.local());
        Socket socket = connect(server)) {
      for (String target : new String[] {"/other", "/tokens?bundle=other", "/labels"}) {
        String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n";
        socket.getOutputStream().write(head.formatted(target).getBytes(StandardCharsets.UTF_8));
        Thread.sleep(30);
        socket.getOutputStream().write(new byte[9000]);
        assertThat(answer(socket.getInputStream()))
            .startsWith("HTTP/1.1 404")
            .doesNotContain("close");
      }
      String head = "POST /other HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      assertThat(read(socket.getInputStream()))
          .startsWith("HTTP/1.1 404")
          .contains("Connection: close");
    }
  }

  /** One answer of a connection that goes on. */
  private static String answer(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\"}") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after: " + text);
      }
      text.append((char) next);
    }
    return text.toString();
  }

  @Test
  void slowSendersLoseTheirConnection() throws Exception {
    ServerSettings.Limits limits =
        ServerSettings.Limits.standard().withPatience(Duration.ofMillis(300));
    try (RunningServer server = start(ServerSettings.local().withLimits(limits));
        Socket head = connect(server);
        Socket body = connect(server)) {
      head.getOutputStream().write("GET /v2 HT".getBytes(StandardCharsets.US_ASCII));
      body.getOutputStream()
          .write(
              "POST /tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(read(body.getInputStream())).startsWith("HTTP/1.1 408");
      assertThat(read(head.getInputStream())).isEmpty();
    }
  }

  @Test
  void whoDoesNotReadTheAnswerLosesTheConnectionAndHoldsNoMemory() throws Exception {
    ServerSettings.Limits limits =
        ServerSettings.Limits.standard().withMaxRows(4000).withPatience(Duration.ofSeconds(1));
    String header =
        "{\"inputs\":[{\"name\":\"tokens\",\"datatype\":\"INT32\",\"shape\":[4000,4,4],"
            + "\"parameters\":{\"binary_data_size\":256000}}]}";
    try (RunningServer server = start(ServerSettings.local().withLimits(limits));
        Socket socket = connect(server)) {
      socket.setReceiveBufferSize(4096);
      socket
          .getOutputStream()
          .write(
              ("POST /v2/models/decoder/infer HTTP/1.1\r\nHost: localhost\r\n"
                      + "Inference-Header-Content-Length: %d\r\nContent-Length: %d\r\n\r\n%s")
                  .formatted(header.length(), header.length() + 256_000, header)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(new byte[256_000]);
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      // Nothing more is read, so that the answer can end only by the server's hanging up.
      while (!server.log.toString().contains("POST /v2/models/decoder/infer 200")) {
        Thread.onSpinWait();
      }
      String metrics = new String(server.get("/metrics").body(), StandardCharsets.UTF_8);
      assertThat(metrics).contains("ideal_requests_memory_bytes 0.0");
      assertThat(metrics).contains("ideal_requests_active 1.0");
    }
  }

  private static double heldBytes(RunningServer server) throws Exception {
    return new String(server.get("/metrics").body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("ideal_requests_memory_bytes "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Test
  void bodiesThatArriveTogetherShareTheMemory() throws Exception {
    ServerSettings.Limits limits =
        ServerSettings.Limits.standard().withMaxBody(100_000).withMemory(300_000);
    try (RunningServer server = start(ServerSettings.local().withLimits(limits));
        Socket half = connect(server)) {
      half.getOutputStream()
          .write(
              "POST /tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      half.getOutputStream().write(new byte[80_000]);
      while (heldBytes(server) < 80_000) {
        Thread.onSpinWait();
      }
      HttpResponse<byte[]> answer = server.post("/tokens", new byte[90_000]);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(RunningServer.error(answer)).contains("no memory is left");
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      while (heldBytes(server) > 100_000) { // what was refused gives its part back once answered
        Thread.onSpinWait();
      }
      half.getOutputStream().write(new byte[10_000]);
      half.shutdownOutput();
      assertThat(read(half.getInputStream())).startsWith("HTTP/1.1 400").contains("not an image");
      assertThat(server.post("/tokens", new byte[90_000]).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void connectionsBeyondTheLimitWait() throws Exception {
    ServerSettings.Limits limits = ServerSettings.Limits.standard().withMaxConnections(2);
    try (RunningServer server = start(ServerSettings.local().withLimits(limits))) {
      String request = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
      Socket third;
      try (Socket first = connect(server);
          Socket second = connect(server)) {
        for (Socket socket : new Socket[] {first, second}) {
          socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        third = connect(server);
        third.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        third.setSoTimeout(200);
        assertThatThrownBy(() -> third.getInputStream().read())
            .isInstanceOf(java.net.SocketTimeoutException.class);
      }
      third.setSoTimeout(20_000);
      assertThat(third.getInputStream().read()).isEqualTo('H');
      third.close();
    }
  }

  @Test
  void aKeyStoreMakesItHttps() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = read(keytool.getInputStream());
    assertThat(keytool.waitFor()).as(said).isZero();
    try (RunningServer server =
        start(ServerSettings.local().withTls(new ServerSettings.Tls(store, "changeit")))) {
      KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(keys);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .sslContext(context)
              .build()
              .send(
                  HttpRequest.newBuilder(server.url("/v2/health/live")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("{\"live\":true}");
      assertThat(server.server.url().getScheme()).isEqualTo("https");
    }
    assertThatThrownBy(
            () ->
                start(
                    ServerSettings.local()
                        .withTls(new ServerSettings.Tls(folder.resolve("none"), "x"))))
        .hasMessageContaining("there is no key store");
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (RunningServer server = start(ServerSettings.local())) {
      int port = server.server.url().getPort();
      ServerSettings same =
          new ServerSettings(
              "127.0.0.1",
              port,
              java.util.Optional.empty(),
              java.util.Optional.empty(),
              ServerSettings.Limits.standard());
      assertThatThrownBy(() -> RunningServer.of(folder.resolve("other"), same))
          .hasMessageContaining("port %d".formatted(port));
    }
  }

  @Test
  void noAnswerTellsWhereTheServerKeepsThings() throws Exception {
    try (RunningServer server = start(ServerSettings.local())) {
      assertThat(new String(server.get("/about").body(), StandardCharsets.UTF_8))
          .doesNotContain(folder.toString());
      assertThat(Files.exists(folder)).isTrue();
    }
  }
}
