package io.github.ideal4j.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The weights of a Hugging Face folder: {@code model.safetensors}, or shards that {@code
 * model.safetensors.index.json} lists. A single file is taken as it is. Only headers are read until
 * a tensor is asked for. Safe for use by several threads.
 */
public final class SafetensorsFolder implements AutoCloseable {

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int MOST_INDEX_BYTES = 1 << 26;

  private final Map<String, SafetensorsFile> files = new TreeMap<>();
  private final Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
  private final Path path;

  private SafetensorsFolder(Path path) {
    this.path = path;
  }

  /**
   * Opens all files.
   *
   * @param path a folder, or one safetensors file
   * @throws IOException if there are no weights, or a file is missing or damaged; the message names
   *     it
   */
  public static SafetensorsFolder open(Path path) throws IOException {
    SafetensorsFolder folder = new SafetensorsFolder(path);
    try {
      if (!Files.isDirectory(path)) {
        folder.add(path);
      } else if (Files.exists(path.resolve(INDEX))) {
        folder.addShards(path.resolve(INDEX));
      } else if (Files.exists(path.resolve(SINGLE))) {
        folder.add(path.resolve(SINGLE));
      } else {
        throw new IOException("%s has neither %s nor %s".formatted(path, SINGLE, INDEX));
      }
      return folder;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private void add(Path file) throws IOException {
    SafetensorsFile opened = SafetensorsFile.open(file);
    files.put(file.getFileName().toString(), opened);
    for (String tensor : opened.names()) {
      if (tensors.put(tensor, opened) != null) {
        throw new IOException(
            "%s holds tensor '%s', as another shard does".formatted(file, tensor));
      }
    }
  }

  private void addShards(Path index) throws IOException {
    Map<String, String> listed = listed(index);
    for (String shard : new TreeSet<>(listed.values())) {
      Path file = path.resolve(shard);
      if (shard.isEmpty() || !path.normalize().equals(file.normalize().getParent())) {
        throw new IOException("%s names a shard outside its folder: '%s'".formatted(index, shard));
      }
      if (!Files.isRegularFile(file)) {
        throw new IOException("%s names the shard %s, which is missing".formatted(index, shard));
      }
      add(file);
    }
    for (Map.Entry<String, String> entry : listed.entrySet()) {
      SafetensorsFile shard = files.get(entry.getValue());
      if (!shard.has(entry.getKey())) {
        throw new IOException(
            "%s says that %s holds tensor '%s', which it does not"
                .formatted(index, entry.getValue(), entry.getKey()));
      }
    }
  }

  private static Map<String, String> listed(Path index) throws IOException {
    if (Files.size(index) > MOST_INDEX_BYTES) {
      throw new IOException(
          "%s is larger than %d bytes and no shard index".formatted(index, MOST_INDEX_BYTES));
    }
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(index.toFile()).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new IOException("%s is no shard index: %s".formatted(index, e.getOriginalMessage()), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new IOException("%s is no shard index: it has no weight_map".formatted(index));
    }
    Map<String, String> listed = new LinkedHashMap<>();
    map.properties().forEach(e -> listed.put(e.getKey(), e.getValue().asText("")));
    return listed;
  }

  /** Where the weights are: the folder or the file. */
  public Path path() {
    return path;
  }

  /** The files that hold tensors, in the order of their names. */
  public List<Path> files() {
    Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    List<Path> all = new ArrayList<>();
    files.keySet().forEach(name -> all.add(folder.resolve(name)));
    return all;
  }

  /** Names of all tensors. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  /** Type and shape of a tensor. */
  public TensorInfo info(String tensor) {
    return file(tensor).info(tensor);
  }

  /** The sides of a tensor; empty for a scalar. */
  public long[] shape(String tensor) {
    return file(tensor).shape(tensor);
  }

  /** The elements as floats in row-major order, whatever their type. */
  public float[] floats(String tensor) {
    return file(tensor).floats(tensor);
  }

  private SafetensorsFile file(String tensor) {
    SafetensorsFile file = tensors.get(tensor);
    if (file == null) {
      throw new IllegalArgumentException("%s has no tensor '%s'".formatted(path, tensor));
    }
    return file;
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsFile file : files.values()) {
      file.close();
    }
  }
}
