package io.github.ideal4j.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a file.
 *
 * @param entries arrays by name, in the order of the header
 * @param metadata free text by key
 */
record Header(Map<String, Entry> entries, Map<String, String> metadata) {

  /** Where the lengths of headers end, as in the format's own library. */
  static final long MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * An array and its place.
   *
   * @param info name, type and shape
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  record Entry(TensorInfo info, long begin, long end) {}

  /**
   * Reads and checks a header.
   *
   * @param json the bytes after the length
   * @param dataBytes how many bytes follow the header
   * @throws IOException if it is no header, or its arrays do not fill the data exactly
   */
  static Header parse(byte[] json, long dataBytes) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException("the header is no JSON: " + e.getOriginalMessage(), e);
    }
    if (root == null || !root.isObject()) {
      throw new IOException("the header is no JSON object");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        field.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
      }
    }
    requireNoGaps(entries, dataBytes);
    return new Header(entries, metadata);
  }

  private static Entry entry(String name, JsonNode node) throws IOException {
    JsonNode offsets = node.path("data_offsets");
    if (!node.path("dtype").isTextual()
        || !node.path("shape").isArray()
        || offsets.size() != 2
        || !offsets.get(0).canConvertToLong()
        || !offsets.get(1).canConvertToLong()) {
      throw new IOException("tensor '%s' lacks dtype, shape or data_offsets".formatted(name));
    }
    List<Long> shape = new ArrayList<>();
    for (JsonNode side : node.get("shape")) {
      if (!side.isIntegralNumber() || !side.canConvertToLong()) {
        throw new IOException("tensor '%s' has a side of %s".formatted(name, side));
      }
      shape.add(side.asLong());
    }
    try {
      DataType type = DataType.of(node.get("dtype").asText(), name);
      TensorInfo info = new TensorInfo(name, type, shape);
      long begin = offsets.get(0).asLong();
      long end = offsets.get(1).asLong();
      if (begin < 0 || end - begin != info.bytes()) {
        throw new IOException(
            "tensor '%s' of %s %s takes %d bytes, but its offsets are %d to %d"
                .formatted(name, type, shape, info.bytes(), begin, end));
      }
      return new Entry(info, begin, end);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void requireNoGaps(Map<String, Entry> entries, long dataBytes) throws IOException {
    long position = 0;
    List<Entry> byPlace =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    for (Entry entry : byPlace) {
      if (entry.begin() != position) {
        throw new IOException(
            "tensor '%s' begins at byte %d of the data, but the one before it ends at %d"
                .formatted(entry.info().name(), entry.begin(), position));
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw new IOException(
          "the header describes %d bytes of data, but %d follow".formatted(position, dataBytes));
    }
  }
}
