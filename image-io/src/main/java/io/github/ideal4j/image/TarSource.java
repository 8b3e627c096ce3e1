package io.github.ideal4j.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Images in an uncompressed tar archive, read in place. Where an image has a file of the same name
 * ending in {@code .cls} or {@code .json} beside it, as the shards of webdataset have, the archive
 * is read like those: samples in their stored order, each with its class.
 */
final class TarSource implements ImageSource {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_NOTE_BYTES = 1 << 16;
  private static final int MAX_DESCRIPTION_BYTES = 1 << 20;

  private final String name;
  private final FileChannel channel;
  private final Map<String, Place> files = new LinkedHashMap<>();
  private final List<ImageEntry> entries;

  /** Where the bytes of an entry are. */
  private record Place(long offset, long length) {}

  private TarSource(String name, FileChannel channel, InputStream in) throws IOException {
    this.name = name;
    this.channel = channel;
    index(in);
    this.entries = list();
  }

  static TarSource open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      return new TarSource(path.toString(), channel, in);
    } catch (ImageFormatException e) {
      channel.close();
      throw e;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw new ImageFormatException(path.toString(), "not a tar archive: " + e.getMessage(), e);
    }
  }

  private void index(InputStream in) throws IOException {
    BoundedDescription described = new BoundedDescription(in);
    TarArchiveInputStream tar = new TarArchiveInputStream(described); // the channel stays open
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      described.end();
      String path =
          entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
      Names.requireInside(name, path);
      if (isPlain(entry)) {
        Names.requireFewer(name, files.size());
        if (files.put(path, new Place(tar.getBytesRead(), entry.getSize())) != null) {
          throw new ImageFormatException(
              name, "entry %s is there twice".formatted(Names.quote(path)));
        }
      }
      tar.skip(Long.MAX_VALUE);
      described.begin();
    }
  }

  /** Long names and other attributes are read into memory; the files themselves are skipped. */
  private static final class BoundedDescription extends FilterInputStream {

    private long left = MAX_DESCRIPTION_BYTES;

    BoundedDescription(InputStream in) {
      super(in);
    }

    /** What comes next describes an entry. */
    void begin() {
      left = MAX_DESCRIPTION_BYTES;
    }

    /** What comes next is its content. */
    void end() {
      left = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
      take(1);
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      take(Math.max(0, read));
      return read;
    }

    private void take(int bytes) throws IOException {
      left -= bytes;
      if (left < 0) {
        throw new IOException(
            "an entry has more than %d bytes of name and attributes"
                .formatted(MAX_DESCRIPTION_BYTES));
      }
    }
  }

  private static boolean isPlain(TarArchiveEntry entry) {
    boolean device = entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
    boolean link = entry.isLink() || entry.isSymbolicLink();
    return entry.isFile() && !device && !link && !entry.isSparse();
  }

  private List<ImageEntry> list() throws IOException {
    Place labels = files.get(Labels.FILE);
    if (labels != null) {
      return Labels.parse(bytes(Labels.FILE, labels), name + "!" + Labels.FILE);
    }
    boolean noted =
        files.keySet().stream()
            .filter(Names::isImage)
            .findFirst()
            .map(first -> note(first, ".cls") != null || note(first, ".json") != null)
            .orElse(false);
    List<String> paths = List.copyOf(files.keySet());
    if (!noted) {
      return Labels.fromPaths(paths);
    }
    List<ImageEntry> samples = new java.util.ArrayList<>();
    for (String path : paths) {
      if (Names.isImage(path)) {
        samples.add(new ImageEntry(path, className(path), null));
      }
    }
    return List.copyOf(samples);
  }

  /** The file about a sample: its name up to the first dot, and another ending. */
  private Place note(String image, String ending) {
    int folder = image.lastIndexOf('/') + 1;
    int dot = image.indexOf('.', folder);
    return files.get(image.substring(0, dot) + ending);
  }

  private String className(String image) throws IOException {
    Place text = note(image, ".cls");
    if (text != null) {
      return new String(noteBytes(image, text), StandardCharsets.UTF_8).strip();
    }
    Place json = note(image, ".json");
    if (json == null) {
      return null;
    }
    try {
      JsonNode said = JSON.readTree(noteBytes(image, json));
      for (String key : List.of("class", "label", "cls")) {
        if (said.path(key).isValueNode()) {
          return said.path(key).asText();
        }
      }
      return null;
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new ImageFormatException(image, "the JSON beside it is damaged", e);
    }
  }

  private byte[] noteBytes(String image, Place place) throws IOException {
    if (place.length() > MAX_NOTE_BYTES) {
      throw new ImageFormatException(
          image,
          "the note beside it has %d bytes; at most %d".formatted(place.length(), MAX_NOTE_BYTES));
    }
    return bytes(image, place);
  }

  @Override
  public List<ImageEntry> entries() {
    return entries;
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    Place place = files.get(entry.path());
    if (place == null) {
      throw new ImageFormatException(
          entry.path(), "listed, but not in the archive %s".formatted(Names.quote(name)));
    }
    return bytes(entry.path(), place);
  }

  private byte[] bytes(String path, Place place) throws IOException {
    BoundedRead.requireSize(place.length(), path);
    ByteBuffer bytes = ByteBuffer.allocate((int) place.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
        throw new ImageFormatException(
            path,
            "cut off in the archive: %d of %d bytes".formatted(bytes.position(), place.length()));
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
