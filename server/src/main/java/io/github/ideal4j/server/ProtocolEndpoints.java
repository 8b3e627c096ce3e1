package io.github.ideal4j.server;

import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.server.model.ServedModel;
import io.github.ideal4j.server.protocol.InferRequest;
import io.github.ideal4j.server.protocol.InferRequest.WantedOutput;
import io.github.ideal4j.server.protocol.Printable;
import io.github.ideal4j.server.protocol.ProtocolException;
import io.github.ideal4j.server.protocol.RequestReader;
import io.github.ideal4j.server.protocol.ResponseWriter;
import io.github.ideal4j.server.protocol.Tensor;
import io.github.ideal4j.server.protocol.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Everything below {@code /v2}. */
final class ProtocolEndpoints {

  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  /** Bytes that are read in a fraction of a millisecond. */
  private static final int QUICK_JSON = 8 << 10;

  private static final int QUICK_BINARY = 256 << 10;

  private final Router router;
  private final Context context;

  /**
   * What is served.
   *
   * @param version of the server
   */
  record Context(ModelSet models, String version) {}

  ProtocolEndpoints(Router router, Context context) {
    this.router = router;
    this.context = context;
  }

  /**
   * Answers.
   *
   * @param path after {@code /v2}
   */
  void handle(Exchange exchange, List<String> path) throws ProtocolException {
    if (path.isEmpty()) {
      Router.requireMethod(exchange, "GET");
      exchange.json(200, metadata());
    } else if (path.equals(List.of("health", "live"))) {
      Router.requireMethod(exchange, "GET");
      exchange.json(200, Map.of("live", true));
    } else if (path.equals(List.of("health", "ready"))) {
      Router.requireMethod(exchange, "GET");
      boolean ready = !router.isDraining();
      exchange.json(ready ? 200 : 503, Map.of("ready", ready));
    } else if (path.equals(List.of("repository", "index"))) {
      Router.requireMethod(exchange, "POST");
      exchange.json(200, index());
    } else if (path.get(0).equals("models") && path.size() > 1) {
      model(exchange, path);
    } else {
      throw Router.unknownPath(exchange);
    }
  }

  private Map<String, Object> metadata() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", "ideal4j");
    metadata.put("version", context.version());
    metadata.put("extensions", List.of("binary_tensor_data", "parameters"));
    return metadata;
  }

  private List<Map<String, String>> index() {
    return context.models().models().keySet().stream()
        .map(name -> Map.of("name", name, "version", ServedModel.VERSION, "state", "READY"))
        .toList();
  }

  private void model(Exchange exchange, List<String> path) throws ProtocolException {
    String name = path.get(1);
    ServedModel model =
        context
            .models()
            .model(name)
            .orElseThrow(
                () ->
                    new ProtocolException(
                        404,
                        "model '%s' is unknown; there are %s"
                            .formatted(Printable.text(name), context.models().models().keySet())));
    int after = 2;
    if (path.size() > 3 && path.get(2).equals("versions")) {
      if (!path.get(3).equals(ServedModel.VERSION)) {
        throw new ProtocolException(
            404,
            "model '%s' has no version '%s'; there is %s"
                .formatted(name, Printable.text(path.get(3)), ServedModel.VERSION));
      }
      after = 4;
    }
    String action = String.join("/", path.subList(after, path.size()));
    switch (action) {
      case "" -> {
        Router.requireMethod(exchange, "GET");
        exchange.json(200, describe(name, model));
      }
      case "ready" -> {
        Router.requireMethod(exchange, "GET");
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("name", name);
        ready.put("ready", !router.isDraining());
        exchange.json(router.isDraining() ? 503 : 200, ready);
      }
      case "infer" -> {
        Router.requireMethod(exchange, "POST");
        exchange.about(model.name(), 0);
        router.withBody(
            exchange,
            model.lane(),
            router.limits().maxBody(),
            new Inference(exchange, name, model));
      }
      default -> throw Router.unknownPath(exchange);
    }
  }

  private static Map<String, Object> describe(String name, ServedModel model) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("versions", List.of(ServedModel.VERSION));
    metadata.put("platform", model.platform());
    metadata.put("inputs", model.inputs().stream().map(ProtocolEndpoints::describe).toList());
    metadata.put("outputs", model.outputs().stream().map(ProtocolEndpoints::describe).toList());
    return metadata;
  }

  private static Map<String, Object> describe(TensorSpec tensor) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", tensor.name());
    metadata.put("datatype", tensor.datatype().name());
    metadata.put("shape", tensor.shape());
    return metadata;
  }

  /** A request for a model. */
  private final class Inference implements Router.BodyHandler {

    private final Exchange exchange;
    private final String name;
    private final ServedModel model;

    Inference(Exchange exchange, String name, ServedModel model) {
      this.exchange = exchange;
      this.name = name;
      this.model = model;
    }

    @Override
    public void handle(BodyReader.Body body) throws ProtocolException, OverloadException {
      infer(exchange, name, model, body);
    }

    @Override
    public boolean isQuick(int length) {
      boolean json = exchange.header(HEADER_LENGTH).isEmpty();
      return !model.decodes() && length <= (json ? QUICK_JSON : QUICK_BINARY);
    }
  }

  private void infer(Exchange exchange, String name, ServedModel model, BodyReader.Body body)
      throws ProtocolException, OverloadException {
    InferRequest request =
        RequestReader.read(
            body.bytes(),
            body.length(),
            headerLength(exchange),
            model.inputs(),
            model.outputs(),
            router.limits().maxRows());
    int rows = rows(model, request);
    exchange.about(model.name(), rows);
    take(exchange, model.answerBytes(rows, request.outputs()));
    Set<String> wanted = new LinkedHashSet<>();
    request.outputs().forEach(output -> wanted.add(output.name()));
    var unused = // the exchange hears of every end
        model
            .infer(request.inputs(), wanted, deadline(request))
            .whenComplete(
                (tensors, failure) ->
                    router.read(
                        exchange,
                        () -> {
                          if (failure != null) {
                            exchange.fail(failure);
                          } else {
                            answer(exchange, name, request, tensors);
                          }
                        }));
  }

  private static int rows(ServedModel model, InferRequest request) {
    for (int i = 0; i < model.inputs().size(); i++) {
      if (model.inputs().get(i).isBatched()) {
        return (int) request.inputs().get(i).shape()[0];
      }
    }
    return 1;
  }

  private void take(Exchange exchange, long bytes) throws ProtocolException, OverloadException {
    if (bytes > router.memoryLimit() / 2) {
      throw ProtocolException.tooLarge(
          "the answer would have up to %d bytes; ask for fewer images, other outputs or binary data",
          bytes);
    }
    if (!exchange.memory().take(bytes)) {
      throw new OverloadException("no memory is left for the answer", 1);
    }
  }

  private static OptionalInt headerLength(Exchange exchange) throws ProtocolException {
    String value = exchange.header(HEADER_LENGTH);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!value.matches("[0-9]{1,9}")) {
      throw ProtocolException.badRequest(
          "%s is '%s' instead of a number of bytes", HEADER_LENGTH, Printable.text(value));
    }
    return OptionalInt.of(Integer.parseInt(value));
  }

  /** As in Triton, {@code timeout} is in microseconds. */
  private long deadline(InferRequest request) throws ProtocolException {
    long most = router.limits().deadline().toNanos();
    Object timeout = request.parameters().get("timeout");
    if (timeout == null) {
      return System.nanoTime() + most;
    }
    if (!(timeout instanceof Long micros) || micros < 1) {
      throw ProtocolException.badRequest(
          "parameter 'timeout' is %s instead of a number of microseconds",
          Printable.text(timeout.toString()));
    }
    return System.nanoTime() + (micros > most / 1000 ? most : micros * 1000);
  }

  private static void answer(
      Exchange exchange, String name, InferRequest request, List<Tensor> tensors) {
    Map<String, Tensor> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    List<Tensor> ordered = new ArrayList<>();
    List<Boolean> binary = new ArrayList<>();
    for (WantedOutput output : request.outputs()) {
      ordered.add(byName.get(output.name()));
      binary.add(output.binary());
    }
    ResponseWriter.Answer answer =
        ResponseWriter.write(name, ServedModel.VERSION, request.id(), ordered, binary);
    if (answer.binary().isEmpty()) {
      exchange.send(200, Exchange.JSON_TYPE, Map.of(), ByteBuffer.wrap(answer.json()));
      return;
    }
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(ByteBuffer.wrap(answer.json()));
    parts.addAll(answer.binary());
    exchange.send(
        200,
        "application/octet-stream",
        Map.of(HEADER_LENGTH, Integer.toString(answer.json().length)),
        parts.toArray(ByteBuffer[]::new));
  }
}
