package io.github.ideal4j.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file or a folder beside its final place and moves it there, so that its final name never
 * shows a half-written state. A process that is killed leaves at most something with the ending
 * {@code .partial}, which the next write replaces.
 */
public final class AtomicFile {

  private AtomicFile() {}

  /** Writes the content of a file or folder at a path that is not yet its final one. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything below {@code beside}.
     *
     * @param beside a path in the same folder as the target, which does not exist yet
     * @throws IOException if writing fails; the target is then left as it was
     */
    void writeTo(Path beside) throws IOException;
  }

  /**
   * Writes a file and moves it into place, replacing an earlier one.
   *
   * @param target the final path; missing parent folders are made
   * @param content writes the file
   * @throws IOException if writing or moving fails; the target is then left as it was
   */
  public static void write(Path target, Content content) throws IOException {
    Path beside = beside(target);
    try {
      content.writeTo(beside);
      move(beside, target);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Writes text as UTF-8. See {@link #write(Path, Content)}. */
  public static void writeString(Path target, String text) throws IOException {
    write(target, beside -> Files.write(beside, text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a folder and moves it into place, replacing an earlier one whole.
   *
   * @param target the final path of the folder
   * @param content creates the folder at the path it is given, and fills it
   * @throws IOException if writing or moving fails; an earlier folder is then left as it was
   */
  public static void writeFolder(Path target, Content content) throws IOException {
    Path beside = beside(target);
    deleteRecursively(beside);
    Path old = target.resolveSibling(target.getFileName() + ".old");
    try {
      content.writeTo(beside);
      deleteRecursively(old);
      if (Files.exists(target)) {
        move(target, old);
      }
      move(beside, target);
      deleteRecursively(old);
    } finally {
      deleteRecursively(beside);
    }
  }

  /**
   * The path at which {@code target} is written before it is moved: in the same folder, so that the
   * move is a rename. Its parent folders exist on return.
   */
  public static Path beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    return absolute.resolveSibling(absolute.getFileName() + ".partial");
  }

  /** Moves a finished file or folder to its final place, in one step where the disk can do that. */
  public static void move(Path beside, Path target) throws IOException {
    try {
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Deletes a file, or a folder with all it holds; does nothing where there is none. */
  public static void deleteRecursively(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (var children = Files.list(path)) {
        for (Path child : children.toList()) {
          deleteRecursively(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
