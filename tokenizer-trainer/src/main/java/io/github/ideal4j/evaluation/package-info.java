/**
 * How good a tokenizer is, in the numbers that papers report: PSNR and SSIM of reconstructions, use
 * of the codebook, cosines of decoded features against the teacher's, and time. Metrics are plain
 * arithmetic on images and arrays, in float64, and know no model. Start with {@link
 * io.github.ideal4j.evaluation.QualityMeter}; LPIPS needs a network and lives with the losses.
 */
package io.github.ideal4j.evaluation;
