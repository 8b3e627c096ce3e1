package io.github.ideal4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Writes a command's result to the standard output: as text, or as JSON for machines. */
final class Output {

  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(names = "--json", description = "Print the result as JSON.")
  boolean json;

  /** Prints {@code result} as JSON if that was asked for, else {@code text}. */
  void print(Object result, String text) throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? Json.WRITER.writeValueAsString(result) : text.stripTrailing());
    out.flush();
  }

  /** Made when it is needed first: it looks through the whole class path. */
  private static final class Json {

    static final ObjectMapper WRITER =
        new ObjectMapper()
            .findAndRegisterModules()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
  }
}
