package io.github.ideal4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A place with photographs: a folder, a zip or a tar archive, a folder of tar archives (the shards
 * of webdataset), a text file that lists paths, or a data set that Hugging Face {@code datasets}
 * saved. Images of the first three are laid out as {@code class/name.jpg} or flat; a file {@code
 * labels.csv} at the top (columns {@code path}, and optionally {@code label}, {@code class}, {@code
 * split}) overrides both what there is and in which order. Safe for use by several threads.
 */
public interface ImageSource extends AutoCloseable {

  /** The images, in the order of {@code labels.csv}, or else sorted by path. */
  List<ImageEntry> entries();

  /**
   * The undecoded bytes of one image.
   *
   * @throws IOException if the image is not there, too large, damaged or not a plain file
   */
  byte[] read(ImageEntry entry) throws IOException;

  /** The names of the classes, sorted; the position of a name is the number of its class. */
  default List<String> classes() {
    return entries().stream()
        .map(ImageEntry::label)
        .filter(Objects::nonNull)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * SHA-256 over paths, classes and splits in their order: whether two sources list the same. What
   * is in the images is not read.
   */
  default String fingerprint() {
    return Fingerprint.of(entries());
  }

  @Override
  void close() throws IOException;

  /**
   * What a source of these files lists, for sources that are made elsewhere.
   *
   * @param paths of all its files
   * @param labels content of its {@code labels.csv}, empty where it has none
   */
  static List<ImageEntry> list(List<String> paths, Optional<byte[]> labels) throws IOException {
    return labels.isPresent() ? Labels.parse(labels.get(), Labels.FILE) : Labels.fromPaths(paths);
  }

  /**
   * Opens a folder, {@code .zip}, {@code .tar}, {@code .txt}, or what {@code Dataset.save_to_disk}
   * wrote.
   *
   * @throws IOException if there is nothing at the path, it is none of these, or it is damaged
   */
  static ImageSource open(Path path) throws IOException {
    if (HuggingFaceSource.isOne(path)) {
      return HuggingFaceSource.open(path);
    }
    if (Files.isDirectory(path)) {
      return FolderSource.open(path);
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(
          "no images at " + Names.quote(path.toString()), null, "give a folder, a .zip or a .tar");
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")) {
      return ZipSource.open(path);
    }
    if (name.endsWith(".tar")) {
      return TarSource.open(path);
    }
    if (name.endsWith(".txt") || name.endsWith(".list")) {
      return ListSource.open(path);
    }
    throw new ImageFormatException(
        path.toString(),
        "not a source of images: give a folder, a .zip, a .tar or a list of files (.txt)");
  }
}
