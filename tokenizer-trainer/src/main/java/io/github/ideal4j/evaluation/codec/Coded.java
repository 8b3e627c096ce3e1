package io.github.ideal4j.evaluation.codec;

import io.github.ideal4j.image.RgbImage;

/**
 * What a codec made of an image.
 *
 * @param image what comes out of the decoder, of the size of what went in
 * @param bits what lies between encoder and decoder, everything counted, at least 1
 */
public record Coded(RgbImage image, long bits) {

  public Coded {
    if (bits < 1) {
      throw new IllegalArgumentException("a coded image has at least 1 bit, got " + bits);
    }
  }
}
