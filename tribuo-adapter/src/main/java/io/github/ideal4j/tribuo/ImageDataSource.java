package io.github.ideal4j.tribuo;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.PhotographTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tribuo.ConfigurableDataSource;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.provenance.DataSourceProvenance;

/**
 * Photographs as Tribuo examples: a folder, a zip, a tar or a Hugging Face data set is tokenized by
 * a bundle, once. The tokens are kept in a token file, by default beside the photographs, whose
 * name holds the SHA-256 of tokenizer and photographs; whoever comes with the same ones again reads
 * that file. Photographs that cannot be read are left out.
 *
 * <pre>{@code
 * var source =
 *     new ImageDataSource<>(
 *         Path.of("photos.zip"), Path.of("models/tiny"), new LabelFactory(),
 *         List.of(new SpatialPyramid()));
 * }</pre>
 */
public final class ImageDataSource<T extends Output<T>> implements ConfigurableDataSource<T> {

  private static final Logger LOGGER = LoggerFactory.getLogger(ImageDataSource.class);
  private static final int NAME_DIGITS = 16;

  @Config(mandatory = true, description = "A folder, zip, tar or data set of photographs.")
  private Path images;

  @Config(mandatory = true, description = "Folder of the bundle that tokenizes.")
  private Path bundle;

  @Config(mandatory = true, description = "Makes outputs of the names of classes.")
  private OutputFactory<T> outputFactory;

  @Config(mandatory = true, description = "What makes features of the tokens.")
  private List<TokenFeaturizer> featurizers = new ArrayList<>();

  @Config(description = "The part of the photographs, such as train; empty for all.")
  private String split = "";

  @Config(description = "Folder of the token files; by default the one that holds the images.")
  private Path cache;

  private TokenDataSource<T> source;
  private TokenSourceProvenance provenance;

  private ImageDataSource() {}

  /** All photographs, their tokens beside them. */
  public ImageDataSource(
      Path images, Path bundle, OutputFactory<T> outputFactory, List<TokenFeaturizer> featurizers) {
    this(images, bundle, outputFactory, featurizers, "", null);
  }

  /**
   * Tokenizes, unless that has been done.
   *
   * @param split the part of the photographs, empty for all
   * @param cache folder of the token files; null for the one that holds the images
   * @throws PropertyException if photographs or bundle cannot be read
   */
  public ImageDataSource(
      Path images,
      Path bundle,
      OutputFactory<T> outputFactory,
      List<TokenFeaturizer> featurizers,
      String split,
      Path cache) {
    this.images = images;
    this.bundle = bundle;
    this.outputFactory = outputFactory;
    this.featurizers = new ArrayList<>(featurizers);
    this.split = split;
    this.cache = cache;
    postConfig();
  }

  @Override
  public void postConfig() {
    try (ImageSource photographs = ImageSource.open(images)) {
      Bundle opened = Bundle.open(bundle);
      ImageSelection selection =
          split.isEmpty() ? ImageSelection.all() : ImageSelection.split(split);
      String sum = sha256(photographs, selection.of(photographs));
      Path file = tokenFile(opened.tokenizer(), sum);
      if (Files.exists(file)) {
        LOGGER.info("Tokens of {} are in {}", images, file);
      } else {
        tokenize(photographs, selection, opened, file);
      }
      source = new TokenDataSource<>(file, outputFactory, featurizers);
      try (TokenDataset tokens = TokenDataset.open(file)) {
        opened.requireOwnTokens(tokens.info().tokenizer(), file.toString());
        provenance = new TokenSourceProvenance(this, TokenOrigin.of(tokens).withImages(sum));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PropertyException(e, "", "images", e.getMessage());
    }
  }

  /** Of the lines {@code sha256 label path} of all photographs, read or not. */
  private static String sha256(ImageSource photographs, List<ImageEntry> entries) {
    StringBuilder lines = new StringBuilder();
    for (ImageEntry entry : entries) {
      lines
          .append(sha256(photographs, entry))
          .append("  ")
          .append(entry.label())
          .append("  ")
          .append(entry.path())
          .append('\n');
    }
    return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(ImageSource photographs, ImageEntry entry) {
    try {
      return Sha256.of(photographs.read(entry));
    } catch (IOException e) { // it will be left out
      return "unreadable";
    }
  }

  private Path tokenFile(TokenizerInfo tokenizer, String sum) throws IOException {
    Path absolute = images.toAbsolutePath();
    Path folder = cache == null ? absolute.getParent() : cache;
    Files.createDirectories(folder);
    String key =
        Sha256.of((tokenizer.sha256() + sum).getBytes(StandardCharsets.UTF_8))
            .substring(0, NAME_DIGITS);
    return folder.resolve("%s.%s.tokens.arrow".formatted(absolute.getFileName(), key));
  }

  private static void tokenize(
      ImageSource photographs, ImageSelection selection, Bundle bundle, Path file)
      throws IOException {
    TokenFileInfo info =
        TokenFileInfo.toWrite(
            bundle.tokenizer(), "ideal4j", List.of(TokenColumn.LABEL, TokenColumn.PATH));
    int size = bundle.description().image().height();
    ImageLoader loader =
        new ImageLoader(photographs, selection, size, false)
            .withThreads(PhotographTokenizer.DECODERS);
    LOGGER.info("Tokenizing {} photographs to {}", loader.entries().size(), file);
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu());
        TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      long rows =
          new PhotographTokenizer(tokenizer, image -> image, count -> {})
              .run(loader, 0, writer::append);
      writer.finish();
      LOGGER.info("{} photographs tokenized, {} not readable", rows, loader.skipped());
    }
  }

  /** The token file that the examples are read from. */
  public Path tokens() {
    return source.tokens();
  }

  @Override
  public OutputFactory<T> getOutputFactory() {
    return outputFactory;
  }

  @Override
  public DataSourceProvenance getProvenance() {
    return provenance;
  }

  @Override
  public Iterator<Example<T>> iterator() {
    return source.iterator();
  }

  @Override
  public String toString() {
    return "ImageDataSource[%s, %s, %s]".formatted(images, bundle, source.features());
  }
}
