package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.ImageSampler;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where images come from that are there in part, the rest of which is drawn. */
public sealed interface BegunImages {

  /**
   * An image, a part of which stays.
   *
   * @param name for people
   * @param label its class, or that for no class
   * @param original all its tokens
   * @param given of these those that stay, elsewhere {@link ImageSampler#DRAWN}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Begun(String name, int label, int[] original, int[] given) {

    /** The picture with what is drawn in grey. */
    RgbImage withGaps(RgbImage picture, BundleDescription.Grid grid) {
      byte[] pixels = picture.pixels().clone();
      int rows = grid.rows() / grid.codebooks();
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          int row = y * rows / picture.height();
          int cell = row * grid.columns() + x * grid.columns() / picture.width();
          if (given[cell] == ImageSampler.DRAWN) {
            int at = (y * picture.width() + x) * RgbImage.CHANNELS;
            Arrays.fill(pixels, at, at + RgbImage.CHANNELS, (byte) 0x80);
          }
        }
      }
      return new RgbImage(picture.width(), picture.height(), pixels);
    }
  }

  /**
   * The images of a request.
   *
   * @param tokenizer of the bundle
   * @param labels what a person says of their class, empty for what is known
   */
  List<Begun> of(Bundle bundle, ImageTokenizer tokenizer, List<Integer> labels) throws IOException;

  private static int noClass(Bundle bundle) {
    return bundle.description().prior().map(BundleDescription.Prior::classes).orElse(0);
  }

  private static String name(Bundle bundle, int label) {
    return label < bundle.labels().size() ? bundle.labels().get(label) : "no class";
  }

  /**
   * Rows of a token file, rectangles of which are drawn anew.
   *
   * @param tokens file or folder
   * @param from first row
   * @param to row behind the last; negative for all
   * @param masks what is drawn, at least one
   */
  record Masked(Path tokens, long from, long to, List<TokenMask> masks) implements BegunImages {

    public Masked {
      masks = List.copyOf(masks);
      if (masks.isEmpty()) {
        throw new IllegalArgumentException("tokens need at least one mask, such as 4:12,4:12");
      }
    }

    @Override
    public List<Begun> of(Bundle bundle, ImageTokenizer tokenizer, List<Integer> labels)
        throws IOException {
      BundleDescription.Grid grid = bundle.description().grid();
      boolean[] masked = new boolean[grid.cells()];
      masks.forEach(mask -> mask.mark(grid, masked));
      if (labels.size() > 1) {
        throw new IllegalArgumentException("rows of tokens take one label at most");
      }
      List<Begun> begun = new ArrayList<>();
      try (TokenDataset dataset = TokenDataset.open(tokens)) {
        bundle.requireOwnTokens(dataset.info().tokenizer(), tokens.toString());
        long end = to < 0 ? dataset.size() : to;
        if (from >= end || end > dataset.size()) {
          throw new IllegalArgumentException(
              "rows %d:%d are not in %s, which has rows 0:%d"
                  .formatted(from, end, tokens, dataset.size()));
        }
        for (long row = from; row < end; row++) {
          int own = bundle.labels().indexOf(dataset.label(row));
          int label = !labels.isEmpty() ? labels.get(0) : own < 0 ? noClass(bundle) : own;
          int[] original = dataset.grid(row).indices();
          int[] given = original.clone();
          for (int i = 0; i < given.length; i++) {
            given[i] = masked[i] ? ImageSampler.DRAWN : given[i];
          }
          String name = "row %d, %s".formatted(row, name(bundle, label));
          begun.add(new Begun(name, label, original, given));
        }
      }
      return begun;
    }
  }

  /**
   * A photograph, of which the upper rows of tokens stay.
   *
   * @param image file
   * @param rows that stay, at least 1
   */
  record Prompt(Path image, int rows) implements BegunImages {

    @Override
    public List<Begun> of(Bundle bundle, ImageTokenizer tokenizer, List<Integer> labels)
        throws IOException {
      BundleDescription.Grid grid = bundle.description().grid();
      int height = grid.rows() / grid.codebooks();
      if (rows < 1 || rows >= height) {
        throw new IllegalArgumentException(
            "%d rows of %d cannot stay; 1 to %d would be valid"
                .formatted(rows, height, height - 1));
      }
      RgbImage photograph = ImageDecoder.decode(Files.readAllBytes(image), image.toString());
      RgbImage square = CenterCrop.adm(photograph, bundle.description().image().height());
      int[] original = tokenizer.encode(List.of(square))[0];
      boolean[] masked = new boolean[grid.cells()];
      new TokenMask(rows, height, 0, grid.columns()).mark(grid, masked);
      int[] given = original.clone();
      for (int i = 0; i < given.length; i++) {
        given[i] = masked[i] ? ImageSampler.DRAWN : given[i];
      }
      return (labels.isEmpty() ? List.of(noClass(bundle)) : labels)
          .stream().map(label -> new Begun(name(bundle, label), label, original, given)).toList();
    }
  }
}
