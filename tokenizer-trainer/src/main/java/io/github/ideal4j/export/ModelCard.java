package io.github.ideal4j.export;

import io.github.ideal4j.tokenizer.TokenizerConfig;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.training.ProvenanceRecord;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The {@code README.md} of a bundle: what it is, what it was made of, what it reached. */
final class ModelCard {

  private ModelCard() {}

  static String of(TokenizerRun run, String name) throws IOException {
    TokenizerConfig config = run.config().model();
    ProvenanceRecord made = run.folder().provenance();
    StringBuilder card = new StringBuilder();
    card.append("# %s%n%n".formatted(name));
    card.append(
        "An IDEAL image tokenizer (arXiv 2606.11096) made with ideal4j: %d x %d photographs to%n"
            .formatted(config.imageSize(), config.imageSize()));
    card.append(
        "%d x %d tokens out of %,d, %,d bits an image.%n%n"
            .formatted(
                config.grid(),
                config.grid(),
                config.codebook().size(),
                Math.round(config.tokens() * Math.log(config.codebook().size()) / Math.log(2))));
    card.append("## Training%n%n".formatted());
    card.append("- steps: %,d%n".formatted(run.checkpoint().step()));
    card.append("- seed: %d%n- device: %s%n".formatted(made.seed(), made.device()));
    made.inputs().forEach((role, sum) -> card.append("- %s: sha256 %s%n".formatted(role, sum)));
    made.libraries()
        .forEach((library, version) -> card.append("- %s %s%n".formatted(library, version)));
    appendMetrics(card, run.folder().metrics().read());
    card.append(
        "%n`config.yaml` has every value, `weights.safetensors` the weights to train on.%n"
            .formatted());
    return card.toString();
  }

  /** The last validation of the run. */
  private static void appendMetrics(StringBuilder card, List<Map<String, Double>> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).containsKey("validationPsnr")) {
        card.append("%n## On photographs it was not trained on%n%n".formatted());
        lines
            .get(i)
            .forEach(
                (key, value) -> {
                  if (key.startsWith("validation")) {
                    card.append(
                        String.format(
                            Locale.ROOT,
                            "- %s: %.4g%n",
                            key.substring("validation".length()),
                            value));
                  }
                });
        return;
      }
    }
  }
}
