package io.github.ideal4j.cli;

import java.util.Map;

/** Names and values, one a line. */
final class Facts {

  private Facts() {}

  static String lines(Map<String, ?> facts) {
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> text.append(("%-" + width + "s  %s%n").formatted(name, value)));
    return text.toString();
  }
}
