package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.torch.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches of photographs, read and augmented by threads of its own a few batches ahead of the one
 * that is asked for. What is in a batch follows from the seed and the batch's number alone, so that
 * a training that is taken up again sees what it would have seen. Memory holds the batches ahead
 * and no more. Used by one thread.
 */
public final class BatchFeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchFeed.class);
  private static final int TRIES = 16; // damaged photographs in a row
  private static final int PATIENCE_SECONDS = 60;

  private final PhotographReader reader;
  private final Settings settings;
  private final EpochOrder order;
  private final ExecutorService workers;
  private final Deque<Batch> ahead = new ArrayDeque<>();
  private final Set<Integer> damaged = ConcurrentHashMap.newKeySet();
  private ByteBuffer packed = ByteBuffer.allocateDirect(0);
  private boolean begun;
  private long waitedNanos;

  /**
   * How a feed works.
   *
   * @param batch photographs in a batch
   * @param seed of the run
   * @param mirror whether a coin decides if a photograph is mirrored
   * @param workers threads that read
   * @param ahead batches that are read before they are asked for, at least 1
   */
  public record Settings(int batch, long seed, boolean mirror, int workers, int ahead) {
    public Settings {
      if (workers < 1 || ahead < 1) {
        throw new IllegalArgumentException(
            "a feed needs at least 1 worker and 1 batch ahead, got %d and %d"
                .formatted(workers, ahead));
      }
    }
  }

  private record Batch(long number, List<Future<RgbImage>> images) {}

  /** A feed that reads nothing until the first batch is asked for. */
  public BatchFeed(PhotographReader reader, Settings settings) {
    this.reader = reader;
    this.settings = settings;
    order = new EpochOrder(reader.count(), settings.batch(), settings.seed());
    workers = Executors.newFixedThreadPool(settings.workers(), BatchFeed::daemon);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "batch-reader");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * The photographs of a batch. Waits until they are there; those of the next batches are read
   * meanwhile.
   *
   * @param number of the batch, counted from 0 over the whole run
   */
  public List<RgbImage> images(long number) {
    if (ahead.isEmpty() || ahead.peekFirst().number() != number) {
      forget();
    }
    long next = ahead.isEmpty() ? number : ahead.peekLast().number() + 1;
    while (ahead.size() <= settings.ahead()) {
      ahead.add(begin(next++));
    }
    List<RgbImage> images = new ArrayList<>();
    long start = System.nanoTime();
    for (Future<RgbImage> image : ahead.removeFirst().images()) {
      images.add(finished(image));
    }
    waitedNanos += begun ? System.nanoTime() - start : 0;
    begun = true;
    return images;
  }

  /**
   * The same as an array.
   *
   * @param manager owns the result, on its device
   * @return uint8 {@code [batch, height, width, 3]}
   */
  public NDArray pixels(long number, NDManager manager) {
    List<RgbImage> images = images(number);
    RgbImage first = images.get(0);
    int size = images.size() * first.pixels().length;
    if (packed.capacity() < size) {
      packed = ByteBuffer.allocateDirect(size);
    }
    packed.clear();
    images.forEach(image -> packed.put(image.pixels()));
    Shape shape = new Shape(images.size(), first.height(), first.width(), RgbImage.CHANNELS);
    return Uploads.bytes(packed.flip(), shape, DataType.UINT8, manager);
  }

  private Batch begin(long number) {
    int[] rows = order.rows(number);
    List<Future<RgbImage>> images = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      SplittableRandom random =
          Chance.of(settings.seed(), number * settings.batch() + i, "augmentation of photographs");
      images.add(workers.submit(() -> read(row, random)));
    }
    return new Batch(number, images);
  }

  /** The photograph, or the next one that is sound. */
  private RgbImage read(int row, SplittableRandom random) throws IOException {
    boolean mirrored = settings.mirror() && random.nextBoolean();
    for (int i = 0; i < TRIES; i++) {
      int index = (row + i) % reader.count();
      try {
        RgbImage image = reader.read(index, random.split());
        return mirrored ? image.mirrored() : image;
      } catch (IOException e) {
        if (damaged.add(index)) {
          LOG.warn("The next one stands in for {}", e.getMessage());
        }
      }
    }
    throw new IOException(
        "%d photographs in a row cannot be read, from number %d on".formatted(TRIES, row));
  }

  private static RgbImage finished(Future<RgbImage> image) {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while photographs were read", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw new UncheckedIOException(failure);
      }
      throw new IllegalStateException("reading a photograph failed", e.getCause());
    }
  }

  /**
   * How long somebody waited for photographs, in seconds, after the first batch, which nobody could
   * read ahead. Where a GPU is trained on, it has work meanwhile: this is the most that it lacked.
   */
  public double waitedSeconds() {
    return waitedNanos / 1e9;
  }

  /** How many different photographs could not be read so far. */
  public int damaged() {
    return damaged.size();
  }

  private void forget() {
    ahead.forEach(batch -> batch.images().forEach(image -> image.cancel(false)));
    ahead.clear();
  }

  /** Waits for the photographs that are being read: whoever lent the reader may close it then. */
  @Override
  public void close() {
    forget();
    workers.shutdown(); // an interrupt would close the channel that a worker reads from
    try {
      if (!workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A photograph is still being read after {} seconds", PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
