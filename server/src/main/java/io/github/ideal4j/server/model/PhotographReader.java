package io.github.ideal4j.server.model;

import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.server.protocol.ProtocolException;

/**
 * Encoded photographs to pixels of a model's size, as {@code ideal tokenize} does it.
 *
 * @param size side of the square
 * @param maxPixels refused by the header of the file, before anything is decoded
 */
record PhotographReader(int size, long maxPixels) {

  RgbImage read(byte[] file, String name) throws ProtocolException {
    try {
      DecodingOptions options = DecodingOptions.standard().withMaxPixels(maxPixels);
      return CenterCrop.adm(ImageDecoder.decode(file, name, options), size);
    } catch (ImageFormatException e) {
      throw ProtocolException.badRequest("%s", e.getMessage());
    }
  }
}
