/**
 * How good a tokenizer is, in the numbers that papers report. Of pairs of images: PSNR, SSIM and
 * MS-SSIM; start with {@link io.github.ideal4j.evaluation.QualityMeter}. Of two sets of features:
 * Fr&eacute;chet and kernel distance, precision, recall, density and coverage; start with {@link
 * io.github.ideal4j.evaluation.FeatureRows} and {@link
 * io.github.ideal4j.evaluation.FrechetDistance}. Of tokens: use of the codebook and disturbed
 * tokens; of features with labels: probes. Metrics are plain arithmetic on images and arrays, in
 * float64, and know no model; {@link io.github.ideal4j.evaluation.MetricSelfTest} shows that they
 * agree here with the numbers of other people's code. LPIPS needs a network and lives with the
 * losses.
 */
package io.github.ideal4j.evaluation;
