/**
 * Bundles for DJL users: a folder that DJL's {@code Criteria} loads with its ONNX Runtime engine,
 * and the translators between photographs and tokens. Start with {@link
 * io.github.ideal4j.onnx.djl.DjlFolder}. Nothing here needs the training engine.
 */
package io.github.ideal4j.onnx.djl;
