/**
 * From run folders to bundles: trained models become ONNX files, each compared with its original
 * before anything is written. Start with {@link io.github.ideal4j.export.TokenizerExport} and
 * {@link io.github.ideal4j.export.PriorExport}.
 */
package io.github.ideal4j.export;
