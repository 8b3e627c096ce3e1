/**
 * Tokenizer, features and Tribuo model in one ONNX file: a photograph in, scores out. Start with
 * {@link io.github.ideal4j.tribuo.fused.FusedClassifier}.
 */
package io.github.ideal4j.tribuo.fused;
