package io.github.ideal4j.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenStream;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.Uniforms;
import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.model.ServedBundle;
import io.github.ideal4j.server.model.ServedClassifier;
import io.github.ideal4j.server.model.ServedModel;
import io.github.ideal4j.server.protocol.Datatype;
import io.github.ideal4j.server.protocol.Printable;
import io.github.ideal4j.server.protocol.ProtocolException;
import io.github.ideal4j.server.protocol.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.eclipse.jetty.http.QuotedQualityCSV;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** What people and their browsers ask for: photographs in, pictures out. */
final class PeopleEndpoints {

  private static final String PNG = "image/png";
  private static final String ARROW = "application/vnd.apache.arrow.stream";
  private static final int GRID_BYTES = 1 << 20;

  private static final ObjectMapper JSON =
      new JsonMapper(
          com.fasterxml.jackson.core.JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build())
              .build());

  private final Router router;
  private final ProtocolEndpoints.Context context;
  private final byte[] page = page();

  PeopleEndpoints(Router router, ProtocolEndpoints.Context context) {
    this.router = router;
    this.context = context;
  }

  private static byte[] page() {
    try (InputStream in = PeopleEndpoints.class.getResourceAsStream("page.html")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void handle(Exchange exchange, String what) throws ProtocolException {
    switch (what) {
      case "" -> {
        Router.requireMethod(exchange, "GET");
        exchange.send(
            200,
            "text/html; charset=utf-8",
            Map.of(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
                    + " img-src blob: data:; connect-src 'self'; frame-ancestors 'none'"),
            ByteBuffer.wrap(page));
      }
      case "about" -> {
        Router.requireMethod(exchange, "GET");
        exchange.json(200, about());
      }
      case "tokens" -> {
        Router.requireMethod(exchange, "POST");
        tokens(exchange);
      }
      case "images" -> {
        Router.requireMethod(exchange, "POST");
        images(exchange);
      }
      case "labels" -> {
        Router.requireMethod(exchange, "POST");
        labels(exchange);
      }
      case "sample" -> {
        Router.requireMethod(exchange, "GET");
        sample(exchange);
      }
      default -> throw Router.unknownPath(exchange);
    }
  }

  private Map<String, Object> about() {
    List<Map<String, Object>> bundles = new ArrayList<>();
    for (ServedBundle bundle : context.models().bundles().values()) {
      BundleDescription is = bundle.description();
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", bundle.name());
      facts.put("size", is.image().width());
      facts.put("rows", is.grid().rows());
      facts.put("columns", is.grid().columns());
      facts.put("codebook", is.codebook().size());
      facts.put("prior", bundle.prior().isPresent());
      facts.put("labels", bundle.labels());
      bundles.add(facts);
    }
    return Map.of(
        "version", context.version(),
        "bundles", bundles,
        "classifiers", context.models().classifiers().keySet());
  }

  /** {@code POST /tokens}. */
  private void tokens(Exchange exchange) throws ProtocolException {
    ServedBundle bundle = bundle(exchange);
    String type = negotiate(exchange, List.of(Exchange.JSON_TYPE, PNG, ARROW));
    ServedModel model = bundle.tokenizer();
    exchange.about(model.name(), 1);
    router.withBody(
        exchange,
        model.lane(),
        router.limits().maxBody(),
        body ->
            then(
                exchange,
                infer(model, photograph(exchange, body), "tokens"),
                found -> sendTokens(exchange, bundle, type, integers(found))));
  }

  private static List<Tensor> photograph(Exchange exchange, BodyReader.Body body)
      throws ProtocolException {
    if (exchange.header("Content-Type").startsWith("multipart/")) {
      throw new ProtocolException(
          415, "the photograph itself is the body, not a form (curl --data-binary @FILE)");
    }
    ByteBuffer element = ByteBuffer.allocate(4 + body.length()).order(ByteOrder.LITTLE_ENDIAN);
    element.putInt(body.length()).put(body.bytes(), 0, body.length()).flip();
    return List.of(new Tensor("photographs", Datatype.BYTES, new long[] {1}, element));
  }

  private void sendTokens(Exchange exchange, ServedBundle bundle, String type, int[] tokens) {
    BundleDescription.Grid grid = bundle.description().grid();
    switch (type) {
      case PNG ->
          exchange.send(
              200,
              PNG,
              Map.of(),
              ByteBuffer.wrap(Pictures.grid(grid.rows(), grid.columns(), tokens)));
      case ARROW -> exchange.send(200, ARROW, Map.of(), ByteBuffer.wrap(arrow(bundle, tokens)));
      default -> {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("bundle", bundle.name());
        answer.put("rows", grid.rows());
        answer.put("columns", grid.columns());
        answer.put("codebook", bundle.description().codebook().size());
        answer.put("tokens", tokens);
        exchange.json(200, answer);
      }
    }
  }

  private byte[] arrow(ServedBundle bundle, int[] tokens) {
    BundleDescription.Grid grid = bundle.description().grid();
    TokenFileInfo info =
        TokenFileInfo.toWrite(bundle.info(), "ideal4j " + context.version(), List.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      TokenRow row = TokenRow.of(0, new TokenGrid(grid.rows(), grid.columns(), tokens));
      TokenStream.write(out, info, List.of(row));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** {@code POST /images}: what {@code /tokens} answered, or an array alone. */
  private void images(Exchange exchange) throws ProtocolException {
    ServedBundle bundle = bundle(exchange);
    exchange.about(bundle.decoder().name(), 1);
    router.withBody(
        exchange,
        bundle.decoder().lane(),
        GRID_BYTES,
        body -> decode(exchange, bundle, grid(bundle, body)));
  }

  private void decode(Exchange exchange, ServedBundle bundle, int[] tokens)
      throws ProtocolException, OverloadException {
    BundleDescription.Grid grid = bundle.description().grid();
    ByteBuffer values = ByteBuffer.allocate(4 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
    values.asIntBuffer().put(tokens);
    Tensor input =
        new Tensor("tokens", Datatype.INT32, new long[] {1, grid.rows(), grid.columns()}, values);
    BundleDescription.ImageSize size = bundle.description().image();
    then(
        exchange,
        infer(bundle.decoder(), List.of(input), "images"),
        found ->
            exchange.send(
                200,
                PNG,
                Map.of(),
                ByteBuffer.wrap(Pictures.image(size.width(), size.height(), found.data()))));
  }

  private static int[] grid(ServedBundle bundle, BodyReader.Body body) throws ProtocolException {
    int cells = bundle.description().grid().cells();
    int codes = bundle.description().codebook().size();
    try {
      JsonNode node = JSON.readTree(body.bytes(), 0, body.length());
      JsonNode list = node.isObject() ? node.path("tokens") : node;
      if (!list.isArray() || list.size() != cells) {
        throw ProtocolException.badRequest(
            "the body is no array of %d tokens, nor an object with one as 'tokens'", cells);
      }
      int[] tokens = new int[cells];
      for (int i = 0; i < cells; i++) {
        JsonNode token = list.get(i);
        if (!token.isInt() || token.intValue() < 0 || token.intValue() >= codes) {
          throw ProtocolException.badRequest(
              "token %d is %s; valid are 0 to %d", i, Printable.text(token.toString()), codes - 1);
        }
        tokens[i] = token.intValue();
      }
      return tokens;
    } catch (JsonProcessingException e) {
      throw ProtocolException.badRequest(
          "the body is no JSON: %s",
          Printable.text(e.getOriginalMessage().lines().findFirst().orElse("")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code POST /labels}. */
  private void labels(Exchange exchange) throws ProtocolException {
    Map<String, ServedClassifier> known = context.models().classifiers();
    if (known.isEmpty()) {
      throw new ProtocolException(404, "no classifier is served (ideal serve --classifier FILE)");
    }
    String name = parameter(exchange, "classifier", known.keySet().iterator().next());
    ServedClassifier classifier = known.get(name);
    if (classifier == null) {
      throw new ProtocolException(
          404,
          "classifier '%s' is unknown; there are %s"
              .formatted(Printable.text(name), known.keySet()));
    }
    exchange.about(classifier.photographs().name(), 1);
    router.withBody(
        exchange,
        classifier.photographs().lane(),
        router.limits().maxBody(),
        body ->
            then(
                exchange,
                infer(classifier.photographs(), photograph(exchange, body), "scores"),
                found -> exchange.json(200, scores(classifier, found))));
  }

  private static Map<String, Object> scores(ServedClassifier classifier, Tensor found) {
    float[] scores = new float[classifier.outputs().size()];
    found.data().asFloatBuffer().get(scores);
    List<Map<String, Object>> labels =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .map(
                i -> {
                  Map<String, Object> label = new LinkedHashMap<>();
                  label.put("label", classifier.outputs().get(i));
                  label.put("score", scores[i]);
                  return label;
                })
            .toList();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("classifier", classifier.name());
    answer.put("kind", classifier.kind());
    answer.put("labels", labels);
    return answer;
  }

  /** {@code GET /sample}: image 0 of a seed, as {@code ideal sample} draws it. */
  private void sample(Exchange exchange) throws ProtocolException {
    ServedBundle bundle = bundle(exchange);
    ServedModel prior =
        bundle
            .prior()
            .orElseThrow(
                () ->
                    new ProtocolException(
                        404, "bundle '%s' has no prior to sample from".formatted(bundle.name())));
    exchange.about(prior.name(), 1);
    String type = negotiate(exchange, List.of(PNG, Exchange.JSON_TYPE));
    List<Tensor> inputs = samplingInputs(exchange, bundle);
    router.read(
        exchange,
        () ->
            then(
                exchange,
                infer(prior, inputs, "tokens"),
                found -> {
                  int[] tokens = integers(found);
                  if (type.equals(PNG)) {
                    router.read(exchange, () -> decode(exchange, bundle, tokens));
                  } else {
                    sendTokens(exchange, bundle, type, tokens);
                  }
                }));
  }

  private List<Tensor> samplingInputs(Exchange exchange, ServedBundle bundle)
      throws ProtocolException {
    int classes = bundle.description().prior().orElseThrow().classes();
    int label = label(bundle, parameter(exchange, "label", Integer.toString(classes)), classes);
    SamplingOptions options;
    long seed;
    try {
      seed = Long.parseLong(parameter(exchange, "seed", "0"));
      options =
          new SamplingOptions(
              Double.parseDouble(parameter(exchange, "guidance", "2")),
              Double.parseDouble(parameter(exchange, "temperature", "1")),
              Integer.parseInt(parameter(exchange, "top_k", "0")),
              Double.parseDouble(parameter(exchange, "top_p", "1")));
    } catch (NumberFormatException e) {
      throw ProtocolException.badRequest(
          "a parameter is no number: %s", Printable.text(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw ProtocolException.badRequest("%s", e.getMessage());
    }
    int cells = bundle.description().grid().cells();
    ByteBuffer uniforms = little(4 * cells);
    uniforms.asFloatBuffer().put(Uniforms.of(seed, 0, cells));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    add(inputs, "labels", Datatype.INT64, little(8).putLong(0, label), 1);
    add(inputs, "uniforms", Datatype.FP32, uniforms, 1, cells);
    add(
        inputs,
        "guidance",
        Datatype.FP32,
        little(4).putFloat(0, (float) options.guidance().scale()),
        1);
    add(
        inputs,
        "temperature",
        Datatype.FP32,
        little(4).putFloat(0, (float) options.temperature()),
        1);
    add(inputs, "top_k", Datatype.INT64, little(8).putLong(0, options.topK()), 1);
    add(inputs, "top_p", Datatype.FP32, little(4).putFloat(0, (float) options.topP()), 1);
    return bundle.prior().orElseThrow().inputs().stream()
        .map(spec -> inputs.get(spec.name()))
        .toList();
  }

  private static void add(
      Map<String, Tensor> inputs, String name, Datatype type, ByteBuffer data, long... shape) {
    inputs.put(name, new Tensor(name, type, shape, data));
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A name, a number, or the number after the last class for none. */
  private static int label(ServedBundle bundle, String text, int classes) throws ProtocolException {
    if (text.equals(Integer.toString(classes))) {
      return classes;
    }
    try {
      return bundle.bundle().label(text);
    } catch (IllegalArgumentException e) {
      throw ProtocolException.badRequest("%s", Printable.line(e.getMessage()));
    }
  }

  private CompletableFuture<Tensor> infer(ServedModel model, List<Tensor> inputs, String output)
      throws ProtocolException, OverloadException {
    long deadline = System.nanoTime() + router.limits().deadline().toNanos();
    return model.infer(inputs, Set.of(output), deadline).thenApply(tensors -> tensors.get(0));
  }

  private void then(Exchange exchange, CompletableFuture<Tensor> result, Consumer<Tensor> answer) {
    var unused = // the exchange hears of every end
        result.whenComplete(
            (found, failure) ->
                router.read(
                    exchange,
                    () -> {
                      if (failure != null) {
                        exchange.fail(failure);
                      } else {
                        answer.accept(found);
                      }
                    }));
  }

  private static int[] integers(Tensor tokens) {
    int[] values = new int[tokens.data().remaining() / Short.BYTES];
    Arrays.setAll(values, i -> Short.toUnsignedInt(tokens.data().getShort(Short.BYTES * i)));
    return values;
  }

  private ServedBundle bundle(Exchange exchange) throws ProtocolException {
    Map<String, ServedBundle> known = context.models().bundles();
    if (known.isEmpty()) {
      throw new ProtocolException(404, "no bundle is served");
    }
    String name = parameter(exchange, "bundle", known.keySet().iterator().next());
    ServedBundle bundle = known.get(name);
    if (bundle == null) {
      throw new ProtocolException(
          404,
          "bundle '%s' is unknown; there are %s".formatted(Printable.text(name), known.keySet()));
    }
    return bundle;
  }

  private static String parameter(Exchange exchange, String name, String otherwise)
      throws ProtocolException {
    try {
      Fields fields = Request.extractQueryParameters(exchange.request());
      String value = fields.getValue(name);
      return value == null || value.isEmpty() ? otherwise : value;
    } catch (RuntimeException e) {
      throw ProtocolException.badRequest("the query is malformed");
    }
  }

  /** The first of ours among what the client likes best. */
  private static String negotiate(Exchange exchange, List<String> types) throws ProtocolException {
    QuotedQualityCSV accept = new QuotedQualityCSV();
    exchange.request().getHeaders().getValuesList("Accept").forEach(accept::addValue);
    List<String> wanted = accept.getValues();
    if (wanted.isEmpty()) {
      return types.get(0);
    }
    for (String value : wanted) {
      String range = value.replaceAll("\\s*;.*", "").toLowerCase(java.util.Locale.ROOT);
      for (String type : types) {
        boolean fits =
            range.equals("*/*")
                || range.equals(type)
                || (range.endsWith("/*")
                    && type.startsWith(range.substring(0, range.length() - 1)));
        if (fits) {
          return type;
        }
      }
    }
    throw new ProtocolException(
        406, "'%s' cannot be had; there are %s".formatted(Printable.text(wanted.get(0)), types));
  }
}
