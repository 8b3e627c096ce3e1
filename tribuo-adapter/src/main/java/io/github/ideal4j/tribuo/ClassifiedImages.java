package io.github.ideal4j.tribuo;

/**
 * What a fused classifier says about some images.
 *
 * @param labels the most probable class of each, {@code [images]}
 * @param probabilities of the classes, {@code [images][classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // results of a run, never compared
public record ClassifiedImages(int[] labels, float[][] probabilities) {}
