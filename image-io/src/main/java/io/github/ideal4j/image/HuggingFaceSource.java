package io.github.ideal4j.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.image.ArrowImages.Place;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Images of a data set that Hugging Face {@code datasets} saved: a folder of {@code
 * Dataset.save_to_disk}, one of {@code DatasetDict} with a folder for each split, or one {@code
 * .arrow} stream of its cache. Bytes are read when they are wanted.
 */
final class HuggingFaceSource implements ImageSource {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATE = "state.json";
  private static final String SPLITS = "dataset_dict.json";

  private final List<FileChannel> channels = new ArrayList<>();
  private final List<ImageEntry> entries = new ArrayList<>();
  private final Map<String, Image> images = new HashMap<>();

  /** Where the bytes of an image are: in a stream, or in a file beside it. */
  private record Image(FileChannel channel, Place place, Path folder) {}

  private HuggingFaceSource() {}

  /** Whether a path is a folder or file of such a data set. */
  static boolean isOne(Path path) {
    return Files.isRegularFile(path.resolve(STATE))
        || Files.isRegularFile(path.resolve(SPLITS))
        || (Files.isRegularFile(path)
            && path.toString().toLowerCase(Locale.ROOT).endsWith(".arrow"));
  }

  static HuggingFaceSource open(Path path) throws IOException {
    HuggingFaceSource source = new HuggingFaceSource();
    try {
      if (Files.isRegularFile(path)) {
        source.addStream(path, "", null);
      } else if (Files.isRegularFile(path.resolve(SPLITS))) {
        for (JsonNode split : json(path.resolve(SPLITS)).path("splits")) {
          String name = split.asText();
          Names.requireInside(path.toString(), name);
          source.addFolder(path.resolve(name), name + "/", name);
        }
      } else {
        source.addFolder(path, "", null);
      }
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private static JsonNode json(Path file) throws IOException {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new ImageFormatException(
          file.toString(), "not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
  }

  private void addFolder(Path folder, String prefix, String split) throws IOException {
    JsonNode state = json(folder.resolve(STATE));
    JsonNode indices = state.path("_indices_files");
    if (indices.isArray() && !indices.isEmpty()) {
      throw new ImageFormatException(
          folder.toString(),
          "it is a selection of rows that was not written out; call flatten_indices() before save_to_disk()");
    }
    for (JsonNode file : state.path("_data_files")) {
      String name = file.path("filename").asText();
      Names.requireInside(folder.toString(), name);
      addStream(folder.resolve(name), prefix, split == null ? text(state, "_split") : split);
    }
  }

  private static String text(JsonNode object, String key) {
    return object.path(key).isTextual() ? object.path(key).asText() : null;
  }

  private void addStream(Path file, String prefix, String split) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ImageFormatException(file.toString(), "no such file");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    channels.add(channel);
    List<String> names = classNames(file.toString(), channel);
    for (Place place : ArrowImages.find(file.toString(), channel)) {
      String path = prefix + "%08d".formatted(entries.size()) + ending(place.path());
      entries.add(new ImageEntry(path, label(file, place.label(), names), split));
      images.put(path, new Image(channel, place, file.toAbsolutePath().getParent()));
    }
  }

  /** Numbers keep paths unique; the name that the data set gives stays readable behind them. */
  private static String ending(String path) {
    if (path == null) {
      return "";
    }
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return "-" + name.replaceAll("[\\p{Cntrl}:]", "_");
  }

  private static List<String> classNames(String file, FileChannel channel) throws IOException {
    String described = ArrowImages.metadata(file, channel).get("huggingface");
    List<String> names = new ArrayList<>();
    if (described != null) {
      JsonNode features;
      try {
        features = JSON.readTree(described).path("info").path("features");
      } catch (com.fasterxml.jackson.core.JacksonException e) {
        throw new ImageFormatException(file, "its description of the features is not JSON", e);
      }
      features.path("label").path("names").forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  /**
   * Numbers of a {@code ClassLabel} become its names; -1 is what {@code datasets} calls unknown.
   */
  private static String label(Path file, String stored, List<String> names)
      throws ImageFormatException {
    if (stored == null || names.isEmpty()) {
      return stored;
    }
    long number = Long.parseLong(stored);
    if (number == -1) {
      return null;
    }
    if (number < 0 || number >= names.size()) {
      throw new ImageFormatException(
          file.toString(), "label %d is none of its %d classes".formatted(number, names.size()));
    }
    return names.get((int) number);
  }

  @Override
  public List<ImageEntry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    Image image = images.get(entry.path());
    if (image == null) {
      throw new ImageFormatException(entry.path(), "not in the data set");
    }
    Place place = image.place();
    if (place.offset() < 0) {
      return outside(entry, image);
    }
    if (place.length() > BoundedRead.MAX_BYTES) {
      throw new ImageFormatException(
          entry.path(),
          "larger than the %d MiB an image file may have".formatted(BoundedRead.MAX_BYTES >> 20));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) place.length());
    while (bytes.hasRemaining()) {
      if (image.channel().read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException("%s: the data set was cut off".formatted(entry.path()));
      }
    }
    return bytes.array();
  }

  /** An image that the data set only names: it is read if it lies in the same folder. */
  private static byte[] outside(ImageEntry entry, Image image) throws IOException {
    String path = image.place().path();
    if (path == null) {
      throw new ImageFormatException(entry.path(), "the data set has no image in this row");
    }
    Names.requireInside(image.folder().toString(), path);
    return BoundedRead.file(image.folder(), path);
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels) {
      channel.close();
    }
  }
}
