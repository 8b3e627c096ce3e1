package io.github.ideal4j.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/**
 * Which views of a photograph are taken: the middle square, mirrored or not, or the crops of
 * torchvision's {@code TenCrop} out of a middle square that is a tenth larger, as LlamaGen (arXiv
 * 2406.06525) takes them of its training images.
 *
 * @param views at least one, each once
 */
public record ImageViews(List<View> views) {

  /** The middle square as it is. */
  public static final ImageViews PLAIN = new ImageViews(List.of(View.PLAIN));

  /** The middle square mirrored left to right. */
  public static final ImageViews MIRROR = new ImageViews(List.of(View.MIRROR));

  private static final String TEN_CROP = "ten-crop";
  private static final double LARGER = 1.1;

  /** A part of a square, which may be mirrored first. */
  public enum View {
    PLAIN(-1, -1, false),
    MIRROR(-1, -1, true),
    TOP_LEFT(0, 0, false),
    TOP_RIGHT(2, 0, false),
    BOTTOM_LEFT(0, 2, false),
    BOTTOM_RIGHT(2, 2, false),
    CENTER(1, 1, false),
    TOP_LEFT_MIRROR(0, 0, true),
    TOP_RIGHT_MIRROR(2, 0, true),
    BOTTOM_LEFT_MIRROR(0, 2, true),
    BOTTOM_RIGHT_MIRROR(2, 2, true),
    CENTER_MIRROR(1, 1, true);

    /** Halves of the margin to the left of the crop; negative for the whole. */
    private final int left;

    private final int top;
    private final boolean mirrored;

    View(int left, int top, boolean mirrored) {
      this.left = left;
      this.top = top;
      this.mirrored = mirrored;
    }

    /** The name in token files: {@code plain}, {@code top-left-mirror}. */
    public String viewName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isCrop() {
      return left >= 0;
    }

    RgbImage of(RgbImage square, int size) {
      int margin = square.width() - size;
      RgbImage turned = mirrored ? square.mirrored() : square;
      return isCrop()
          ? CenterCrop.cut(turned, offset(margin, left), offset(margin, top), size, size)
          : turned;
    }

    /** Python's round, halves to even, is what torchvision centres with. */
    private static int offset(int margin, int halves) {
      return (int) Math.rint(margin * halves / 2.0);
    }
  }

  /** Checks and copies. */
  public ImageViews {
    views = List.copyOf(views);
    long crops = views.stream().filter(View::isCrop).count();
    if (views.isEmpty() || new LinkedHashSet<>(views).size() != views.size()) {
      throw new IllegalArgumentException(
          "views are named once each, got %s".formatted(names(views)));
    }
    if (crops > 0 && crops < views.size()) {
      throw new IllegalArgumentException(
          "plain and mirror are of the middle square, crops of a larger one: either of both, got %s"
              .formatted(names(views)));
    }
  }

  /**
   * Reads names that are separated by commas; {@code ten-crop} stands for all crops.
   *
   * @throws IllegalArgumentException if there is no such view
   */
  public static ImageViews parse(String text) {
    List<View> views = new ArrayList<>();
    for (String name : text.split(",", -1)) {
      if (name.strip().equals(TEN_CROP)) {
        Arrays.stream(View.values()).filter(View::isCrop).forEach(views::add);
      } else {
        views.add(view(name.strip()));
      }
    }
    return new ImageViews(views);
  }

  private static View view(String name) {
    return Arrays.stream(View.values())
        .filter(view -> view.viewName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no view '%s'; valid are %s and %s for all crops"
                        .formatted(name, names(Arrays.asList(View.values())), TEN_CROP)));
  }

  private static String names(List<View> views) {
    return String.join(", ", views.stream().map(View::viewName).toList());
  }

  /** The square that all views are parts of. */
  public RgbImage square(RgbImage photograph, int size) {
    return CenterCrop.adm(photograph, views.get(0).isCrop() ? (int) (size * LARGER) : size);
  }

  /** The views of such a square, in order, each {@code size x size}. */
  public List<RgbImage> of(RgbImage square, int size) {
    return views.stream().map(view -> view.of(square, size)).toList();
  }

  @Override
  public String toString() {
    return names(views);
  }
}
