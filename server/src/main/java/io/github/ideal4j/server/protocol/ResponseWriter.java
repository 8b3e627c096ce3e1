package io.github.ideal4j.server.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the answer to an inference request. */
public final class ResponseWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private ResponseWriter() {}

  /**
   * An answer.
   *
   * @param json the JSON object
   * @param binary what follows it, in the order of the outputs; empty if nothing is in binary form
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(byte[] json, List<ByteBuffer> binary) {
    /** Copies the list. */
    public Answer {
      binary = List.copyOf(binary);
    }
  }

  /**
   * Writes.
   *
   * @param outputs in the order of {@code binary}
   * @param binary whether each is sent in binary form
   */
  public static Answer write(
      String model,
      String version,
      Optional<String> id,
      List<Tensor> outputs,
      List<Boolean> binary) {
    List<ByteBuffer> after = new ArrayList<>();
    try (ByteArrayBuilder bytes = new ByteArrayBuilder();
        JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("model_name", model);
      json.writeStringField("model_version", version);
      if (id.isPresent()) {
        json.writeStringField("id", id.get());
      }
      json.writeArrayFieldStart("outputs");
      for (int i = 0; i < outputs.size(); i++) {
        Tensor output = outputs.get(i);
        json.writeStartObject();
        json.writeStringField("name", output.name());
        json.writeStringField("datatype", output.datatype().name());
        json.writeArrayFieldStart("shape");
        for (long size : output.shape()) {
          json.writeNumber(size);
        }
        json.writeEndArray();
        if (binary.get(i)) {
          json.writeObjectFieldStart("parameters");
          json.writeNumberField("binary_data_size", output.data().remaining());
          json.writeEndObject();
          after.add(output.data());
        } else {
          json.writeArrayFieldStart("data");
          values(json, output);
          json.writeEndArray();
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.flush();
      return new Answer(bytes.toByteArray(), after);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
  }

  private static void values(JsonGenerator json, Tensor tensor) throws IOException {
    ByteBuffer data = tensor.data().duplicate().order(tensor.data().order());
    while (data.hasRemaining()) {
      switch (tensor.datatype()) {
        case BOOL -> json.writeBoolean(data.get() != 0);
        case UINT8 -> json.writeNumber(data.get() & 0xFF);
        case INT8 -> json.writeNumber(data.get());
        case UINT16 -> json.writeNumber(Short.toUnsignedInt(data.getShort()));
        case INT16 -> json.writeNumber(data.getShort());
        case UINT32 -> json.writeNumber(Integer.toUnsignedLong(data.getInt()));
        case INT32 -> json.writeNumber(data.getInt());
        case UINT64 -> json.writeNumber(Long.toUnsignedString(data.getLong()));
        case INT64 -> json.writeNumber(data.getLong());
        case FP16 -> json.writeNumber(half(data.getShort()));
        case FP32 -> json.writeNumber(data.getFloat());
        case FP64 -> json.writeNumber(data.getDouble());
        case BYTES -> {
          byte[] element = new byte[data.getInt()];
          data.get(element);
          json.writeString(new String(element, StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** IEEE half precision; exact. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      return Math.copySign(fraction * 0x1p-24f, Float.intBitsToFloat(sign | 1));
    }
    int wide = exponent == 0x1F ? 0xFF : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
