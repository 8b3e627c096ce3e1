package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A folder with a finished tokenizer, perhaps a prior, and all that is needed to run them. It holds
 * no native resources.
 *
 * <pre>{@code
 * Bundle bundle = Bundle.open(Path.of("my-bundle"));
 * try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, SessionSettings.cpu())) {
 *   int[][] tokens = tokenizer.encode(images);
 * }
 * }</pre>
 */
public final class Bundle {

  private final Path folder;
  private final BundleManifest manifest;
  private final List<String> labels;

  private Bundle(Path folder, BundleManifest manifest, List<String> labels) {
    this.folder = folder;
    this.manifest = manifest;
    this.labels = labels;
  }

  /**
   * Opens a bundle and checks the SHA-256 of every file.
   *
   * @param folder with a {@code model.json}
   * @throws BundleException if a file is missing, changed or unlike what {@code model.json} says
   */
  public static Bundle open(Path folder) throws IOException {
    BundleManifest manifest = BundleManifest.read(folder.resolve(BundleFiles.MANIFEST));
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      check(folder.resolve(file.getKey()), file.getValue());
    }
    return new Bundle(folder, manifest, labels(folder, manifest));
  }

  private static void check(Path file, String expected) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BundleException("%s is missing from its bundle".formatted(file));
    }
    String sum = Sha256.of(file);
    if (!sum.equals(expected)) {
      throw new BundleException(
          "%s was changed or damaged: its sha256 is %s, model.json says %s"
              .formatted(file, BundleManifest.brief(sum), BundleManifest.brief(expected)));
    }
  }

  private static List<String> labels(Path folder, BundleManifest manifest) throws IOException {
    if (!manifest.files().containsKey(BundleFiles.LABELS)) {
      return List.of();
    }
    Path file = folder.resolve(BundleFiles.LABELS);
    List<String> labels = LabelNames.read(file);
    if (manifest.description().prior().isPresent()) {
      int classes = manifest.description().prior().get().classes();
      if (labels.size() != classes) {
        throw new BundleException(
            "%s names %d classes, but the prior knows %d".formatted(file, labels.size(), classes));
      }
    }
    return labels;
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** What {@code model.json} says. */
  public BundleManifest manifest() {
    return manifest;
  }

  /** Short for the manifest's description. */
  public BundleDescription description() {
    return manifest.description();
  }

  /** The tokenizer as token files name it. */
  public TokenizerInfo tokenizer() {
    return manifest.tokenizer();
  }

  /** Names of the classes; the place in the list is the class. Empty if there are none. */
  public List<String> labels() {
    return labels;
  }

  /** Whether there is a file of this name. */
  public boolean has(String name) {
    return manifest.files().containsKey(name);
  }

  /**
   * The path of a file of the bundle.
   *
   * @throws BundleException if the bundle has no such file
   */
  public Path file(String name) throws BundleException {
    if (!has(name)) {
      throw new BundleException(
          "bundle %s has no %s; it has %s".formatted(folder, name, manifest.files().keySet()));
    }
    return folder.resolve(name);
  }

  /**
   * The class that a text means: a name from {@link #labels}, or a number.
   *
   * @throws IllegalArgumentException if there is no such class
   */
  public int label(String nameOrNumber) {
    int byName = labels.indexOf(nameOrNumber);
    if (byName >= 0) {
      return byName;
    }
    int number = nameOrNumber.matches("[0-9]{1,9}") ? Integer.parseInt(nameOrNumber) : -1;
    if (number < 0 || number >= labels.size()) {
      throw new IllegalArgumentException(LabelNames.unknown(nameOrNumber, labels));
    }
    return number;
  }

  /**
   * Refuses tokens of another tokenizer.
   *
   * @param other the tokenizer that a token file names
   * @param source where the tokens come from, for the message
   * @throws BundleException if this tokenizer did not make them
   */
  public void requireOwnTokens(TokenizerInfo other, String source) throws BundleException {
    TokenizerInfo own = tokenizer();
    boolean fits =
        other.rows() == own.rows()
            && other.columns() == own.columns()
            && other.codebookSize() <= own.codebookSize();
    boolean same = other.sha256().equals(own.sha256());
    // A file that does not name its tokenizer is taken if its grid fits.
    if (!fits || (other.isKnown() && !same)) {
      throw new BundleException(
          "%s holds tokens of %s; bundle %s is %s"
              .formatted(source, describe(other), folder, describe(own)));
    }
  }

  private static String describe(TokenizerInfo info) {
    String identity =
        info.isKnown()
            ? "'%s' %s".formatted(info.name(), BundleManifest.brief(info.sha256()))
            : "an unknown tokenizer";
    return "%s (%d x %d of %d)"
        .formatted(identity, info.rows(), info.columns(), info.codebookSize());
  }
}
