package io.github.ideal4j.names;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which known names an unknown one may have meant. */
public final class NearNames {

  private static final int SHOWN = 3;

  private NearNames() {}

  /**
   * All names, those first that take the fewest edits, without regard to case; of equal ones in
   * their order.
   */
  public static List<String> sorted(String wanted, Collection<String> names) {
    return names.stream().sorted(Comparator.comparingInt(name -> edits(wanted, name))).toList();
  }

  /**
   * The names that may have been meant, nearest first, at most three: those that contain the word
   * or begin it, and those that take few edits for their length.
   */
  public static List<String> near(String wanted, Collection<String> names) {
    return sorted(wanted, names).stream()
        .filter(name -> isNear(lower(wanted), lower(name)))
        .limit(SHOWN)
        .toList();
  }

  /** {@code ; did you mean tiny or small?}, or nothing where no name is near. */
  public static String hint(String wanted, Collection<String> names) {
    List<String> near = near(wanted, names);
    return near.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(" or ", near));
  }

  private static boolean isNear(String wanted, String name) {
    int edits = edits(wanted, name);
    boolean part = wanted.length() >= 3 && name.contains(wanted);
    boolean longer = name.length() >= 3 && wanted.startsWith(name);
    return part || longer || 3 * edits <= Math.max(wanted.length(), name.length());
  }

  /** Levenshtein's distance without regard to case: letters to insert, delete or replace. */
  public static int edits(String from, String to) {
    String a = lower(from);
    String b = lower(to);
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
