package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.graph.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects the files of a bundle, writes them beside the folder's final place, adds {@code
 * model.json} with their sums, and moves the folder there. Not thread-safe.
 *
 * <pre>{@code
 * new BundleWriter(description)
 *     .add(BundleFiles.ENCODER, encoder::writeTo)
 *     .add(BundleFiles.DECODER, decoder::writeTo)
 *     .write(Path.of("my-bundle"));
 * }</pre>
 */
public final class BundleWriter {

  private final Map<String, AtomicFile.Content> contents = new LinkedHashMap<>();
  private BundleDescription description;

  /** A bundle without files yet. */
  public BundleWriter(BundleDescription description) {
    this.description = description;
  }

  /** A bundle that starts as a copy of another one, for example to give it a prior. */
  public static BundleWriter copyOf(Bundle bundle) {
    BundleWriter writer = new BundleWriter(bundle.description());
    for (String name : bundle.manifest().files().keySet()) {
      writer.addFile(name, bundle.folder().resolve(name));
    }
    return writer;
  }

  /**
   * Adds a file, or replaces one.
   *
   * @param name a plain file name, see {@link BundleFiles}
   * @param content writes the file to the path that it is given
   */
  public BundleWriter add(String name, AtomicFile.Content content) {
    BundleManifest.requirePlainName(name);
    contents.put(name, content);
    return this;
  }

  /** Adds a copy of a file. */
  public BundleWriter addFile(String name, Path source) {
    return add(name, beside -> Files.copy(source, beside));
  }

  /** Adds a text file. */
  public BundleWriter addText(String name, String text) {
    return add(name, beside -> Files.writeString(beside, text));
  }

  /** Adds {@code labels.json}; the place in the list is the class. */
  public BundleWriter addLabels(List<String> names) throws IOException {
    return addText(BundleFiles.LABELS, LabelNames.toJson(names));
  }

  /** Describes the prior whose files are added. */
  public BundleWriter prior(BundleDescription.Prior prior) {
    description = description.withPrior(prior);
    return this;
  }

  /**
   * Writes the bundle, replacing what is at {@code folder}.
   *
   * @return the bundle, read again from the disk
   * @throws BundleException if the files do not make a bundle; nothing is replaced then
   */
  public Bundle write(Path folder) throws IOException {
    AtomicFile.writeFolder(folder, this::writeTo);
    return Bundle.open(folder);
  }

  private void writeTo(Path beside) throws IOException {
    Files.createDirectories(beside);
    Map<String, String> sums = new TreeMap<>();
    for (Map.Entry<String, AtomicFile.Content> file : contents.entrySet()) {
      Path path = beside.resolve(file.getKey());
      file.getValue().writeTo(path);
      sums.put(file.getKey(), Sha256.of(path));
      Path data = OnnxFile.dataFile(path);
      if (Files.exists(data)) {
        sums.put(data.getFileName().toString(), Sha256.of(data));
      }
    }
    try {
      new BundleManifest(description, sums).write(beside.resolve(BundleFiles.MANIFEST));
    } catch (IllegalArgumentException e) {
      throw new BundleException("these files make no bundle: %s".formatted(e.getMessage()), e);
    }
    Bundle.open(beside);
  }
}
