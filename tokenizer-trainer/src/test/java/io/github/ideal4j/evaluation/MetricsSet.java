package io.github.ideal4j.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.safetensors.DataType;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The golden set {@code metrics}: values of other people's code, and the data that they are of.
 * Photographs are looked for as files of the set, in archives of the set, and in those that the
 * project ships.
 */
record MetricsSet(GoldenSet set, JsonNode reference, SafetensorsFile tensors)
    implements AutoCloseable {

  private static final Path SHIPPED = Path.of("../examples/data");

  static MetricsSet open() throws IOException {
    GoldenSet set = GoldenSet.find("metrics");
    JsonNode reference = new ObjectMapper().readTree(set.file("reference.json").toFile());
    return new MetricsSet(set, reference, set.open("reference.safetensors"));
  }

  JsonNode at(String pointer) {
    JsonNode node = reference.at(pointer);
    Assumptions.assumeFalse(node.isMissingNode(), "the golden set has no " + pointer);
    return node;
  }

  /** {@code [rows, width]}, in the precision in which they are stored. */
  FeatureRows rows(String tensor) {
    int width = (int) tensors.shape(tensor)[1];
    return tensors.info(tensor).type() == DataType.F64
        ? FeatureRows.of(doubles(tensor), width)
        : FeatureRows.of(tensors.floats(tensor), width);
  }

  double[] doubles(String tensor) {
    double[] values = new double[(int) tensors.info(tensor).elements()];
    tensors.bytes(tensor).asDoubleBuffer().get(values);
    return values;
  }

  int[] integers(String tensor) {
    return Arrays.stream(tensors.longs(tensor)).mapToInt(Math::toIntExact).toArray();
  }

  /** The rows of a matrix of whole numbers. */
  List<int[]> lists(String tensor) {
    int[] all = integers(tensor);
    int width = (int) tensors.shape(tensor)[1];
    List<int[]> lists = new ArrayList<>();
    for (int from = 0; from < all.length; from += width) {
      lists.add(Arrays.copyOfRange(all, from, from + width));
    }
    return lists;
  }

  /** An image {@code uint8 [height, width, 3]}, or one of {@code [images, height, width, 3]}. */
  RgbImage image(String tensor, int number) {
    long[] shape = tensors.shape(tensor);
    int height = (int) shape[shape.length - 3];
    int width = (int) shape[shape.length - 2];
    byte[] pixels = new byte[height * width * RgbImage.CHANNELS];
    ByteBuffer bytes = tensors.bytes(tensor);
    bytes.position(number * pixels.length).get(pixels);
    return new RgbImage(width, height, pixels);
  }

  /** An original of the pairs, or nothing where the photograph cannot be had. */
  Optional<RgbImage> photograph(JsonNode pair) throws IOException {
    String path = pair.get("path").asText();
    String archive = reference.at("/pairs/archive").asText();
    List<Path> places = new ArrayList<>();
    places.add(set.file(path));
    places.add(set.file(archive));
    places.add(SHIPPED.resolve(archive));
    try (Stream<Path> shipped = Files.list(SHIPPED)) {
      shipped.filter(file -> file.toString().endsWith(".zip")).sorted().forEach(places::add);
    }
    for (Path place : places) {
      Optional<RgbImage> image = Files.isRegularFile(place) ? read(place, path) : Optional.empty();
      if (image.isPresent() && sha256(image.get()).equals(pair.get("sha256_rgb").asText())) {
        return image;
      }
    }
    return Optional.empty();
  }

  private static Optional<RgbImage> read(Path place, String path) throws IOException {
    if (!place.toString().endsWith(".zip")) {
      return Optional.of(ImageDecoder.decode(Files.readAllBytes(place), path));
    }
    try (ImageSource source = ImageSource.open(place)) {
      Optional<ImageEntry> entry =
          source.entries().stream().filter(image -> image.path().equals(path)).findFirst();
      return entry.isEmpty()
          ? Optional.empty()
          : Optional.of(ImageDecoder.decode(source.read(entry.get()), path));
    }
  }

  private static String sha256(RgbImage image) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(image.pixels()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
