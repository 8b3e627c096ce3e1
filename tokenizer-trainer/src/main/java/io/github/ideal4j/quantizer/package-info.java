/**
 * Vectors to indices and back: codebooks that are searched, levels, signs, and compositions of
 * them. Start with {@link io.github.ideal4j.quantizer.Quantizer}; {@link
 * io.github.ideal4j.quantizer.QuantizerConfig} makes one.
 */
package io.github.ideal4j.quantizer;
