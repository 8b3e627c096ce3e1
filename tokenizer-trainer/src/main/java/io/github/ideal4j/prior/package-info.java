/**
 * The autoregressive prior: a class-conditional GPT over the tokens of images, after LlamaGen
 * (arXiv 2406.06525), whose released weights it takes by their names. {@link
 * io.github.ideal4j.prior.PriorTrainer} makes one from token files, {@link
 * io.github.ideal4j.prior.GptPriorStep} is what the export wraps into a loop. Start with {@link
 * io.github.ideal4j.prior.GptPrior}.
 */
package io.github.ideal4j.prior;
