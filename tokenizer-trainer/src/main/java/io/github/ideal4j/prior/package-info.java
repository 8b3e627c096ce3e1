/**
 * The autoregressive priors over the tokens of images: a class-conditional GPT after LlamaGen
 * (arXiv 2406.06525) and one in random order after RAR (arXiv 2411.00776), whose released weights
 * they take by their names. {@link io.github.ideal4j.prior.PriorTrainer} makes one from token
 * files, {@link io.github.ideal4j.prior.PriorStep} is what the export wraps into a loop. Start with
 * {@link io.github.ideal4j.prior.Prior}.
 */
package io.github.ideal4j.prior;
