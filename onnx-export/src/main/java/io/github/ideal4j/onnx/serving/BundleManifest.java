package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code model.json}: what a bundle is, and the sum of every file in it.
 *
 * <p>A tokenizer is identified by its name and the SHA-256 of its {@code encoder.onnx}, which holds
 * backbone, codebook and everything between: equal sums mean equal tokens. Token files and priors
 * carry that sum.
 *
 * @param description what the bundle holds
 * @param files SHA-256 by file name, all files but {@code model.json}
 */
public record BundleManifest(BundleDescription description, Map<String, String> files) {

  /** Version of the folder's format; readers refuse newer ones and tolerate unknown fields. */
  public static final int FORMAT_VERSION = 1;

  /** The kind of bundle that this library knows. */
  public static final String KIND = "image-tokenizer";

  /** The element type of tokens in files and in the encoder's output. */
  public static final String TOKEN_TYPE = "uint16";

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  /** Checks that everything fits together. */
  public BundleManifest {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    files.forEach(
        (name, sum) -> {
          requirePlainName(name);
          BundleDescription.requireSha256("files." + name, sum);
        });
    requireFile(files, BundleFiles.ENCODER);
    requireFile(files, BundleFiles.DECODER);
    if (description.prior().isPresent()) {
      requireFile(files, BundleFiles.PRIOR);
      requireFile(files, BundleFiles.LABELS);
      requireOwnPrior(description.prior().get(), files.get(BundleFiles.ENCODER));
    } else if (files.containsKey(BundleFiles.PRIOR)) {
      throw new IllegalArgumentException("there is a prior.onnx, but prior is not described");
    }
  }

  /** Reads and checks a file. */
  public static BundleManifest read(Path file) throws IOException {
    return ManifestJson.read(file);
  }

  /** Writes this beside the file and moves it there. */
  public void write(Path file) throws IOException {
    ManifestJson.write(this, file);
  }

  /** The sum that identifies the tokenizer. */
  public String tokenizerSha256() {
    return files.get(BundleFiles.ENCODER);
  }

  /** The tokenizer as token files name it. */
  public TokenizerInfo tokenizer() {
    return new TokenizerInfo(
        description.name(),
        tokenizerSha256(),
        description.codebook().size(),
        description.grid().rows(),
        description.grid().columns(),
        description.image().height(),
        description.image().width(),
        description.grid().codebooks());
  }

  static void requirePlainName(String name) {
    if (!PLAIN_NAME.matcher(name).matches() || name.equals(BundleFiles.MANIFEST)) {
      throw new IllegalArgumentException(
          "'%s' cannot be a file of a bundle; letters, digits, '.', '_', '-' are valid, and not %s"
              .formatted(name, BundleFiles.MANIFEST));
    }
  }

  private static void requireFile(Map<String, String> files, String name) {
    if (!files.containsKey(name)) {
      throw new IllegalArgumentException("files has no %s".formatted(name));
    }
  }

  private static void requireOwnPrior(BundleDescription.Prior prior, String tokenizer) {
    if (!prior.tokenizerSha256().equals(tokenizer)) {
      throw new IllegalArgumentException(
          "the prior was made for tokenizer %s, this one is %s; train a prior on tokens of this one"
              .formatted(brief(prior.tokenizerSha256()), brief(tokenizer)));
    }
  }

  static String brief(String sum) {
    return sum.substring(0, Math.min(12, sum.length()));
  }
}
