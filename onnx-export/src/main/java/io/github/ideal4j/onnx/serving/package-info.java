/**
 * Runs finished models: opens bundles, turns images into tokens and back, and draws new tokens from
 * labels. Everything runs in ONNX Runtime on CPU or CUDA; nothing here knows the training engine.
 * Start with {@link io.github.ideal4j.onnx.serving.Bundle}.
 */
package io.github.ideal4j.onnx.serving;
