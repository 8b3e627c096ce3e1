package io.github.ideal4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual cannot rot: its programs are lines of programs that tests run, its links lead on. */
class ManualTest {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  /** What a line for a shell begins with; {@code ManualCommandsTest} looks at those of ideal. */
  private static final Pattern SHELL =
      Pattern.compile(
          "(#.*|([A-Z_]+=\\S+ )*(\\./)?(ideal|mvn|curl|python3?|spark-submit|bench/run|git)( .*)?)");

  /** What only programs have: a block that is none must not hold it. */
  private static final Pattern PROGRAM =
      Pattern.compile("(?m)(;\\s*(//.*)?$|^\\s*(import|from|def|const|let|var|class|select) )");

  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]\\[]*\\]\\(([^)\\s]+)\\)");

  /** All pages but the one that is generated from the commands' help, and compared with it. */
  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> docs = Files.list(PROJECT.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md") && !file.endsWith("commands.md"))
          .sorted()
          .forEach(pages::add);
    }
    pages.add(PROJECT.resolve("README.md"));
    pages.add(PROJECT.resolve("CONTRIBUTING.md"));
    pages.add(PROJECT.resolve("arrow-io/FORMAT.md"));
    return pages.stream().map(PROJECT::relativize).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void snippetsAreLinesOfProgramsThatTestsRun(Path page) throws IOException {
    for (ManualPage.Block block : ManualPage.read(PROJECT.resolve(page)).blocks()) {
      String place = "%s:%d".formatted(page, block.line());
      String note = block.note().orElse("");
      if (note.startsWith("snippet: ")) {
        Snippet snippet = Snippet.of(PROJECT, note.substring("snippet: ".length()));
        assertThat(snippet.file()).as("source of %s", place).exists();
        assertThat(block.lines()).as("%s, %s", place, note).isEqualTo(snippet.lines());
        assertThat(snippet.isRun(PROJECT)).as("a test runs %s of %s", note, place).isTrue();
      } else if (note.isEmpty()) {
        assertThat(linesForAShell(block))
            .as("%s is neither marked nor for a shell", place)
            .isTrue();
      } else {
        assertThat(PROGRAM.matcher(String.join("\n", block.lines())).find())
            .as("%s looks like a program; name the lines that it was cut from", place)
            .isFalse();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void linksLeadToFilesAndHeadings(Path page) throws IOException {
    Path file = PROJECT.resolve(page);
    Matcher links = LINK.matcher(Files.readString(file));
    while (links.find()) {
      String target = links.group(1);
      if (target.startsWith("http")) {
        continue;
      }
      int hash = target.indexOf('#');
      String path = hash < 0 ? target : target.substring(0, hash);
      Path linked = path.isEmpty() ? file : file.resolveSibling(path).normalize();
      assertThat(linked).as("link %s of %s", target, page).exists();
      if (hash >= 0) {
        assertThat(anchors(linked))
            .as("link %s of %s", target, page)
            .contains(target.substring(hash + 1));
      }
    }
  }

  /** Nobody finds a page that the table of contents does not name. */
  @Test
  void everyPageIsInTheTableOfContents() throws IOException {
    String contents = Files.readString(PROJECT.resolve("docs/README.md"));
    for (Path page : pages()) {
      if (page.startsWith("docs") && !page.endsWith("README.md")) {
        assertThat(contents).contains("](%s)".formatted(page.getFileName()));
      }
    }
  }

  @Test
  void aLineThatDiffersAndABlockWithoutAMarkAreFound() throws IOException {
    Path page = Files.createTempFile("page", ".md");
    Files.writeString(
        page, "Text\n\n    int a = 1;\n\n<!-- snippet: x#y -->\n\n    b\n\n    ideal --help\n");
    List<ManualPage.Block> blocks = ManualPage.read(page).blocks();
    Files.delete(page);
    assertThat(blocks).hasSize(2);
    assertThat(linesForAShell(blocks.get(0))).isFalse();
    assertThat(blocks.get(1).note()).contains("snippet: x#y");
    assertThat(blocks.get(1).lines()).containsExactly("b", "", "ideal --help");
    Path program = Files.createTempFile("program", ".py");
    Files.writeString(program, "# tag::y\n  a\n# end::y\nc\n# tag::y\n    b\n# end::y\n");
    List<String> lines = new Snippet(program, "y").lines();
    Files.delete(program);
    assertThat(lines).containsExactly("a", "  b").isNotEqualTo(blocks.get(1).lines());
  }

  private static boolean linesForAShell(ManualPage.Block block) {
    boolean goesOn = false;
    for (String line : block.lines()) {
      if (!line.isBlank() && !goesOn && !SHELL.matcher(line).matches()) {
        return false;
      }
      goesOn = line.endsWith("\\") || line.endsWith("|");
    }
    return true;
  }

  /** Headings as GitHub makes anchors of them. */
  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
