package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Cuts the patches that became the most frequent codes out of photographs: the cell of the token
 * with one cell around it, since a token sees its neighbours.
 */
final class CodebookAtlas {

  private static final int ENTRIES = 48;
  private static final int PATCHES = 9;

  private final Reconstructed all;
  private final int cellWidth;
  private final int cellHeight;

  private CodebookAtlas(Reconstructed all) {
    this.all = all;
    cellWidth = Math.max(1, all.photographs().get(0).width() / all.columns());
    cellHeight = Math.max(1, all.photographs().get(0).height() / all.rows());
  }

  static PictureBlock.Atlas of(Reconstructed all, int codes) {
    long[] counts = new long[codes];
    long tokens = 0;
    for (int[] grid : all.tokens()) {
      for (int token : grid) {
        counts[token]++;
        tokens++;
      }
    }
    double total = tokens;
    CodebookAtlas atlas = new CodebookAtlas(all);
    List<PictureBlock.Atlas.Entry> entries =
        IntStream.range(0, codes)
            .filter(code -> counts[code] > 0)
            .boxed()
            .sorted(Comparator.comparingLong((Integer code) -> -counts[code]))
            .limit(ENTRIES)
            .map(
                code ->
                    new PictureBlock.Atlas.Entry(
                        code, counts[code] / total, atlas.patches(code, counts[code])))
            .toList();
    return new PictureBlock.Atlas(
        "The %d most frequent codes, with up to %d of the places that became them: %d x %d pixels, the token's own cell in the middle."
            .formatted(entries.size(), PATCHES, 3 * atlas.cellWidth, 3 * atlas.cellHeight),
        entries);
  }

  /** Evenly chosen over all places of the code, from as many photographs as there are. */
  private List<RgbImage> patches(int code, long count) {
    Set<Long> wanted = new HashSet<>();
    for (long i = 0; i < PATCHES; i++) {
      wanted.add(i * count / PATCHES);
    }
    List<RgbImage> patches = new ArrayList<>();
    long seen = 0;
    for (int image = 0; image < all.tokens().size(); image++) {
      int[] grid = all.tokens().get(image);
      for (int place = 0; place < grid.length; place++) {
        if (grid[place] == code && wanted.contains(seen++)) {
          patches.add(patch(all.photographs().get(image), place));
        }
      }
    }
    return patches;
  }

  private RgbImage patch(RgbImage photograph, int place) {
    int left = (place % all.columns() - 1) * cellWidth;
    int top = (place / all.columns() - 1) * cellHeight;
    return Mosaic.cut(photograph, left, top, 3 * cellWidth, 3 * cellHeight);
  }
}
