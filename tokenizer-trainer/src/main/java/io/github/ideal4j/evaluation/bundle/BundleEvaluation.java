package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.Autograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Sends photographs through a bundle and back, by the graphs that are served, and shows each batch
 * to some measures.
 *
 * @param tokenizer of the bundle; stays the caller's
 * @param measures look at each batch, in this order
 * @param clock counts the time of each part
 */
public record BundleEvaluation(ImageTokenizer tokenizer, List<Measure> measures, Stopwatch clock) {

  /** Photographs of a batch. */
  public static final int BATCH = 16;

  /** Copies the list. */
  public BundleEvaluation {
    measures = List.copyOf(measures);
  }

  /**
   * Measures.
   *
   * @param photographs of the bundle's size
   * @param stage hears of every photograph
   * @return how many there were
   */
  public long run(Iterator<LoadedImage> photographs, Progress.Stage stage) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try {
      long done = 0;
      for (List<LoadedImage> batch = next(photographs); !batch.isEmpty(); ) {
        add(done, batch);
        done += batch.size();
        stage.advance(batch.size());
        batch = next(photographs);
      }
      return done;
    } finally {
      Autograd.setRecording(recording);
    }
  }

  private List<LoadedImage> next(Iterator<LoadedImage> photographs) {
    return clock.time("Read photographs", () -> take(photographs, BATCH));
  }

  /** The next few, of one size; fewer at the end. */
  static List<LoadedImage> take(Iterator<LoadedImage> photographs, int most) {
    List<LoadedImage> taken = new ArrayList<>(most);
    while (taken.size() < most && photographs.hasNext()) {
      taken.add(photographs.next());
    }
    return taken;
  }

  private void add(long first, List<LoadedImage> batch) {
    List<RgbImage> pixels = batch.stream().map(LoadedImage::image).toList();
    int[][] tokens = clock.time("Encode", () -> tokenizer.encode(pixels));
    DecodedImages decoded = clock.time("Decode", () -> tokenizer.decode(tokens));
    EvaluatedBatch evaluated =
        new EvaluatedBatch(first, batch, decoded.images(), Arrays.asList(tokens), decoded.deep());
    for (Measure measure : measures) {
      clock.time(measure.part(), () -> measure.add(evaluated));
    }
  }
}
