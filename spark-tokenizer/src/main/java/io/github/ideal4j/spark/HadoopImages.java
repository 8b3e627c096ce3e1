package io.github.ideal4j.spark;

import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.ImageLimits;
import io.github.ideal4j.image.ImageSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Photographs in a folder of the cluster's storage, in the order and with the classes that a local
 * folder of the same files has. A storage that fails is an {@link IOException}, a file that is not
 * there or too large an {@link ImageFormatException}.
 */
final class HadoopImages implements ImageSource {

  private static final String LABELS = "labels.csv";

  private final Path root;
  private final FileSystem files;
  private final List<ImageEntry> entries;

  private HadoopImages(Path root, FileSystem files, List<ImageEntry> entries) {
    this.root = root;
    this.files = files;
    this.entries = entries;
  }

  /** Lists a folder; the driver does this once. */
  static HadoopImages list(String folder, Configuration storage) throws IOException {
    Path root = new Path(folder);
    FileSystem files = root.getFileSystem(storage);
    String prefix = files.makeQualified(root).toUri().getPath() + "/";
    List<String> paths = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
    while (all.hasNext()) {
      paths.add(all.next().getPath().toUri().getPath().substring(prefix.length()));
    }
    Optional<byte[]> labels =
        paths.contains(LABELS)
            ? Optional.of(bytes(files, new Path(root, LABELS), LABELS))
            : Optional.empty();
    return new HadoopImages(root, files, ImageSource.list(paths, labels));
  }

  /** The same folder on an executor, with the part of the list that a task needs. */
  static HadoopImages of(String folder, Configuration storage, List<ImageEntry> part)
      throws IOException {
    Path root = new Path(folder);
    return new HadoopImages(root, root.getFileSystem(storage), part);
  }

  @Override
  public List<ImageEntry> entries() {
    return entries;
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    return bytes(files, new Path(root, entry.path()), entry.path());
  }

  static byte[] bytes(FileSystem files, Path path, String name) throws IOException {
    int most = ImageLimits.standard().maxBytes();
    try (InputStream in = files.open(path)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ImageFormatException(name, "larger than %d bytes".formatted(most));
      }
      return bytes;
    } catch (FileNotFoundException e) {
      throw new ImageFormatException(name, "no such file", e);
    }
  }

  @Override
  public void close() {
    // Spark shares and closes file systems.
  }
}
