/**
 * Tokens as Tribuo features, linear classifiers on them, and classifiers that are one ONNX file.
 * Nothing here trains a tokenizer or needs the trainer's engine. Start with {@link
 * io.github.ideal4j.tribuo.TokenClassifier}.
 */
package io.github.ideal4j.tribuo;
