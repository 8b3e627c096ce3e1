package io.github.ideal4j.image;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * What a JPEG file says about itself, from a walk over its markers that decodes nothing. The walk
 * also finds what decoders accept without a word although pixels are missing.
 *
 * @param width columns
 * @param height rows
 * @param components the colour components in the order of the frame
 * @param colours how the samples are to be understood
 * @param orientation the EXIF orientation, 1 to 8
 * @param segments positions of the application and comment segments, as {@code [begin, end]}
 * @param end the position after the end marker
 */
record JpegHeader(
    int width,
    int height,
    List<Component> components,
    Colours colours,
    int orientation,
    List<int[]> segments,
    int end) {

  /** One colour component: its id and how densely it is sampled. */
  record Component(int id, int horizontal, int vertical) {}

  /** The colour decision of libjpeg, which Pillow follows. */
  enum Colours {
    GREY,
    YCBCR,
    RGB,
    CMYK,
    YCCK
  }

  /** Whether the colours have half the rows, but all columns, of the luminance. */
  boolean hasHalfChromaRows() {
    return components.size() == 3
        && components.get(0).vertical() == 2
        && components.stream().skip(1).allMatch(c -> c.vertical() == 1)
        && components.stream().map(Component::horizontal).distinct().count() == 1;
  }

  /**
   * The file without its application and comment segments, and with one segment instead that makes
   * every JDK come to our decision on colours.
   */
  byte[] withPlainSegments(byte[] file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(end + 32);
    out.write(file, 0, 2);
    byte[] decision = decision();
    out.write(decision, 0, decision.length);
    int from = 2;
    for (int[] segment : segments) {
      out.write(file, from, segment[0] - from);
      from = segment[1];
    }
    out.write(file, from, end - from);
    return out.toByteArray();
  }

  private byte[] decision() {
    return switch (colours) {
      case GREY, YCBCR ->
          bytes(0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
      case RGB, CMYK -> adobe(0);
      case YCCK -> adobe(2);
    };
  }

  private static byte[] adobe(int transform) {
    return bytes(0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
