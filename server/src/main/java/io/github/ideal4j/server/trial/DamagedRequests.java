package io.github.ideal4j.server.trial;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Copies of valid requests with one to four places damaged. */
final class DamagedRequests extends Disturbance {

  private static final List<String> WORDS =
      List.of(
          "-1",
          "0",
          "99999999999999999999",
          "1e999",
          "NaN",
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\r\n",
          "\r\n\r\n",
          "\0",
          "../../",
          "%00",
          "[[[[[[[[[[",
          "{\"a\":",
          "\"name\"",
          "BYTES",
          "FP64",
          "chunked",
          "Transfer-Encoding: chunked\r\n",
          "Content-Length: 5\r\n",
          "Expect: 100-continue\r\n",
          "Content-Encoding: gzip\r\n",
          "images",
          "tokens",
          ",",
          ":");

  private final List<byte[]> valid = new ArrayList<>();
  private final long seed;

  DamagedRequests(URI url, TrialClient client, long seed) {
    super(url);
    this.seed = seed;
    valid.add(client.raw(0));
    valid.add(client.raw(1));
    valid.add(
        post(
            "/v2/models/decoder/infer",
            "{\"id\":\"7\",\"inputs\":[{\"name\":\"tokens\",\"datatype\":\"INT32\",\"shape\":[1,4,4],"
                + "\"data\":[[[0,1,2,3],[4,5,6,7],[8,9,10,11],[12,13,14,15]]]}],"
                + "\"outputs\":[{\"name\":\"deep\"},{\"name\":\"images\","
                + "\"parameters\":{\"binary_data\":true}}]}"));
    valid.add(
        post(
            "/v2/models/prior/versions/1/infer",
            "{\"inputs\":[{\"name\":\"labels\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[2]},"
                + "{\"name\":\"uniforms\",\"datatype\":\"FP32\",\"shape\":[1,16],\"data\":[0,0.1,0.2,"
                + "0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95,0.99,0.01,0.02,0.03,0.04]},"
                + "{\"name\":\"guidance\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]},"
                + "{\"name\":\"temperature\",\"datatype\":\"FP32\",\"shape\":[],\"data\":[1]},"
                + "{\"name\":\"top_k\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[0]},"
                + "{\"name\":\"top_p\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1.0]}],"
                + "\"parameters\":{\"timeout\":1000000}}"));
    valid.add(post("/images", "{\"tokens\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]}"));
    valid.add(post("/tokens", "BM not a photograph"));
    valid.add(get("/sample?label=ant&seed=3"));
    valid.add(get("/v2/models/encoder/versions/1"));
    valid.add(get("/about"));
  }

  private static byte[] post(String path, String body) {
    String head = "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n";
    return (head.formatted(path, body.length()) + body).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] get(String path) {
    return "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        .formatted(path)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  String name() {
    return "Damaging";
  }

  @Override
  int one(int number) throws IOException {
    byte[] request = damaged(number);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      return status(socket.getInputStream());
    }
  }

  private byte[] damaged(int number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    byte[] request = valid.get(random.nextInt(valid.size()));
    int places = 1 + random.nextInt(4);
    for (int i = 0; i < places && request.length > 0; i++) {
      request = damage(request, random);
    }
    return request;
  }

  /** Half of all damage is within the first part, where the words are. */
  private static byte[] damage(byte[] request, SplittableRandom random) {
    int reach = random.nextBoolean() ? Math.min(600, request.length) : request.length;
    int at = random.nextInt(reach);
    int to = Math.min(request.length, at + 1 + random.nextInt(16));
    byte[] middle =
        switch (random.nextInt(5)) {
          case 0 -> flipped(request, at, random);
          case 1 -> new byte[0];
          case 2 -> WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.ISO_8859_1);
          case 3 -> twice(request, at, to);
          default -> null;
        };
    if (middle == null) {
      return Arrays.copyOf(request, at);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(request, 0, at);
    out.writeBytes(middle);
    out.write(request, to, request.length - to);
    return out.toByteArray();
  }

  private static byte[] flipped(byte[] request, int at, SplittableRandom random) {
    return new byte[] {(byte) (request[at] ^ 1 << random.nextInt(8))};
  }

  private static byte[] twice(byte[] request, int from, int to) {
    byte[] twice = Arrays.copyOf(Arrays.copyOfRange(request, from, to), 2 * (to - from));
    System.arraycopy(request, from, twice, to - from, to - from);
    return twice;
  }
}
