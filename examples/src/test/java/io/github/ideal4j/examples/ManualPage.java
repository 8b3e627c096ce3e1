package io.github.ideal4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code blocks of a Markdown page: fenced ones, and those that stand four spaces to the right
 * after an empty line. A comment before a block says what it is:
 *
 * <pre>
 * &lt;!-- snippet: examples/python/read_tokens.py#pyarrow --&gt;   lines of a program that a test runs
 * &lt;!-- no program: a formula --&gt;
 * </pre>
 *
 * <p>Blocks without one are lines for a shell.
 */
record ManualPage(Path path, List<Block> blocks) {

  /**
   * One block of code.
   *
   * @param line number of its first line in the page, from 1 on
   * @param note the comment before it
   * @param lines without the indentation that they share
   */
  record Block(int line, Optional<String> note, List<String> lines) {}

  private static final Pattern NOTE = Pattern.compile("\\s*<!-- (snippet|no program): (.+) -->");

  static ManualPage read(Path path) throws IOException {
    List<String> lines = Files.readAllLines(path);
    List<Block> blocks = new ArrayList<>();
    Optional<String> note = Optional.empty();
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = NOTE.matcher(lines.get(i));
      if (matcher.matches()) {
        note = Optional.of(matcher.group(1) + ": " + matcher.group(2));
      } else if (begins(lines, i)) {
        boolean fenced = lines.get(i).startsWith("```");
        int first = fenced ? i + 1 : i;
        int end = fenced ? endOfFence(lines, first) : endOfIndented(lines, first);
        blocks.add(new Block(first + 1, note, Snippet.stripped(lines.subList(first, end))));
        note = Optional.empty();
        i = fenced ? end : end - 1;
      } else if (!lines.get(i).isBlank()) {
        note = Optional.empty();
      }
    }
    return new ManualPage(path, blocks);
  }

  private static boolean begins(List<String> lines, int i) {
    boolean afterNothing =
        i == 0 || lines.get(i - 1).isBlank() || NOTE.matcher(lines.get(i - 1)).matches();
    return lines.get(i).startsWith("```") || (isIndented(lines.get(i)) && afterNothing);
  }

  private static boolean isIndented(String line) {
    return line.startsWith("    ") && !line.isBlank();
  }

  private static int endOfFence(List<String> lines, int first) {
    int end = first;
    while (!lines.get(end).startsWith("```")) {
      end++;
    }
    return end;
  }

  /** Empty lines belong to a block if it goes on behind them. */
  private static int endOfIndented(List<String> lines, int first) {
    int end = first;
    for (int i = first; i < lines.size(); i++) {
      if (isIndented(lines.get(i))) {
        end = i + 1;
      } else if (!lines.get(i).isBlank()) {
        break;
      }
    }
    return end;
  }
}
