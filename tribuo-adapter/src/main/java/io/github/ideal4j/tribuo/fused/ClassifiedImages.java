package io.github.ideal4j.tribuo.fused;

/**
 * What a fused classifier says about some images.
 *
 * @param labels the place of the class with the largest score, {@code [images]}
 * @param scores of the classes, {@code [images][classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // results of a run, never compared
public record ClassifiedImages(int[] labels, float[][] scores) {}
