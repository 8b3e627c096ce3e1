package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.report.PictureBlock.Comparisons;
import io.github.ideal4j.report.PictureBlock.Overlays;
import io.github.ideal4j.report.Report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The pictures of a tokenizer in a report, from photographs that it has reconstructed. */
public final class TokenizerPictures {

  private static final int COMPARED = 12;
  private static final int EXTREMES = 6;
  private static final int MAPS = 12;

  private final Reconstructed all;
  private final int codes;

  /**
   * Takes photographs.
   *
   * @param all what there is to show
   * @param codes entries of the codebook
   */
  public TokenizerPictures(Reconstructed all, int codes) {
    this.all = all;
    this.codes = codes;
  }

  /** Originals and reconstructions with a slider between them, evenly chosen. */
  public Comparisons comparisons() {
    return pairs("", all.some(COMPARED));
  }

  /** The worst and the best reconstructions by perceptual distance; none if it was not measured. */
  public List<Block> extremes() {
    if (all.distances().isEmpty()) {
      return List.of();
    }
    int most = Math.min(EXTREMES, Math.max(1, all.photographs().size() / 2));
    return List.of(
        pairs("Worst by LPIPS.", all.ranked(true, most)),
        pairs("Best by LPIPS.", all.ranked(false, most)));
  }

  private static Comparisons pairs(String caption, Reconstructed shown) {
    List<Comparisons.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < shown.photographs().size(); i++) {
      String label = shown.labels().get(i);
      if (!shown.distances().isEmpty()) {
        String distance = String.format(Locale.ROOT, "LPIPS %.3f", shown.distances().get(i));
        label = label.isEmpty() ? distance : label + ", " + distance;
      }
      pairs.add(
          new Comparisons.Pair(label, shown.photographs().get(i), shown.reconstructions().get(i)));
    }
    return new Comparisons(caption, "photograph", "reconstruction", pairs);
  }

  /** How often each code was used. */
  public Block.CodeUsage usage() {
    long[] counts = new long[codes];
    for (int[] grid : all.tokens()) {
      for (int token : grid) {
        counts[token]++;
      }
    }
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return new Block.CodeUsage("", list);
  }

  /** What the most frequent codes stand for. */
  public PictureBlock.Atlas atlas() {
    return CodebookAtlas.of(all, codes);
  }

  /** Tokens over photographs, each in its code's colour. */
  public Overlays tokenMaps(TokenColours colours) {
    Reconstructed shown = all.some(MAPS);
    List<Overlays.Overlay> overlays = new ArrayList<>();
    for (int i = 0; i < shown.photographs().size(); i++) {
      RgbImage map = colours.image(all.rows(), all.columns(), shown.tokens().get(i), 1);
      overlays.add(
          new Overlays.Overlay(
              shown.labels().get(i), shown.photographs().get(i), map, Optional.empty()));
    }
    return new Overlays(
        "Codes that lie close together have similar colours: the first principal axis of the codebook"
            + " is lightness, the next two are hue.",
        "tokens",
        overlays);
  }

  /** All of it, as sections to read. */
  public List<Section> sections(TokenColours colours) {
    List<Section> sections = new ArrayList<>();
    sections.add(
        new Section(
            "Reconstructions",
            "Photographs and what their tokens decode to. Pull the slider, or move the pointer over"
                + " a picture.",
            List.of(comparisons())));
    if (!all.distances().isEmpty()) {
      sections.add(
          new Section(
              "Worst and best", "By LPIPS, a perceptual distance: lower is better.", extremes()));
    }
    sections.add(
        new Section(
            "Codebook",
            "Which codes the photographs use, and what they stand for.",
            List.of(usage(), atlas())));
    sections.add(new Section("Token maps", "", List.of(tokenMaps(colours))));
    return sections;
  }
}
