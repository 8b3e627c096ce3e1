package io.github.ideal4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Images in a folder and the folders below it. */
final class FolderSource implements ImageSource {

  private static final int MAX_DEPTH = 16;

  private final Path root;
  private final List<ImageEntry> entries;

  private FolderSource(Path root, List<ImageEntry> entries) {
    this.root = root;
    this.entries = entries;
  }

  static ImageSource open(Path root) throws IOException {
    Path labels = root.resolve(Labels.FILE);
    if (Files.isRegularFile(labels)) {
      return new FolderSource(root, Labels.parse(Files.readAllBytes(labels), labels.toString()));
    }
    List<Path> shards = ShardedSource.shardsOf(root);
    if (!shards.isEmpty()) {
      return ShardedSource.open(shards);
    }
    try (Stream<Path> files = Files.walk(root, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      Stream<String> paths = files.filter(Files::isRegularFile).map(file -> pathOf(root, file));
      return new FolderSource(root, Labels.fromPaths(paths.toList()));
    } catch (IOException | UncheckedIOException e) {
      // The message of these is often but a path.
      throw new IOException("cannot list the images in %s: %s".formatted(root, e), e);
    }
  }

  private static String pathOf(Path root, Path file) {
    return root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
  }

  @Override
  public List<ImageEntry> entries() {
    return entries;
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    return BoundedRead.file(root, entry.path());
  }

  @Override
  public void close() {}
}
