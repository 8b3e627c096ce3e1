package io.github.ideal4j.examples;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.features.BagOfCodes;
import io.github.ideal4j.tribuo.features.PooledCodebook;
import io.github.ideal4j.tribuo.features.Weighting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.MutableDataset;
import org.tribuo.evaluation.TrainTestSplitter;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.evaluation.RegressionEvaluation;
import org.tribuo.regression.evaluation.RegressionEvaluator;
import org.tribuo.regression.sgd.linear.LinearSGDTrainer;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

/** Regression: how bright a photograph is, from its tokens alone. Labels of rows are numbers. */
public final class PredictBrightness {

  private PredictBrightness() {}

  /** Arguments: photographs, bundle, the token file to write. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(run(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])));
  }

  static RegressionEvaluation run(Path images, Path bundleFolder, Path tokens) throws IOException {
    Bundle bundle = Bundle.open(bundleFolder);
    write(images, bundle, tokens);
    var source =
        new TokenDataSource<>(
            tokens,
            new RegressionFactory(),
            List.of(
                new BagOfCodes(Weighting.HELLINGER),
                new PooledCodebook(bundle.file(BundleFiles.CODEBOOK))));
    var parts = new TrainTestSplitter<>(source, 0.7, 1);
    var trainer = new LinearSGDTrainer(new SquaredLoss(), new AdaGrad(0.1), 50, 1);
    var model = trainer.train(new MutableDataset<>(parts.getTrain()));
    return new RegressionEvaluator().evaluate(model, new MutableDataset<>(parts.getTest()));
  }

  /** A token file whose labels are the mean brightness, 0 to 1. */
  private static void write(Path images, Bundle bundle, Path tokens) throws IOException {
    TokenFileInfo info =
        TokenFileInfo.toWrite(bundle.tokenizer(), "example", List.of(TokenColumn.LABEL));
    int size = bundle.description().image().height();
    try (ImageSource source = ImageSource.open(images);
        ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu());
        TokenFileWriter writer = TokenFileWriter.create(tokens, info)) {
      List<RgbImage> photographs =
          new ImageLoader(source, ImageSelection.split("test").withEvery(2), size, true)
              .loadAll().stream().map(LoadedImage::image).toList();
      int[][] grids = tokenizer.encode(photographs);
      for (int i = 0; i < grids.length; i++) {
        TokenGrid grid =
            new TokenGrid(bundle.tokenizer().rows(), bundle.tokenizer().columns(), grids[i]);
        String brightness = Double.toString(brightness(photographs.get(i)));
        writer.append(TokenRow.of(i, grid).withLabel(brightness));
      }
      writer.finish();
    }
  }

  private static double brightness(RgbImage image) {
    double sum = 0;
    for (byte sample : image.pixels()) {
      sum += Byte.toUnsignedInt(sample) / 255.0;
    }
    return sum / image.pixels().length;
  }
}
