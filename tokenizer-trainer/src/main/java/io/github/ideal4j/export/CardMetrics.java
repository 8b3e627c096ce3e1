package io.github.ideal4j.export;

import io.github.ideal4j.onnx.serving.BundleDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The numbers of a model card: those that were measured of the bundle, or else those of its
 * training's last validation.
 *
 * @param measured of the bundle itself
 * @param rows in the order in which they are shown
 */
record CardMetrics(boolean measured, List<Row> rows) {

  /** What the names of common metrics mean. */
  private static final Map<String, String> TITLES =
      Map.ofEntries(
          Map.entry("psnr", "PSNR, dB"),
          Map.entry("ssim", "SSIM"),
          Map.entry("lpips", "LPIPS"),
          Map.entry("usage", "share of codes in use"),
          Map.entry("perplexity", "perplexity of the codes"),
          Map.entry("bitsPerToken", "bits a token, by an ideal code"),
          Map.entry("bitsPerImage", "bits an image"),
          Map.entry("bitsPerImageIdealCode", "bits an image, by an ideal code"),
          Map.entry("cosineDeep", "cosine to the backbone, deep"),
          Map.entry("cosineDeepCentred", "cosine to the backbone, deep, centred"),
          Map.entry("cosineDeepWorstChannels", "cosine to the backbone, worst deep channels"),
          Map.entry("cosineShallow", "cosine to the backbone, shallow"),
          Map.entry("images", "photographs"));

  /** One number. */
  record Row(String name, String title, double value) {}

  CardMetrics {
    rows = List.copyOf(rows);
  }

  static CardMetrics of(BundleDescription bundle, ModelCard.Details details) {
    if (!details.evaluation().isEmpty()) {
      return new CardMetrics(true, rows(details.evaluation()));
    }
    Map<String, Double> validation = new LinkedHashMap<>();
    ModelCard.child(bundle.provenance(), TokenizerExport.VALIDATION)
        .forEach(
            (name, value) -> {
              if (value instanceof Number number) {
                validation.put(name, number.doubleValue());
              }
            });
    return new CardMetrics(false, rows(validation));
  }

  private static List<Row> rows(Map<String, Double> numbers) {
    List<Row> rows = new ArrayList<>();
    // The known ones first, in the order in which papers have them.
    for (String name :
        List.of("psnr", "ssim", "lpips", "usage", "perplexity", "cosineDeep", "cosineShallow")) {
      add(rows, name, numbers);
    }
    numbers.keySet().stream()
        .sorted()
        .filter(name -> rows.stream().noneMatch(row -> row.name().equals(name)))
        .forEach(name -> add(rows, name, numbers));
    return rows;
  }

  private static void add(List<Row> rows, String name, Map<String, Double> numbers) {
    Double value = numbers.get(name);
    if (value != null && Double.isFinite(value)) {
      rows.add(new Row(name, TITLES.getOrDefault(name, name), value));
    }
  }

  String table() {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("## Metrics\n\n");
    text.append(
        measured
            ? "Measured of this bundle's graphs with `ideal evaluate`.\n\n"
            : "The training's last validation, on photographs that it was not trained on.\n\n");
    text.append("| metric | value |\n|---|---|\n");
    for (Row row : rows) {
      text.append(
          String.format(Locale.ROOT, "| %s | %s |%n", row.title(), number(row.value()))
              .replace(System.lineSeparator(), "\n"));
    }
    return text.append('\n').toString();
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%.4g", value);
  }

  /** How the exported graphs compared with their originals. */
  static String comparison(Map<String, Object> measured) {
    Map<String, Object> allowed = ModelCard.child(measured, "allowed");
    return String.format(
        Locale.ROOT,
        """
        ## The graphs compared with the trained model

        On %.0f photographs that the model was not traced with.

        | what | measured | allowed |
        |---|---|---|
        | equal tokens | %.3f %% of %.0f | at least %.1f %% |
        | margin between the two nearest codes where tokens differ | %s | %.1e |
        | decoded pixels | within %.0f | %.0f |
        | decoded features | within %.1e | %.1e |

        """,
        value(measured, "photographs"),
        100 * value(measured, "equalTokens"),
        value(measured, "tokens"),
        100 * value(allowed, "equalTokens"),
        value(measured, "differing") == 0
            ? "none differ"
            : String.format(Locale.ROOT, "%.1e", value(measured, "margin")),
        value(allowed, "margin"),
        value(measured, "pixelLevels"),
        value(allowed, "pixelLevels"),
        value(measured, "features"),
        value(allowed, "features"));
  }

  private static double value(Map<String, Object> from, String name) {
    return from.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
