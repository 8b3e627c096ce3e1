package io.github.ideal4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder of tar archives, such as the shards of webdataset: the images of the first archive by
 * name, then those of the second. A path is the archive's name, {@code /} and the path inside.
 */
final class ShardedSource implements ImageSource {

  private final Map<String, ImageSource> shards = new LinkedHashMap<>();
  private final List<ImageEntry> entries = new ArrayList<>();

  private ShardedSource() {}

  /** The archives of a folder that holds nothing else, by name; none if it is not such a folder. */
  static List<Path> shardsOf(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> all =
          children.filter(child -> !child.getFileName().toString().startsWith(".")).toList();
      List<Path> tars = all.stream().filter(ShardedSource::isTar).sorted().toList();
      return all.stream().anyMatch(Files::isDirectory)
              || all.stream().anyMatch(child -> Names.isImage(child.getFileName().toString()))
          ? List.of()
          : tars;
    }
  }

  private static boolean isTar(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".tar") && Files.isRegularFile(path);
  }

  static ShardedSource open(List<Path> archives) throws IOException {
    ShardedSource source = new ShardedSource();
    try {
      for (Path archive : archives) {
        String shard = archive.getFileName().toString();
        ImageSource opened = TarSource.open(archive);
        source.shards.put(shard, opened);
        for (ImageEntry entry : opened.entries()) {
          source.entries.add(
              new ImageEntry(shard + "/" + entry.path(), entry.label(), entry.split()));
        }
      }
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  @Override
  public List<ImageEntry> entries() {
    return java.util.Collections.unmodifiableList(entries);
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    int slash = entry.path().indexOf('/');
    ImageSource shard = shards.get(entry.path().substring(0, Math.max(0, slash)));
    if (shard == null) {
      throw new ImageFormatException(entry.path(), "in none of the archives");
    }
    String inside = entry.path().substring(slash + 1);
    return shard.read(new ImageEntry(inside, entry.label(), entry.split()));
  }

  @Override
  public void close() throws IOException {
    for (ImageSource shard : shards.values()) {
      shard.close();
    }
  }
}
