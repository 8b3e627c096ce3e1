/**
 * Ways to turn an image into a number of bits and back, for tables that compare a tokenizer with
 * its peers at equal size. Start with {@link io.github.ideal4j.evaluation.codec.PixelCodec}; JPEG
 * and WebP are here, learned codecs live in {@code io.github.ideal4j.evaluation.network}.
 */
package io.github.ideal4j.evaluation.codec;
