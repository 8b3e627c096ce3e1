package io.github.ideal4j.image;

/**
 * One photograph of a source: where it is, and what is known about it.
 *
 * @param path the name inside the source, with {@code /} between folders: {@code "cats/0001.jpg"}
 * @param label the name of its class, or null when the source does not tell
 * @param split the part of the data set it belongs to, such as {@code "train"}, or null
 */
public record ImageEntry(String path, String label, String split) {
  public ImageEntry {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("an image needs a path");
    }
  }
}
