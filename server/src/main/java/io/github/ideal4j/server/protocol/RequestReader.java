package io.github.ideal4j.server.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.ideal4j.server.protocol.InferRequest.WantedOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads an inference request: a JSON object, after which the binary tensors follow in the order of
 * the inputs. Type and shape of an input are compared with the model's before memory is taken for
 * its values.
 */
public final class RequestReader {

  private static final int MOST_PARTS = 64;
  private static final int DEEPEST = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(100)
                  .maxNameLength(1000)
                  .maxStringLength(Integer.MAX_VALUE) // the body's own limit holds
                  .build())
          .build();

  private final byte[] body;
  private final int length;
  private final int header;
  private final Map<String, TensorSpec> inputs = new LinkedHashMap<>();
  private final List<TensorSpec> outputs;
  private final int maxRows;

  private Optional<String> id = Optional.empty();
  private Map<String, Object> parameters = Map.of();
  private final List<Input> given = new ArrayList<>();
  private final List<Output> wanted = new ArrayList<>();

  private RequestReader(
      byte[] body,
      int length,
      int header,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      int maxRows) {
    this.body = body;
    this.length = length;
    this.header = header;
    inputs.forEach(input -> this.inputs.put(input.name(), input));
    this.outputs = outputs;
    this.maxRows = maxRows;
  }

  /** An input as it is described, with the place of its values in the JSON text. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Input(
      String name,
      String datatype,
      long[] shape,
      Map<String, Object> parameters,
      int dataFrom,
      int dataTo) {}

  private record Output(String name, Map<String, Object> parameters) {}

  /**
   * Reads a request.
   *
   * @param body whose first bytes count
   * @param length how many of them
   * @param header the value of {@code Inference-Header-Content-Length}; empty if there is no binary
   *     data
   * @param inputs what the model takes
   * @param outputs what the model gives
   * @param maxRows most rows of an input with a free first axis
   */
  public static InferRequest read(
      byte[] body,
      int length,
      OptionalInt header,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      int maxRows)
      throws ProtocolException {
    int json = header.orElse(length);
    if (json < 0 || json > length) {
      throw ProtocolException.badRequest(
          "Inference-Header-Content-Length is %d, but the body has %d bytes", json, length);
    }
    return new RequestReader(body, length, json, inputs, outputs, maxRows).read();
  }

  private InferRequest read() throws ProtocolException {
    try (JsonParser parser = JSON.createParser(body, 0, header)) {
      requireObject(parser.nextToken(), "the request");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> id = Optional.of(text(parser, "id"));
          case "parameters" -> parameters = parameters(parser, "the request");
          case "inputs" -> each(parser, "inputs", () -> given.add(input(parser)));
          case "outputs" -> each(parser, "outputs", () -> wanted.add(output(parser)));
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw ProtocolException.badRequest("there is something after the request's JSON object");
      }
      List<Tensor> tensors = tensors();
      return new InferRequest(id, parameters, tensors, wantedOutputs());
    } catch (JsonProcessingException e) {
      throw ProtocolException.badRequest("the request is no JSON: %s", brief(e));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot be read", e);
    }
  }

  private interface Element {
    void read() throws IOException, ProtocolException;
  }

  private static void each(JsonParser parser, String what, Element element)
      throws IOException, ProtocolException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw ProtocolException.badRequest("'%s' is no array", what);
    }
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (++count > MOST_PARTS) {
        throw ProtocolException.badRequest("'%s' has more than %d entries", what, MOST_PARTS);
      }
      requireObject(parser.currentToken(), "an entry of '%s'".formatted(what));
      element.read();
    }
  }

  private Input input(JsonParser parser) throws IOException, ProtocolException {
    String name = null;
    String datatype = null;
    long[] shape = null;
    Map<String, Object> own = Map.of();
    int from = -1;
    int to = -1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "name" -> name = text(parser, "name of an input");
        case "datatype" -> datatype = text(parser, "datatype of an input");
        case "shape" -> shape = shape(parser);
        case "parameters" -> own = parameters(parser, "an input");
        case "data" -> {
          if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw ProtocolException.badRequest("'data' of an input is no array");
          }
          from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
          parser.skipChildren();
          to = Math.toIntExact(parser.currentLocation().getByteOffset());
        }
        default -> parser.skipChildren();
      }
    }
    if (name == null) {
      throw ProtocolException.badRequest(
          "an input has no name; the model takes %s", inputs.keySet());
    }
    if (datatype == null || shape == null) {
      throw ProtocolException.badRequest(
          "input '%s' has no %s", Printable.text(name), datatype == null ? "datatype" : "shape");
    }
    return new Input(name, datatype, shape, own, from, to);
  }

  private static Output output(JsonParser parser) throws IOException, ProtocolException {
    String name = null;
    Map<String, Object> own = Map.of();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "name" -> name = text(parser, "name of an output");
        case "parameters" -> own = parameters(parser, "an output");
        default -> parser.skipChildren();
      }
    }
    if (name == null) {
      throw ProtocolException.badRequest("an output has no name");
    }
    return new Output(name, own);
  }

  private List<Tensor> tensors() throws ProtocolException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int at = header;
    for (Input input : given) {
      TensorSpec spec = inputs.get(input.name());
      if (spec == null || tensors.containsKey(input.name())) {
        throw ProtocolException.badRequest(
            "input '%s' is %s; the model takes %s",
            Printable.text(input.name()),
            spec == null ? "unknown" : "given twice",
            inputs.keySet());
      }
      refuse(input.parameters(), "input '%s'".formatted(input.name()));
      long[] shape = oneForNone(spec, input.shape());
      spec.check(Datatype.parse(input.datatype(), input.name()), shape);
      if (spec.isBatched() && shape[0] > maxRows) {
        throw ProtocolException.tooLarge(
            "input '%s' has %d rows; at most %d are taken in a request",
            input.name(), shape[0], maxRows);
      }
      ByteBuffer data;
      Object size = input.parameters().get("binary_data_size");
      if (size == null) {
        data = json(input, spec, shape);
      } else {
        int bytes = binarySize(input, spec, shape, size, at);
        data = ByteBuffer.wrap(body, at, bytes);
        at += bytes;
      }
      tensors.put(input.name(), new Tensor(input.name(), spec.datatype(), shape, data));
    }
    if (at != length) {
      throw ProtocolException.badRequest(
          "%d bytes after the JSON object belong to no input", length - at);
    }
    List<Tensor> ordered = new ArrayList<>();
    for (String name : inputs.keySet()) {
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw ProtocolException.badRequest(
            "input '%s' is missing; the model takes %s", name, inputs.keySet());
      }
      ordered.add(tensor);
    }
    return ordered;
  }

  /** A model's number without axes may also be sent without, although it is announced with one. */
  private static long[] oneForNone(TensorSpec spec, long[] shape) {
    return shape.length == 0 && spec.shape().equals(List.of(1L)) ? new long[] {1} : shape;
  }

  private int binarySize(Input input, TensorSpec spec, long[] shape, Object size, int at)
      throws ProtocolException {
    if (input.dataFrom() >= 0) {
      throw ProtocolException.badRequest(
          "input '%s' has both data and binary_data_size", input.name());
    }
    if (!(size instanceof Long bytes) || bytes < 0) {
      throw ProtocolException.badRequest(
          "input '%s': binary_data_size is %s instead of a number of bytes", input.name(), size);
    }
    if (bytes > length - at) {
      throw ProtocolException.badRequest(
          "input '%s': binary_data_size is %d, but %d bytes are left",
          input.name(), bytes, length - at);
    }
    long expected = JsonValues.count(spec, shape) * spec.datatype().size();
    if (spec.datatype() != Datatype.BYTES && bytes != expected) {
      throw ProtocolException.badRequest(
          "input '%s' has %d bytes; %d were expected", input.name(), bytes, expected);
    }
    return bytes.intValue();
  }

  private ByteBuffer json(Input input, TensorSpec spec, long[] shape) throws ProtocolException {
    if (input.dataFrom() < 0) {
      throw ProtocolException.badRequest(
          "input '%s' has neither data nor binary_data_size", input.name());
    }
    boolean base64 = "base64".equals(input.parameters().get("content_type"));
    try (JsonParser parser =
        JSON.createParser(body, input.dataFrom(), input.dataTo() - input.dataFrom())) {
      return new JsonValues(parser, spec, shape, base64).read();
    } catch (JsonProcessingException e) {
      throw ProtocolException.badRequest("input '%s': %s", input.name(), brief(e));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot be read", e);
    }
  }

  private List<WantedOutput> wantedOutputs() throws ProtocolException {
    refuse(parameters, "the request");
    boolean binary = flag(parameters, "binary_data_output", false, "the request");
    List<WantedOutput> result = new ArrayList<>();
    if (wanted.isEmpty()) {
      outputs.forEach(output -> result.add(new WantedOutput(output.name(), binary)));
      return result;
    }
    Set<String> known = new HashSet<>();
    outputs.forEach(output -> known.add(output.name()));
    for (Output output : wanted) {
      if (!known.remove(output.name())) {
        throw ProtocolException.badRequest(
            "output '%s' is unknown or asked for twice; the model gives %s",
            Printable.text(output.name()), outputs.stream().map(TensorSpec::name).toList());
      }
      String what = "output '%s'".formatted(output.name());
      refuse(output.parameters(), what);
      result.add(
          new WantedOutput(output.name(), flag(output.parameters(), "binary_data", binary, what)));
    }
    return result;
  }

  /** What would change the answer, but is not known here, must not be passed over. */
  private static void refuse(Map<String, Object> parameters, String what) throws ProtocolException {
    for (String name : List.of("classification", "shared_memory_region", "sequence_id")) {
      if (parameters.containsKey(name)) {
        throw ProtocolException.badRequest(
            "%s: parameter '%s' belongs to an extension that this server does not have",
            what, name);
      }
    }
  }

  private static boolean flag(
      Map<String, Object> parameters, String name, boolean otherwise, String what)
      throws ProtocolException {
    Object value = parameters.getOrDefault(name, otherwise);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw ProtocolException.badRequest("%s: parameter '%s' is true or false", what, name);
  }

  private static Map<String, Object> parameters(JsonParser parser, String what)
      throws IOException, ProtocolException {
    requireObject(parser.currentToken(), "'parameters' of " + what);
    Map<String, Object> values = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      switch (parser.nextToken()) {
        case VALUE_STRING -> values.put(name, parser.getText());
        case VALUE_TRUE, VALUE_FALSE -> values.put(name, parser.getBooleanValue());
        case VALUE_NUMBER_INT -> values.put(name, parser.getLongValue());
        case VALUE_NUMBER_FLOAT -> values.put(name, parser.getDoubleValue());
        default ->
            throw ProtocolException.badRequest(
                "parameter '%s' of %s is no number, text or truth value",
                Printable.text(name), what);
      }
      if (values.size() > MOST_PARTS) {
        throw ProtocolException.badRequest("%s has more than %d parameters", what, MOST_PARTS);
      }
    }
    return values;
  }

  private static long[] shape(JsonParser parser) throws IOException, ProtocolException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw ProtocolException.badRequest("'shape' of an input is no array");
    }
    List<Long> sizes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || sizes.size() == DEEPEST) {
        throw ProtocolException.badRequest(
            "'shape' of an input is a list of at most %d whole numbers", DEEPEST);
      }
      sizes.add(parser.getLongValue());
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static String text(JsonParser parser, String what) throws IOException, ProtocolException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw ProtocolException.badRequest("%s is no text", what);
    }
    return parser.getText();
  }

  private static void requireObject(JsonToken token, String what) throws ProtocolException {
    if (token != JsonToken.START_OBJECT) {
      throw ProtocolException.badRequest("%s is no JSON object", what);
    }
  }

  private static String brief(JsonProcessingException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    String where =
        e instanceof JsonParseException && e.getLocation() != null
            ? " (byte %d)".formatted(e.getLocation().getByteOffset())
            : "";
    return message.replaceAll("\\p{C}", "?") + where;
  }
}
