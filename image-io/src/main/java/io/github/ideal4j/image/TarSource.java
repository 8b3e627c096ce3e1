package io.github.ideal4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** Images in an uncompressed tar archive, read in place. */
final class TarSource implements ImageSource {

  private final String name;
  private final TarFile tar;
  private final Map<String, TarArchiveEntry> files = new LinkedHashMap<>();
  private final List<ImageEntry> entries;

  private TarSource(String name, TarFile tar) throws IOException {
    this.name = name;
    this.tar = tar;
    for (TarArchiveEntry entry : tar.getEntries()) {
      String path =
          entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
      Names.requireInside(name, path);
      if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
        files.put(path, entry);
      }
    }
    TarArchiveEntry labels = files.get(Labels.FILE);
    this.entries =
        labels == null
            ? Labels.fromPaths(List.copyOf(files.keySet()))
            : Labels.parse(bytes(labels), name + "!" + Labels.FILE);
  }

  static TarSource open(Path path) throws IOException {
    TarFile tar;
    try {
      tar = new TarFile(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new ImageFormatException(path.toString(), "not a tar archive: " + e.getMessage(), e);
    }
    try {
      return new TarSource(path.toString(), tar);
    } catch (IOException | RuntimeException e) {
      tar.close();
      throw e;
    }
  }

  @Override
  public List<ImageEntry> entries() {
    return entries;
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    TarArchiveEntry found = files.get(entry.path());
    if (found == null) {
      throw new ImageFormatException(
          entry.path(), "listed, but not in the archive %s".formatted(Names.quote(name)));
    }
    return bytes(found);
  }

  // The archive has one position for all readers.
  private synchronized byte[] bytes(TarArchiveEntry entry) throws IOException {
    try (InputStream in = tar.getInputStream(entry)) {
      byte[] bytes = BoundedRead.all(in, entry.getName());
      if (bytes.length != entry.getSize()) {
        throw new ImageFormatException(
            entry.getName(),
            "cut off in the archive: %d of %d bytes".formatted(bytes.length, entry.getSize()));
      }
      return bytes;
    }
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
