package io.github.ideal4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Images that a text file names, one a line: a path, absolute or relative to the list, and after a
 * tab its class. The order is that of the lines.
 */
final class ListSource implements ImageSource {

  private final Path folder;
  private final List<ImageEntry> entries;

  private ListSource(Path folder, List<ImageEntry> entries) {
    this.folder = folder;
    this.entries = entries;
  }

  static ListSource open(Path list) throws IOException {
    List<ImageEntry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int number = 0;
    for (String line : Files.readAllLines(list)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String[] cells = line.split("\t", 2);
      if (!seen.add(cells[0])) {
        throw new ImageFormatException(
            list.toString(), "line %d repeats %s".formatted(number, Names.quote(cells[0])));
      }
      String label = cells.length == 2 && !cells[1].isBlank() ? cells[1].strip() : null;
      entries.add(new ImageEntry(cells[0], label, null));
    }
    return new ListSource(list.toAbsolutePath().getParent(), List.copyOf(entries));
  }

  @Override
  public List<ImageEntry> entries() {
    return entries;
  }

  @Override
  public byte[] read(ImageEntry entry) throws IOException {
    return BoundedRead.file(folder, entry.path());
  }

  @Override
  public void close() {}
}
