/**
 * Measures a bundle, or any two sets of images, in one pass whose memory does not grow with their
 * number. Photographs come as {@link io.github.ideal4j.evaluation.bundle.EvaluatedBatch batches},
 * which a few {@link io.github.ideal4j.evaluation.bundle.Measure measures} look at one after the
 * other; start with {@link io.github.ideal4j.evaluation.bundle.BundleEvaluation}.
 */
package io.github.ideal4j.evaluation.bundle;
