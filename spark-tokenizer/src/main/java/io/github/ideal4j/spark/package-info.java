/**
 * Tokenizing on a Spark cluster: {@link io.github.ideal4j.spark.IdealTokenize} as a job that writes
 * Arrow shards and a manifest, and as a function of a data set; {@link
 * io.github.ideal4j.spark.TokenFeaturizer} for Spark ML. The tokens are those of the local command.
 * Start with {@code IdealTokenize}.
 */
package io.github.ideal4j.spark;
