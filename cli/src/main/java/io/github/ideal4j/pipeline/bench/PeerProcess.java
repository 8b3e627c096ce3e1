package io.github.ideal4j.pipeline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A Python script of this package that answers questions, a JSON value a line, until it is closed.
 */
final class PeerProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Path script;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  private PeerProcess(String name, Path script, Process process) {
    this.name = name;
    this.script = script;
    this.process = process;
    answers = process.inputReader();
    questions = process.outputWriter();
  }

  /**
   * Starts a script.
   *
   * @param python the interpreter
   * @param name of the resource beside this class
   * @param threads that numeric libraries may use
   * @param arguments of the script
   */
  static PeerProcess start(String python, String name, int threads, List<String> arguments)
      throws IOException {
    Path script = Files.createTempFile("ideal-peer", ".py");
    try (InputStream in = Objects.requireNonNull(PeerProcess.class.getResourceAsStream(name))) {
      Files.write(script, in.readAllBytes());
    }
    List<String> call = new ArrayList<>(List.of(python, script.toString()));
    call.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(call);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new PeerProcess(name, script, process);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws IOException if the script ended; what it said is on the error stream
   */
  JsonNode ask(String question) throws IOException {
    questions.write(question);
    questions.newLine();
    questions.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("%s ended without an answer".formatted(name));
    }
    return JSON.readTree(answer);
  }

  @Override
  public void close() throws IOException {
    questions.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Files.deleteIfExists(script);
  }
}
