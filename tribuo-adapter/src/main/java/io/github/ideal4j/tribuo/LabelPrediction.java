package io.github.ideal4j.tribuo;

import java.util.Optional;

/**
 * What a classifier says about one image.
 *
 * @param id of the row
 * @param path where the image came from, if known
 * @param label the most probable class
 * @param probability of this class, 0 to 1
 */
public record LabelPrediction(long id, Optional<String> path, String label, double probability) {}
