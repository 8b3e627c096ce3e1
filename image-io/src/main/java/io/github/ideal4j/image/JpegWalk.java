package io.github.ideal4j.image;

import io.github.ideal4j.image.JpegHeader.Colours;
import io.github.ideal4j.image.JpegHeader.Component;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One pass over the markers of a JPEG file. Compressed data is skipped, not decoded. Safe against
 * any bytes: every read is checked, and every step moves forward.
 */
final class JpegWalk {

  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int COEFFICIENTS = 64;
  private static final int UNSEEN = -1;

  private final HeaderBytes in;
  private final DecodingOptions options;
  private final List<int[]> segments = new ArrayList<>();
  private final List<Component> components = new ArrayList<>();
  private int width;
  private int height;
  private boolean progressive;
  private boolean jfif;
  private int adobeTransform = UNSEEN;
  private int orientation = 1;
  private int scans;
  // Bits still missing of each coefficient of each component.
  private int[][] missingBits;

  JpegWalk(HeaderBytes in, DecodingOptions options) {
    this.in = in;
    this.options = options;
  }

  JpegHeader walk() throws ImageFormatException {
    int at = 2;
    while (true) {
      if (in.u8(at) != 0xFF) {
        throw in.problem("damaged JPEG: no marker at byte %d".formatted(at));
      }
      while (in.u8(at + 1) == 0xFF) {
        at++;
      }
      int marker = in.u8(at + 1);
      if (marker == END_OF_IMAGE) {
        requireComplete();
        return new JpegHeader(
            width, height, List.copyOf(components), colours(), orientation, segments, at + 2);
      }
      int end = at + 2 + in.u16(at + 2);
      in.u8(end - 1);
      segment(marker, at, end);
      at = marker == START_OF_SCAN ? endOfScan(end) : end;
    }
  }

  private void segment(int marker, int at, int end) throws ImageFormatException {
    int content = at + 4;
    if ((marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE) {
      segments.add(new int[] {at, end});
      application(marker, content, end);
    } else if (marker == START_OF_SCAN) {
      scan(content);
    } else if (isFrame(marker)) {
      frame(marker, content);
    } else if (marker == 0xDC) {
      throw in.problem("JPEG that states its height after its pixels");
    } else if (marker < 0xC0) {
      throw in.problem("damaged JPEG: marker %02x at byte %d".formatted(marker, at));
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private void application(int marker, int content, int end) throws ImageFormatException {
    if (marker == 0xE0 && end - content >= 14 && in.hasText(content, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xEE && end - content >= 12 && in.hasText(content, "Adobe")) {
      adobeTransform = in.u8(content + 11);
    } else if (marker == 0xE1 && in.hasText(content, "Exif\0\0")) {
      orientation = ExifOrientation.read(in, content + 6, end);
    }
  }

  private void frame(int marker, int content) throws ImageFormatException {
    if (!components.isEmpty()) {
      throw in.problem("damaged JPEG: two frames");
    }
    if (marker > 0xC2) {
      throw in.problem(
          "lossless, hierarchical or arithmetic JPEG (frame type %02x); read are baseline and progressive"
              .formatted(marker));
    }
    if (in.u8(content) != 8) {
      throw in.problem("JPEG with %d bits a sample; read are 8".formatted(in.u8(content)));
    }
    progressive = marker == 0xC2;
    height = in.u16(content + 1);
    width = in.u16(content + 3);
    in.requireSize(width, height, options);
    int count = in.u8(content + 5);
    if (count != 1 && count != 3 && count != 4) {
      throw in.problem("JPEG with %d colour components; read are 1, 3 and 4".formatted(count));
    }
    if (count > options.limits().maxComponents()) {
      throw in.problem(
          "JPEG with %d colour components: at most %d"
              .formatted(count, options.limits().maxComponents()));
    }
    for (int i = 0; i < count; i++) {
      int at = content + 6 + 3 * i;
      components.add(new Component(in.u8(at), in.u8(at + 1) >> 4, in.u8(at + 1) & 15));
    }
    if (components.stream().map(Component::id).distinct().count() != count) {
      throw in.problem("damaged JPEG: two components with the same id");
    }
    missingBits = new int[count][COEFFICIENTS];
    Arrays.stream(missingBits).forEach(bits -> Arrays.fill(bits, UNSEEN));
  }

  private void scan(int content) throws ImageFormatException {
    if (components.isEmpty()) {
      throw in.problem("damaged JPEG: a scan before the frame");
    }
    if (++scans > options.limits().maxScans()) {
      throw in.problem("JPEG with more than %d scans".formatted(options.limits().maxScans()));
    }
    int count = in.u8(content);
    int parameters = content + 1 + 2 * count;
    int first = progressive ? in.u8(parameters) : 0;
    int last = progressive ? in.u8(parameters + 1) : COEFFICIENTS - 1;
    int left = progressive ? in.u8(parameters + 2) & 15 : 0;
    if (first > last || last >= COEFFICIENTS) {
      throw in.problem("damaged JPEG: a scan of coefficients %d to %d".formatted(first, last));
    }
    for (int i = 0; i < count; i++) {
      int[] missing = missingBits[componentIndex(in.u8(content + 1 + 2 * i))];
      for (int k = first; k <= last; k++) {
        if (!progressive && missing[k] != UNSEEN) {
          throw in.problem("damaged JPEG: the same component in two scans");
        }
        missing[k] = left;
      }
    }
  }

  private int componentIndex(int id) throws ImageFormatException {
    for (int i = 0; i < components.size(); i++) {
      if (components.get(i).id() == id) {
        return i;
      }
    }
    throw in.problem("damaged JPEG: a scan of the unknown component %d".formatted(id));
  }

  /** Skips compressed data up to the next marker that is neither stuffing nor a restart. */
  private int endOfScan(int from) throws ImageFormatException {
    int at = from;
    while (true) {
      if (in.u8(at) == 0xFF) {
        int next = in.u8(at + 1);
        if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) {
          return at;
        }
      }
      at++;
    }
  }

  // Decoders fill in what never came, each in its own way.
  private void requireComplete() throws ImageFormatException {
    if (scans == 0) {
      throw in.problem("damaged JPEG: it ends before its pixels");
    }
    for (int[] missing : missingBits) {
      if (Arrays.stream(missing).anyMatch(bits -> bits != 0)) {
        throw in.problem("incomplete JPEG: scans are missing");
      }
    }
  }

  private Colours colours() {
    return switch (components.size()) {
      case 1 -> Colours.GREY;
      case 3 -> threeComponents();
      default -> adobeTransform == 2 ? Colours.YCCK : Colours.CMYK;
    };
  }

  private Colours threeComponents() {
    if (jfif) {
      return Colours.YCBCR;
    }
    if (adobeTransform != UNSEEN) {
      return adobeTransform == 0 ? Colours.RGB : Colours.YCBCR;
    }
    List<Integer> ids = components.stream().map(Component::id).toList();
    return ids.equals(List.of((int) 'R', (int) 'G', (int) 'B')) ? Colours.RGB : Colours.YCBCR;
  }
}
