/**
 * Tokens and photographs as Tribuo data sources: rows as examples, cells as sequences, a column
 * beside others, and photographs at prediction time. Features are made by {@link
 * io.github.ideal4j.tribuo.features}, models of them are kept by {@link
 * io.github.ideal4j.tribuo.model}, and {@link io.github.ideal4j.tribuo.fused} puts tokenizer,
 * features and model into one ONNX file. Nothing here trains a tokenizer or needs the trainer's
 * engine. Start with {@link io.github.ideal4j.tribuo.TokenDataSource}.
 */
package io.github.ideal4j.tribuo;
