package io.github.ideal4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Images in a zip archive, read in place. Checks the sums, which {@link ZipFile} does not. */
final class ZipSource implements ImageSource {

  private final String name;
  private final ZipFile zip;
  private final List<ImageEntry> entries;

  private ZipSource(String name, ZipFile zip) throws IOException {
    this.name = name;
    this.zip = zip;
    Names.requireFewer(name, zip.size());
    Set<String> paths = new LinkedHashSet<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      Names.requireInside(name, entry.getName());
      if (!entry.isDirectory() && !paths.add(entry.getName())) {
        throw new ImageFormatException(
            name, "entry %s is there twice".formatted(Names.quote(entry.getName())));
      }
    }
    ZipEntry labels = zip.getEntry(Labels.FILE);
    this.entries =
        labels == null
            ? Labels.fromPaths(List.copyOf(paths))
            : Labels.parse(bytes(labels), name + "!" + Labels.FILE);
  }

  static ZipSource open(Path path) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException e) {
      throw new ImageFormatException(path.toString(), problem(e), e);
    }
    try {
      return new ZipSource(path.toString(), zip);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static String problem(ZipException e) {
    String said = String.valueOf(e.getMessage());
    return said.contains("encrypted")
        ? "an encrypted zip archive; unpack it with its password first"
        : "not a zip archive: " + said;
  }

  @Override
  public List<ImageEntry> entries() {
    return entries;
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    ZipEntry found = zip.getEntry(entry.path());
    if (found == null) {
      throw new ImageFormatException(
          entry.path(), "listed, but not in the archive %s".formatted(Names.quote(name)));
    }
    return bytes(found);
  }

  private byte[] bytes(ZipEntry entry) throws IOException {
    byte[] bytes;
    BoundedRead.requireSize(entry.getSize(), entry.getName());
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = BoundedRead.all(in, entry.getName());
    } catch (ZipException e) {
      throw new ImageFormatException(
          entry.getName(), "damaged in the archive: " + e.getMessage(), e);
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    if (sum.getValue() != entry.getCrc()) {
      throw new ImageFormatException(entry.getName(), "damaged in the archive: wrong CRC");
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
