package io.github.ideal4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lines of a program between {@code // tag::name} and {@code // end::name} (or {@code #}). A name
 * may occur again; its parts then follow each other.
 *
 * @param file of the project
 * @param name of the tag
 */
record Snippet(Path file, String name) {

  private static final Pattern TAG = Pattern.compile("\\s*(?://|#) (tag|end)::([\\w-]+)\\s*");

  /** Parses {@code folder/File.java#name}. */
  static Snippet of(Path project, String reference) {
    int hash = reference.indexOf('#');
    if (hash < 0) {
      throw new IllegalArgumentException("no #name in '%s'".formatted(reference));
    }
    return new Snippet(
        project.resolve(reference.substring(0, hash)), reference.substring(hash + 1));
  }

  /** The lines, without the indentation that they share and without other tags. */
  List<String> lines() throws IOException {
    List<String> found = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(file)) {
      Matcher tag = TAG.matcher(line);
      if (!tag.matches()) {
        if (inside) {
          found.add(line);
        }
      } else if (tag.group(2).equals(name)) {
        inside = tag.group(1).equals("tag");
      }
    }
    return stripped(found);
  }

  /** Whether a test of the same module names the program, or is it. */
  boolean isRun(Path project) throws IOException {
    String fileName = file.getFileName().toString();
    String subject = fileName.endsWith(".java") ? fileName.replace(".java", "") : fileName;
    if (subject.endsWith("Test")) {
      return Files.readString(file).contains("@Test");
    }
    Path module = project.resolve(project.relativize(file).getName(0));
    try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
      for (Path test : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
        if (Files.readString(test).contains(subject)) {
          return true;
        }
      }
    }
    return false;
  }

  static List<String> stripped(List<String> lines) {
    int shared =
        lines.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    return lines.stream().map(line -> line.isBlank() ? "" : line.substring(shared)).toList();
  }
}
