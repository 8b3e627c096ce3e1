package io.github.ideal4j.evaluation;

/**
 * Points inside the balls of another set.
 *
 * @param generatedInside generated points inside a ball of any real point
 * @param realInside real points inside a ball of any generated point
 * @param ballsOverGenerated pairs of a generated point and a ball of a real point around it
 * @param realCovered real points with any generated point in their own ball
 */
public record BallCounts(
    long generatedInside, long realInside, long ballsOverGenerated, long realCovered) {}
