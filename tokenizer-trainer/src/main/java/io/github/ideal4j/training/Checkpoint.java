package io.github.ideal4j.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A folder {@code step-NNNNNNN} from which a training goes on as if it had never stopped. */
public final class Checkpoint {

  private static final String STATE = "state.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  Checkpoint(Path folder) {
    this.folder = folder;
  }

  /**
   * What is not an array.
   *
   * @param formatVersion 1
   * @param step how many steps were done
   * @param seconds spent in training so far
   * @param pendingSteps steps since the last line of the metrics
   * @param pending sums of losses over these steps, by name
   * @param counters of the trainee
   * @param sha256 of the other files, by name
   */
  public record State(
      int formatVersion,
      long step,
      double seconds,
      int pendingSteps,
      SortedMap<String, Float> pending,
      SortedMap<String, Long> counters,
      SortedMap<String, String> sha256) {

    static final int FORMAT_VERSION = 1;

    /** Copies the maps. */
    public State {
      pending = new TreeMap<>(pending);
      counters = new TreeMap<>(counters);
      sha256 = new TreeMap<>(sha256);
    }
  }

  /** The folder itself. */
  public Path folder() {
    return folder;
  }

  /** How many steps were done, from the folder's name. */
  public long step() {
    String name = folder.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('-') + 1));
  }

  /** {@code weights.safetensors}: parameters and buffers as trained. */
  public Path weights() {
    return folder.resolve("weights.safetensors");
  }

  /** {@code ema.safetensors}: the averaged parameters and buffers, a complete model. */
  public Path ema() {
    return folder.resolve("ema.safetensors");
  }

  /** {@code optimizer.safetensors}: the moments and update counts of every parameter. */
  public Path optimizer() {
    return folder.resolve("optimizer.safetensors");
  }

  /**
   * Reads the state and compares the sums of the other files with it.
   *
   * @throws IOException if a file is missing or is not the one that was written
   */
  public State read() throws IOException {
    State state;
    try {
      state = JSON.readValue(folder.resolve(STATE).toFile(), State.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is no checkpoint state: %s".formatted(folder.resolve(STATE), e.getOriginalMessage()),
          e);
    }
    if (state.formatVersion() != State.FORMAT_VERSION) {
      throw new IOException(
          "%s has checkpoint format %d; this version reads %d"
              .formatted(folder, state.formatVersion(), State.FORMAT_VERSION));
    }
    for (Map.Entry<String, String> file : state.sha256().entrySet()) {
      String sum = Sha256.of(folder.resolve(file.getKey()));
      if (!sum.equals(file.getValue())) {
        throw new IOException(
            "%s is damaged: its sha256 is %s, not %s"
                .formatted(folder.resolve(file.getKey()), sum, file.getValue()));
      }
    }
    return state;
  }

  /** Sums of the files beside the state, which are there already. */
  SortedMap<String, String> sums() throws IOException {
    SortedMap<String, String> sums = new TreeMap<>();
    for (Path file : new Path[] {weights(), ema(), optimizer()}) {
      sums.put(file.getFileName().toString(), Sha256.of(file));
    }
    return sums;
  }

  void writeState(State state) throws IOException {
    Files.writeString(
        folder.resolve(STATE), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state));
  }
}
