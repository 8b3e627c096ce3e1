package io.github.ideal4j.server.batching;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The rows of one request.
 *
 * <p>Rows of jobs with equal settings may share a run.
 */
public final class Job {

  private final int rows;
  private final List<ByteBuffer> inputs;
  private final List<ByteBuffer> settings;
  private final Set<String> wanted;
  private final long deadline;
  private final CompletableFuture<Map<String, Output>> result = new CompletableFuture<>();
  private final Map<String, Output> outputs = new LinkedHashMap<>();
  private int taken;
  private int done;

  /** When it began to wait, by {@link System#nanoTime}; set by its lane. */
  long since;

  /**
   * A job.
   *
   * @param inputs for each input with a free first axis its rows, little-endian
   * @param settings the other inputs
   * @param wanted names of the outputs
   * @param deadline by {@link System#nanoTime}; rows that have not begun then are given up
   */
  public Job(
      int rows,
      List<ByteBuffer> inputs,
      List<ByteBuffer> settings,
      Set<String> wanted,
      long deadline) {
    this.rows = rows;
    this.inputs = List.copyOf(inputs);
    this.settings = List.copyOf(settings);
    this.wanted = Set.copyOf(wanted);
    this.deadline = deadline;
  }

  /**
   * Results of all rows.
   *
   * @param shape the first size is that of the rows
   * @param data little-endian
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Output(long[] shape, byte[] data) {}

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /** The rows of each input with a free first axis. */
  public List<ByteBuffer> inputs() {
    return inputs;
  }

  /** The other inputs. */
  public List<ByteBuffer> settings() {
    return settings;
  }

  /** Names of the outputs that are wanted. */
  public Set<String> wanted() {
    return wanted;
  }

  /** Completed with all outputs, or with an {@link OverloadException} or what a run threw. */
  public CompletableFuture<Map<String, Output>> result() {
    return result;
  }

  boolean canShareRun(Job other) {
    return settings.equals(other.settings);
  }

  boolean isLate(long now) {
    return now - deadline > 0;
  }

  int left() {
    return rows - taken;
  }

  Runner.Slice take(int count) {
    Runner.Slice slice = new Runner.Slice(this, taken, count);
    taken += count;
    return slice;
  }

  /**
   * Keeps results of some rows.
   *
   * @param shape of the whole run's output
   * @param data of the whole run
   * @param at the first of our rows in it
   */
  public void accept(String output, long[] shape, ByteBuffer data, int at, Runner.Slice slice) {
    int rowBytes = data.limit() / (int) shape[0];
    Output own =
        outputs.computeIfAbsent(
            output,
            name -> {
              long[] all = Arrays.copyOf(shape, shape.length);
              all[0] = rows;
              return new Output(all, new byte[Math.multiplyExact(rows, rowBytes)]);
            });
    data.get(at * rowBytes, own.data(), slice.from() * rowBytes, slice.count() * rowBytes);
  }

  /** Says that the outputs of some rows are complete. */
  public void finished(int count) {
    done += count;
    if (done == rows) {
      result.complete(outputs);
    }
  }
}
