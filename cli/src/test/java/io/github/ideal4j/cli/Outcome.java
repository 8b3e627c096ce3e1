package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/**
 * What a command line came to, run in this process.
 *
 * @param code the exit code
 * @param out what it printed
 * @param err what it complained of
 */
record Outcome(int code, String out, String err) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Outcome run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line = Arrays.stream(words).map(Object::toString).toArray(String[]::new);
    int code = IdealCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), line);
    return new Outcome(code, out.toString(), err.toString());
  }

  /** The same, if this is the exit code. */
  Outcome with(int expected) {
    assertThat(code).as("%s%n%s", out, err).isEqualTo(expected);
    return this;
  }

  /** What a command that ended well printed. */
  JsonNode json() throws IOException {
    return JSON.readTree(with(0).out);
  }
}
