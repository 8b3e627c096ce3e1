/**
 * The dual-aligned tokenizer of IDEAL (arXiv 2606.11096): shallow and deep backbone tokens are
 * fused, quantized to one code a patch, and decoded into both kinds of features and into pixels.
 * Start with {@link io.github.ideal4j.tokenizer.DualAlignedTokenizer}; {@link
 * io.github.ideal4j.tokenizer.TokenizerTrainer} makes one.
 */
package io.github.ideal4j.tokenizer;
