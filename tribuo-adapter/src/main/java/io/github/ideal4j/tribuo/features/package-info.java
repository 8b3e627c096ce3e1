/**
 * Features of token grids: histograms, pyramids, pairs, places, pooled codes, decoded features and
 * scores of a prior. Each is configurable, makes names that sort as its numbers do, and can write
 * itself as ONNX nodes. Start with {@link io.github.ideal4j.tribuo.features.TokenFeaturizer}.
 */
package io.github.ideal4j.tribuo.features;
