/**
 * Vectors to codebook indices and back. Start with {@link
 * io.github.ideal4j.quantizer.VectorQuantizer}.
 */
package io.github.ideal4j.quantizer;
