package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Uploads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** All token files of a training, checked against each other. The files stay open. */
final class PriorViews implements AutoCloseable {

  private final PriorTokens train;
  private final Optional<PriorTokens> mirrored;
  private final Optional<PriorTokens> validation;
  private final List<String> classes;
  private final int[] trainClasses;
  private final int[] validationClasses;
  private final ImageRows images;

  private PriorViews(
      PriorTokens train,
      Optional<PriorTokens> mirrored,
      Optional<PriorTokens> validation,
      List<String> known,
      boolean unconditional) {
    this.train = train;
    this.mirrored = mirrored;
    this.validation = validation;
    mirrored.ifPresent(train::requireSameTokenizer);
    mirrored.ifPresent(train::requireSameImages);
    validation.ifPresent(train::requireSameTokenizer);
    classes = unconditional || train.unlabelled() ? List.of() : classes(known);
    trainClasses = train.classesOf(classes);
    validationClasses =
        validation.map(tokens -> tokens.classesOf(classes)).orElseGet(() -> new int[0]);
    images = ImageRows.of(train.dataset());
  }

  /**
   * The known ones if they are all there is: a prior that came from elsewhere keeps its numbers.
   */
  private List<String> classes(List<String> known) {
    List<String> own = train.classes();
    return known.containsAll(own) ? known : own;
  }

  /** Opens the files of a training. */
  static PriorViews open(PriorSources sources) throws IOException {
    return open(sources, List.of());
  }

  /**
   * Opens the files of a training that goes on.
   *
   * @param known names of the classes that the prior has by now
   */
  static PriorViews open(PriorSources sources, List<String> known) throws IOException {
    List<PriorTokens> opened = new ArrayList<>();
    try {
      opened.add(PriorTokens.open(sources.train()));
      Optional<PriorTokens> mirrored = open(sources.mirrored(), opened);
      Optional<PriorTokens> validation = open(sources.validation(), opened);
      return new PriorViews(opened.get(0), mirrored, validation, known, sources.unconditional());
    } catch (IOException | RuntimeException e) {
      for (PriorTokens tokens : opened) {
        tokens.close();
      }
      throw e;
    }
  }

  private static Optional<PriorTokens> open(Optional<Path> source, List<PriorTokens> opened)
      throws IOException {
    if (source.isEmpty()) {
      return Optional.empty();
    }
    PriorTokens tokens = PriorTokens.open(source.get());
    opened.add(tokens);
    return Optional.of(tokens);
  }

  /** Makes single rows of packed files cheap, see {@link PriorTokens#unpack}. */
  void unpack(Path folder) throws IOException {
    train.unpack(folder.resolve("train.arrow"));
    if (mirrored.isPresent()) {
      mirrored.get().unpack(folder.resolve("mirrored.arrow"));
    }
  }

  /** Labels in alphabetical order; the place in the list is the class. Empty without classes. */
  List<String> classes() {
    return classes;
  }

  /**
   * What the model's shape takes from the data.
   *
   * @param codebookSize what a person says of it, 0 if nothing
   */
  PriorData sizes(int codebookSize) {
    int found = train.codebookSize();
    for (PriorTokens tokens :
        List.of(mirrored, validation).stream().flatMap(Optional::stream).toList()) {
      found = Math.max(found, tokens.codebookSize());
    }
    if (codebookSize > 0 && codebookSize < found) {
      throw new IllegalArgumentException(
          "data.codebookSize %d is too small: the tokens are of %d".formatted(codebookSize, found));
    }
    int codebooks = train.info().tokenizer().codebooks();
    return new PriorData(
        Math.max(codebookSize, found),
        classes.size(),
        train.info().rows() / codebooks,
        train.info().columns(),
        codebooks);
  }

  String tokenizerSha256() {
    return train.info().tokenizerSha256();
  }

  /** How many images there are to train on, each in one view or more. */
  int images() {
    return images.images();
  }

  /**
   * Draws a view of each image.
   *
   * @return for each its place: a row of the training tokens, or with the number of these added, of
   *     the mirrored ones
   */
  long[] choose(int[] chosen, SplittableRandom random) {
    long[] places = new long[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      int views = images.views(chosen[i]);
      int view = random.nextInt(mirrored.isPresent() ? 2 * views : views);
      places[i] = (long) (view / views) * train.rows() + images.row(chosen[i], view % views);
    }
    return places;
  }

  /** The class of what lies at a place. */
  int classAt(long place) {
    return trainClasses[(int) (place % train.rows())];
  }

  /** What lies at some places, int64 {@code [places, codebooks * cells]}. */
  NDArray tokens(NDManager manager, long[] places) {
    int cells = train.cells();
    int[] scratch = new int[cells];
    long[] tokens = new long[places.length * cells];
    for (int i = 0; i < places.length; i++) {
      PriorTokens file = places[i] < train.rows() ? train : mirrored.orElseThrow();
      file.copy((int) (places[i] % train.rows()), scratch, tokens, i * cells);
    }
    return Uploads.longs(tokens, new Shape(places.length, cells), manager);
  }

  /** Tokens that are only measured, every row of them. */
  Optional<PriorTokens> validation() {
    return validation;
  }

  /** The class of a row of these. */
  int validationClass(int row) {
    return validationClasses[row];
  }

  @Override
  public void close() throws IOException {
    train.close();
    if (mirrored.isPresent()) {
      mirrored.get().close();
    }
    if (validation.isPresent()) {
      validation.get().close();
    }
  }
}
