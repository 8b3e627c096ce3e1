package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;

/**
 * What a backbone says about a batch of images: one token for each patch, in raster order, from two
 * depths.
 *
 * @param shallow {@code [batch, tokens, width]}, normalized over width without scale and shift
 * @param deep {@code [batch, tokens, width]}, after the backbone's own final norm
 */
public record BackboneTokens(NDArray shallow, NDArray deep) {}
