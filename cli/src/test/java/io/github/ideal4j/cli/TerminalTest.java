package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalTest {

  @Test
  void helpIsAsWideAsTheTerminalWithinReason() {
    assertThat(Terminal.width(null)).isEqualTo(80);
    assertThat(Terminal.width("wide")).isEqualTo(80);
    assertThat(Terminal.width("0")).isEqualTo(80);
    assertThat(Terminal.width("100")).isEqualTo(100);
    assertThat(Terminal.width("20")).isEqualTo(60);
    assertThat(Terminal.width("400")).isEqualTo(120);
  }

  @Test
  void helpHasNoControlCharactersWhereNoTerminalIs() {
    assumeTrue(System.getenv("IDEAL_COLOR") == null, "these tests run below a terminal's ./ideal");
    StringWriter out = new StringWriter();
    assertThat(IdealCommand.execute(new PrintWriter(out, true), "help", "sample")).isZero();
    assertThat(out.toString()).contains("Usage: ideal sample").doesNotContain("\u001b", "\r");
  }
}
