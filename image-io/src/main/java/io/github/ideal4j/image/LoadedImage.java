package io.github.ideal4j.image;

/**
 * A decoded photograph and where it came from.
 *
 * @param entry its place in the source, its class and split
 * @param image its pixels, at the size the loader was asked for
 */
public record LoadedImage(ImageEntry entry, RgbImage image) {}
