package io.github.ideal4j.examples;

import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.TokenSequenceDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sequence.LabelSequenceEvaluation;
import org.tribuo.classification.sequence.LabelSequenceEvaluator;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.MutableSequenceDataset;

/**
 * Sequence labelling: which part of a picture shows what. Pictures are put together of the left and
 * the right of two satellite tiles; a conditional random field over the cells of their tokens finds
 * what is where.
 */
public final class LabelCells {

  private LabelCells() {}

  /** Arguments: photographs, bundle, a folder to write to. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(run(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])));
  }

  static LabelSequenceEvaluation run(Path images, Path bundleFolder, Path folder)
      throws IOException {
    Bundle bundle = Bundle.open(bundleFolder);
    List<LoadedImage> tiles;
    List<String> classes;
    try (ImageSource source = ImageSource.open(images)) {
      int size = bundle.description().image().height();
      tiles =
          new ImageLoader(source, ImageSelection.split("test").withEvery(2), size, true).loadAll();
      classes = source.classes();
    }
    var train = mosaics(tiles, classes, bundle, folder, "train", 200);
    var test = mosaics(tiles, classes, bundle, folder, "test", 60);
    var trainer = new CRFTrainer(new AdaGrad(0.1), 5, Integer.MAX_VALUE, 1, 1);
    var model = trainer.train(new MutableSequenceDataset<>(train));
    return new LabelSequenceEvaluator().evaluate(model, new MutableSequenceDataset<>(test));
  }

  private static TokenSequenceDataSource<Label> mosaics(
      List<LoadedImage> tiles,
      List<String> classes,
      Bundle bundle,
      Path folder,
      String name,
      int count)
      throws IOException {
    Random random = new Random(name.hashCode());
    int half = name.equals("train") ? 0 : 1; // no tile is in both
    List<RgbImage> pictures = new ArrayList<>();
    List<int[]> truth = new ArrayList<>();
    int columns = bundle.description().grid().columns();
    for (int i = 0; i < count; i++) {
      LoadedImage left = tiles.get(random.nextInt(tiles.size() / 2) * 2 + half);
      LoadedImage right = tiles.get(random.nextInt(tiles.size() / 2) * 2 + half);
      int border = columns / 4 + random.nextInt(columns / 2);
      pictures.add(join(left.image(), right.image(), border * left.image().width() / columns));
      int[] cells = new int[bundle.description().grid().cells()];
      for (int cell = 0; cell < cells.length; cell++) {
        LoadedImage shown = cell % columns < border ? left : right;
        cells[cell] = classes.indexOf(shown.entry().label());
      }
      truth.add(cells);
    }
    int[][] tokens;
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu())) {
      tokens = tokenizer.encode(pictures);
    }
    TokenizerInfo own = bundle.tokenizer();
    TokenizerInfo kinds =
        new TokenizerInfo("classes", "", classes.size(), own.rows(), own.columns(), 0, 0);
    return new TokenSequenceDataSource<>(
        write(folder.resolve(name + ".arrow"), own, List.of(tokens)),
        new LabelFactory(),
        write(folder.resolve(name + "-classes.arrow"), kinds, truth),
        classes,
        false);
  }

  private static RgbImage join(RgbImage left, RgbImage right, int border) {
    byte[] pixels = right.pixels().clone();
    int row = left.width() * RgbImage.CHANNELS;
    for (int y = 0; y < left.height(); y++) {
      System.arraycopy(left.pixels(), y * row, pixels, y * row, border * RgbImage.CHANNELS);
    }
    return new RgbImage(left.width(), left.height(), pixels);
  }

  private static Path write(Path file, TokenizerInfo tokenizer, List<int[]> grids)
      throws IOException {
    TokenFileInfo info = TokenFileInfo.toWrite(tokenizer, "example", List.of());
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (int i = 0; i < grids.size(); i++) {
        writer.append(
            TokenRow.of(i, new TokenGrid(tokenizer.rows(), tokenizer.columns(), grids.get(i))));
      }
      writer.finish();
    }
    return file;
  }
}
