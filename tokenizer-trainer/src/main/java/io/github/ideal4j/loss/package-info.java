/**
 * What a tokenizer is trained on: pixels, alignment with backbone features, and perceived
 * similarity. Start with {@link io.github.ideal4j.loss.Alignment} and {@link
 * io.github.ideal4j.loss.Lpips}, which also measures.
 */
package io.github.ideal4j.loss;
