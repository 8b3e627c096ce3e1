package io.github.ideal4j.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What names of files and archive entries mean, and which of them are let in. */
final class Names {

  private static final List<String> ENDINGS =
      List.of(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp");

  private static final int MAX_ENTRIES = 10_000_000;

  private Names() {}

  /** Whether a file of this name is worth opening as an image. The content decides in the end. */
  static boolean isImage(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return !file.startsWith(".")
        && !path.startsWith("__MACOSX/")
        && ENDINGS.stream().anyMatch(file::endsWith);
  }

  /** The folder an image lies in, which is its class; null for one at the top. */
  static String parentFolder(String path) {
    int end = path.lastIndexOf('/');
    return end < 0 ? null : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }

  /**
   * Refuses names that lead out of their archive or cannot be shown, because paths travel on into
   * token files and to the disks of others.
   */
  static void requireInside(String archive, String entry) throws ImageFormatException {
    boolean leadsOut =
        entry.startsWith("/")
            || entry.contains("\\")
            || entry.matches("^[A-Za-z]:.*")
            || Arrays.asList(entry.split("/", -1)).contains("..");
    if (leadsOut) {
      throw new ImageFormatException(
          archive, "entry %s leads outside of the archive".formatted(quote(entry)));
    }
    if (entry.chars().anyMatch(Character::isISOControl)) {
      throw new ImageFormatException(
          archive, "entry %s has control characters in its name".formatted(quote(entry)));
    }
  }

  /** Refuses archives with absurdly many entries, whose names alone would fill the memory. */
  static void requireFewer(String archive, long entries) throws ImageFormatException {
    if (entries >= MAX_ENTRIES) {
      throw new ImageFormatException(
          archive, "more than %d entries; use several archives".formatted(MAX_ENTRIES));
    }
  }

  /** The name in quotes, with control characters spelt out, so that it stays on its line. */
  static String quote(String name) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('\'').toString();
  }
}
