package io.github.ideal4j.export;

import io.github.ideal4j.onnx.serving.BundleDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The {@code README.md} of a bundle: a model card as the Hugging Face Hub reads it, with its
 * metadata as YAML in front. It follows from what the bundle says of itself alone, and from numbers
 * that were measured since.
 */
public final class ModelCard {

  private final BundleDescription bundle;
  private final Details details;

  /**
   * What a bundle does not know of itself.
   *
   * @param license an identifier of the Hub, such as {@code apache-2.0}
   * @param datasets their names on the Hub
   * @param evaluation numbers by name, as {@code ideal evaluate --json} gives them; they take the
   *     place of those of the training's last validation
   */
  public record Details(String license, List<String> datasets, Map<String, Double> evaluation) {

    /** Nothing: the license is unknown then. */
    public static final Details NONE = new Details("unknown", List.of(), Map.of());

    public Details {
      if (!license.matches("[a-z0-9][a-z0-9.-]*")) {
        throw new IllegalArgumentException(
            "license '%s' is no identifier of the Hub, such as apache-2.0".formatted(license));
      }
      datasets = List.copyOf(datasets);
      evaluation = Map.copyOf(evaluation);
    }
  }

  private ModelCard(BundleDescription bundle, Details details) {
    this.bundle = bundle;
    this.details = details;
  }

  /** The card of a bundle. */
  public static String of(BundleDescription bundle, Details details) {
    return new ModelCard(bundle, details).text();
  }

  private String text() {
    CardMetrics metrics = CardMetrics.of(bundle, details);
    StringBuilder card = new StringBuilder();
    card.append("---\n").append(CardHead.yaml(bundle, details, metrics)).append("---\n\n");
    card.append("# %s\n\n".formatted(bundle.name()));
    card.append(summary());
    card.append(use());
    card.append(data());
    card.append(metrics.table());
    comparison(card);
    prior(card);
    card.append(CardUsage.of(bundle));
    return card.toString();
  }

  private String summary() {
    int codes = bundle.codebook().size();
    double bits = bundle.grid().cells() * Math.log(codes) / Math.log(2);
    return String.format(
        Locale.ROOT,
        """
        An IDEAL image tokenizer ([arXiv 2606.11096](https://arxiv.org/abs/2606.11096)) made with ideal4j: photographs of
        %s pixels to %d x %d tokens out of %,d, and back. That is %,d bits an image. The tokens are aligned with two
        levels of a frozen vision backbone, `%s`, and decode to its deep features, too.

        """,
        bundle.image(),
        bundle.grid().rows(),
        bundle.grid().columns(),
        codes,
        Math.round(bits),
        bundle.backbone().id());
  }

  private static String use() {
    return """
        ## Intended use

        Image tokens for research and for systems that need few bits an image: training of generative models on tokens,
        classification and search on tokens, compact storage where exact pixels do not matter.

        ## Limits

        - Reconstructions are lossy: fine texture, small text and small faces are not kept. Do not use them as evidence.
        - Photographs unlike the training data come back worse; measure on your own before you rely on it.
        - Biases of the training photographs and of the backbone are in the tokens and in all that is made of them.
        - Images are cropped to a square and resized to the model's size before they are encoded.

        """;
  }

  private String data() {
    StringBuilder text = new StringBuilder("## Data and training\n\n");
    if (!details.datasets().isEmpty()) {
      text.append("- data sets: %s\n".formatted(String.join(", ", details.datasets())));
    }
    Map<String, Object> made = bundle.provenance();
    for (String name : List.of("steps", "seed", "device", "machine", "started", "codeVersion")) {
      if (made.get(name) != null) {
        text.append("- %s: %s\n".formatted(words(name), made.get(name)));
      }
    }
    child(made, "inputs").forEach((role, sum) -> text.append(line("sha256 of " + role, sum)));
    child(made, "libraries").forEach((name, version) -> text.append(line(name, version)));
    text.append("\n`config.yaml`, where it is there, has every value of the training.\n\n");
    return text.toString();
  }

  private static String line(String name, Object value) {
    return "- %s: %s\n".formatted(name, value);
  }

  private static String words(String name) {
    return name.replaceAll("(\\p{Lower})(\\p{Upper})", "$1 $2").toLowerCase(Locale.ROOT);
  }

  private void comparison(StringBuilder card) {
    Map<String, Object> measured = child(bundle.provenance(), TokenizerExport.COMPARISON);
    if (!measured.isEmpty()) {
      card.append(CardMetrics.comparison(measured));
    }
  }

  private void prior(StringBuilder card) {
    if (bundle.prior().isEmpty()) {
      return;
    }
    BundleDescription.Prior prior = bundle.prior().get();
    card.append(
        "## Prior\n\n`prior.onnx` draws tokens of a class, %,d classes".formatted(prior.classes()));
    card.append(" (`labels.json` names them).\n\n");
    for (String name : List.of("parameters", "step", "seed", "comparison")) {
      Object value = prior.provenance().get(name);
      if (value != null) {
        boolean count = value instanceof Number && !name.equals("seed");
        card.append(line(name, count ? grouped((Number) value) : value));
      }
    }
    card.append('\n');
  }

  private static String grouped(Number count) {
    return String.format(Locale.ROOT, "%,d", count.longValue());
  }

  /** An object within an object; empty if there is none. */
  static Map<String, Object> child(Map<String, Object> parent, String name) {
    Map<String, Object> found = new LinkedHashMap<>();
    if (parent.get(name) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> found.put(String.valueOf(key), value));
    }
    return found;
  }
}
